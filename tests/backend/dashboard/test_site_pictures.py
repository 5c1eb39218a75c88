"""The pictures of a site's look: whole, and gone when nothing names them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from inglenook.jobs.site_removal import remove_sites
from inglenook.protocol.errors import Forbidden
from inglenook.protocol.limits import FORM_BODY_BYTES, PICTURE_BYTES
from inglenook.realtime.servers.body_limits import most_body_bytes
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.deletion import delete_site
from inglenook.sites.look import theme_for_widget
from inglenook.sites.models import Account, AuditEntry, Site
from inglenook.sites.site_pictures import forget_pictures, set_site_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.PICTURES_DIR = tmp_path / "pictures"
    return tmp_path / "pictures"


def wide(colour: str = "#a8431f") -> bytes:
    out = BytesIO()
    Image.new("RGB", (400, 100), colour).save(out, "PNG")
    return out.getvalue()


def sent(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"picture": SimpleUploadedFile("logo.png", content, "image/png")}


def test_a_wide_logo_is_whole_on_clear_ground(site: Site) -> None:
    site = set_site_picture(site=site, part="logo", content=wide(), by=SYSTEM)
    shown = Client().get(site.theme["logo"])
    assert shown["Cross-Origin-Resource-Policy"] == "cross-origin"
    image = Image.open(BytesIO(shown.content)).convert("RGBA")
    corners = [image.getpixel(at) for at in ((0, 0), (128, 20))]
    assert [pixel[3] for pixel in corners if isinstance(pixel, tuple)] == [0, 0]
    left, right = image.getpixel((4, 128)), image.getpixel((251, 128))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[3] == right[3] == 255


def test_the_wire_has_its_whole_address_and_the_record_what_was_before(site: Site) -> None:
    site = set_site_picture(site=site, part="icon", content=wide(), by=SYSTEM)
    path = site.theme["icon"]
    assert theme_for_widget(site.theme, "https://chat.example") == {
        "icon": f"https://chat.example{path}"
    }
    assert AuditEntry.objects.latest("pk").action == "site.update"


def test_another_one_replaces_it_and_it_can_go(site: Site, folder: Path) -> None:
    for colour in ("red", "blue"):
        site = set_site_picture(site=site, part="logo", content=wide(colour), by=SYSTEM)
    assert len(list(folder.iterdir())) == 2
    site = set_site_picture(site=site, part="logo", content=b"", by=SYSTEM)
    assert site.theme == {}
    assert not list(folder.iterdir())


def test_a_picture_that_somebody_else_names_stays(site: Site, owner: Account, folder: Path) -> None:
    site = set_site_picture(site=site, part="logo", content=wide(), by=SYSTEM)
    path = site.theme["logo"]
    other = Site.objects.create(name="Other", theme={"icon": path.replace("-256", "-64")})
    set_site_picture(site=site, part="logo", content=b"", by=SYSTEM)
    assert len(list(folder.iterdir())) == 2
    owner.picture = path.split("/")[-1][:32]
    owner.save()
    other.delete()
    forget_pictures([path])
    assert len(list(folder.iterdir())) == 2
    Account.objects.update(picture="")
    forget_pictures([path, "", "https://shop.example/a.png", "/pictures/../x"])
    assert not list(folder.iterdir())


def test_who_may_not_change_the_site_has_nothing_decoded(site: Site, folder: Path) -> None:
    stranger = Actor(kind="member", id="m_nobody", name="Mallory")
    with pytest.raises(Forbidden):
        set_site_picture(site=site, part="logo", content=wide(), by=stranger)
    assert not folder.exists()


def test_the_page_takes_one_and_keeps_the_rest_of_the_look(as_owner: Client, site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(theme={"title": "Ask us"})
    address = reverse("dashboard:site_picture", args=[site.pk, "logo"])
    assert as_owner.post(address, sent(wide())).status_code == 302
    site.refresh_from_db()
    path = site.theme["logo"]
    assert site.theme == {"title": "Ask us", "logo": path}
    page = as_owner.get(reverse("dashboard:look", args=[site.pk])).content.decode()
    assert f'data-logo="{path}"' in page
    htmx = as_owner.post(
        reverse("dashboard:no_site_picture", args=[site.pk, "logo"]), headers={"HX-Request": "true"}
    )
    assert 'data-logo=""' in htmx.content.decode()
    assert "The picture is removed." in htmx.content.decode()


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"\x89PNG\r\n\x1a\n" + b"\xff" * 300])
def test_what_is_no_picture_is_refused_at_its_field(
    as_owner: Client, site: Site, content: bytes, folder: Path
) -> None:
    address = reverse("dashboard:site_picture", args=[site.pk, "icon"])
    for headers in ({}, {"HX-Request": "true"}):
        answer = as_owner.post(address, sent(content), headers=headers)
        assert answer.status_code == 422
        assert 'id="id_icon_picture_error"' in answer.content.decode()
    assert not folder.exists()


def test_only_its_own_form_may_be_so_large(as_owner: Client, site: Site) -> None:
    address = reverse("dashboard:site_picture", args=[site.pk, "logo"])
    assert most_body_bytes(address) > PICTURE_BYTES
    for other in ("cover", "logo/remove"):
        path = f"/dashboard/sites/{site.pk}/look/pictures/{other}/"
        assert most_body_bytes(path) == FORM_BODY_BYTES
    assert as_owner.post(address.replace("logo", "cover"), sent(wide())).status_code == 404


def test_a_site_that_is_removed_takes_its_pictures_along(site: Site, folder: Path) -> None:
    site = set_site_picture(site=site, part="logo", content=wide(), by=SYSTEM)
    delete_site(site=site, by=SYSTEM)
    Site.objects.update(deleted_at=timezone.now() - timedelta(days=8))
    list(remove_sites())
    assert not Site.objects.exists()
    assert not list(folder.iterdir())
