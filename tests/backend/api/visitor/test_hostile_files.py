"""Files that mean harm, each with its exact outcome."""

from __future__ import annotations

from pathlib import Path

import pytest

from inglenook.chat.attachments.models import Attachment
from tests.backend.api.conftest import Page
from tests.testkit import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("room_with_files")]


HOSTILE: dict[str, tuple[bytes, int, str, str]] = {
    "svg with a script": (files.svg(), 415, "unsupported_media_type", "file"),
    "html": (b"<!doctype html>" + files.SCRIPT, 415, "unsupported_media_type", "file"),
    "pdf": (b"%PDF-1.7", 415, "unsupported_media_type", "file"),
    "a program": (b"MZ\x90\0", 415, "unsupported_media_type", "file"),
    "zip bomb": (files.zip_bomb(), 415, "unsupported_media_type", "file"),
    "gzip bomb": (files.gzip_bomb(), 415, "unsupported_media_type", "file"),
    "bmp": (files.picture("BMP"), 415, "unsupported_media_type", "file"),
    "0 bytes": (b"", 400, "invalid", "file"),
    "truncated": (files.picture("JPEG", (800, 800))[:-400], 400, "invalid", "file"),
    "a head alone": (b"\x89PNG\r\n\x1a\n", 400, "invalid", "file"),
    "50,000 x 50,000": (files.bomb(), 400, "invalid", "file"),
    "script after a head": (b"GIF89a" + files.SCRIPT, 400, "invalid", "file"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_of_it_is_kept(
    page: Page, file_folder: Path, case: str
) -> None:
    content, status, code, field = HOSTILE[case]
    answer = page.upload(content, "photo.png")
    said = answer.json()
    assert (answer.status_code, said["error"], said["field"]) == (status, code, field)
    assert not Attachment.objects.exists()
    assert not [path for path in file_folder.rglob("*") if path.is_file()]


TAKEN = {
    "a polyglot of picture and page": files.picture("GIF") + files.SCRIPT,
    "a polyglot of picture and archive": files.picture("JPEG") + files.archive({"a.html": b"x"}),
    "a comment with a script": files.picture("JPEG", comment=files.SCRIPT),
    "the place where it was taken": files.located(),
    "an animation": files.animation(),
    "another type than it says": files.picture("JPEG"),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_a_picture_is_kept_as_nothing_else(
    page: Page, file_folder: Path, case: str
) -> None:
    kept = page.upload(TAKEN[case], "photo.html", kind="text/html").json()
    assert (kept["media_type"], kept["name"]) == ("image/webp", "photo.webp")
    stored = b"".join(path.read_bytes() for path in file_folder.rglob("*") if path.is_file())
    assert stored.startswith(b"RIFF")
    for word in (b"script", b"PK\x03\x04", b"taken", b"Exif", b"EXIF", b"ANIM"):
        assert word not in stored


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd.webp"),
        ("..\\..\\x.png", "x.webp"),
        ("a\u202egnp.exe", "agnp.webp"),
        ("\x07chime.png", "chime.webp"),
        ("a" * 300 + ".png", "a" * 95 + ".webp"),
        ("", ""),
    ],
)
def test_a_name_is_shown_and_never_a_path(
    page: Page, file_folder: Path, name: str, shown: str
) -> None:
    answer = page.upload(files.picture(), name)
    if not shown:  # a part without a name is no file
        assert (answer.status_code, answer.json()["field"]) == (400, "file")
        return
    kept = answer.json()
    assert kept["name"] == shown
    for path in file_folder.rglob("*"):
        if path.is_file():
            assert path.name.startswith(kept["id"])
            assert path.stat().st_mode & 0o077 == 0
