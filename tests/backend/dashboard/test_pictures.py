"""Pictures of people: small, without notes, whatever came."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.asserts import assertContains
from pytest_django.fixtures import Settings

from inglenook.protocol.limits import API_BODY_BYTES, FORM_BODY_BYTES, PICTURE_BYTES
from inglenook.realtime.servers.body_limits import most_body_bytes
from inglenook.sites.models import Account, Member, Site
from tests.testkit import files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.PICTURES_DIR = tmp_path / "pictures"
    return tmp_path / "pictures"


def upload(client: Client, content: bytes, name: str = "me.png") -> HttpResponse:
    file = SimpleUploadedFile(name, content, "image/png")
    return client.post(reverse("dashboard:picture"), {"picture": file})


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_drawn_again_in_two_widths(
    as_owner: Client, owner: Account, folder: Path, form: str
) -> None:
    assert upload(as_owner, files.picture(form), "../../etc/passwd").status_code == 302
    owner.refresh_from_db()
    assert {path.name for path in folder.iterdir()} == {
        f"{owner.picture}-256.webp",
        f"{owner.picture}-64.webp",
    }
    for width in (256, 64):
        answer = Client().get(f"/pictures/{owner.picture}-{width}.webp")
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (
            "image/webp",
            "nosniff",
        )
        assert "immutable" in answer["Cache-Control"]
        assert Image.open(BytesIO(answer.content)).size == (width, width)
    assertContains(as_owner.get(reverse("dashboard:home")), f"{owner.picture}-64.webp")


def test_nothing_of_the_notes_is_kept(as_owner: Client, owner: Account, folder: Path) -> None:
    notes = Image.Exif()
    notes[0x010E] = "taken at home, 52.5 N"
    upload(as_owner, files.picture("JPEG", exif=notes.tobytes(), comment=b"secret remark"))
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert kept
    for words in (b"taken at home", b"secret remark", b"EXIF", b"Exif"):
        assert words not in kept


def test_a_picture_stands_upright(as_owner: Client, owner: Account) -> None:
    image = Image.new("RGB", (200, 200), "white")
    image.paste("black", (0, 0, 200, 100))
    notes = Image.Exif()
    notes[0x0112] = 3  # it lies on its head
    out = BytesIO()
    image.save(out, "JPEG", exif=notes.tobytes())
    upload(as_owner, out.getvalue())
    owner.refresh_from_db()
    shown = Client().get(f"/pictures/{owner.picture}-64.webp").content
    upper = Image.open(BytesIO(shown)).convert("L").getpixel((32, 5))
    assert isinstance(upper, int)
    assert upper > 200


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script>",
        files.picture()[:60],
        files.picture("JPEG")[:200],
        files.picture("BMP"),
        files.picture("TIFF"),
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 300,
        files.bomb(5001, 5000),
        files.bomb(60_000, 60_000),
        files.bomb(2**31 - 1, 2**31 - 1),
    ],
    ids=[
        *("head", "svg", "html", "cut png", "cut jpeg", "bmp", "tiff", "noise"),
        *("26 megapixels", "bomb", "largest bomb"),
    ],
)
def test_what_is_no_picture_is_refused(
    as_owner: Client, owner: Account, folder: Path, content: bytes
) -> None:
    answer = upload(as_owner, content)
    assert answer.status_code == 422
    assertContains(answer, 'id="id_picture_error"', status_code=422)
    owner.refresh_from_db()
    assert owner.picture == ""
    assert not folder.exists()


def test_more_than_5_mb_is_too_much(as_owner: Client, owner: Account) -> None:
    content = files.picture() + b"\0" * PICTURE_BYTES
    answer = upload(as_owner, content)
    assertContains(answer, "5 MB at most", status_code=422)


def test_only_the_form_of_pictures_may_be_so_large() -> None:
    assert most_body_bytes(reverse("dashboard:picture")) > PICTURE_BYTES
    assert most_body_bytes(reverse("dashboard:profile")) == FORM_BODY_BYTES
    assert most_body_bytes("/api/v1/dashboard/you/picture/") == API_BODY_BYTES


def test_another_one_replaces_it_and_it_can_go(
    as_owner: Client, owner: Account, folder: Path
) -> None:
    upload(as_owner, files.picture())
    upload(as_owner, files.picture(size=(64, 64)))
    assert len(list(folder.iterdir())) == 2
    as_owner.post(reverse("dashboard:no_picture"))
    owner.refresh_from_db()
    assert owner.picture == ""
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "path",
    ["/pictures/x-64.webp", f"/pictures/{'a' * 32}-65.webp", f"/pictures/{'a' * 32}-64.webp"],
)
def test_what_is_not_there_is_404(client: Client, owner: Account, path: str) -> None:
    assert client.get(path).status_code == 404


def test_strangers_upload_nothing(client: Client, owner: Account, folder: Path) -> None:
    assert upload(client, files.picture()).status_code == 302
    assert not folder.exists()


def test_a_name_is_changed_on_every_team_that_uses_it(
    as_owner: Client, owner: Account, site: Site
) -> None:
    page = reverse("dashboard:profile")
    assert as_owner.post(page, {"name": "Olivia"}).status_code == 302
    owner.refresh_from_db()
    assert (owner.name, Member.objects.get(account=owner).name) == ("Olivia", "Olivia")
    for name in ("", " ", "a\u202eb" * 30):
        assert as_owner.post(page, {"name": name}).status_code == 422
