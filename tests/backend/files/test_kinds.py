"""The kind of a file is in its content."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from inglenook.files.kinds import ENDINGS, UNKNOWN, kind_of
from tests.testkit import files

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument.text"


def open_document() -> bytes:

    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", OPEN)
        made.writestr("content.xml", "<x/>")
    return out.getvalue()


KNOWN = {
    "png": (files.picture("PNG"), "image/png"),
    "jpeg": (files.picture("JPEG"), "image/jpeg"),
    "gif": (files.picture("GIF"), "image/gif"),
    "webp": (files.picture("WEBP"), "image/webp"),
    "pdf": (b"%PDF-1.7\n...", "application/pdf"),
    "text": ("Grüße, 你好\n".encode(), "text/plain"),
    "html is text": (b"<!doctype html>" + files.SCRIPT, "text/plain"),
    "svg is text": (files.svg(), "text/plain"),
    "zip": (files.archive({"a.txt": b"a"}), "application/zip"),
    "docx": (files.archive({"word/document.xml": b"<x/>"}), f"{OFFICE}wordprocessingml.document"),
    "odt": (open_document(), OPEN),
    "gzip": (files.gzip_bomb(), "application/gzip"),
    "mp4": (b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
    "wav": (b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
}
UNKNOWNS = {
    "nothing": b"",
    "a program": b"\x7fELF\x02\x01\x01\0",
    "a program for Windows": b"MZ\x90\0\x03",
    "text with a NUL": b"text\0",
    "half a character": "Grüße".encode()[:-2],
    "an archive cut short": files.archive({"word/document.xml": b"x" * 500})[:60],
    "an archive of nothing": b"PK\x03\x04" + b"\0" * 200,
    "a RIFF of another kind": b"RIFF\x10\0\0\0AVI LIST",
}


@pytest.mark.parametrize("case", KNOWN)
def test_it_knows_what_it_knows(case: str) -> None:
    content, kind = KNOWN[case]
    file = BytesIO(content)
    assert kind_of(file) == kind
    assert kind in ENDINGS
    assert file.tell() == 0


@pytest.mark.parametrize("case", UNKNOWNS)
def test_what_it_does_not_know_has_no_kind(case: str) -> None:
    assert kind_of(BytesIO(UNKNOWNS[case])) == UNKNOWN


def test_a_long_text_is_read_to_its_end() -> None:
    words = "é" * 100_000
    assert kind_of(BytesIO(words.encode())) == "text/plain"
    assert kind_of(BytesIO(words.encode() + b"\0")) == UNKNOWN


def test_nothing_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = files.zip_bomb()
    monkeypatch.setattr("zipfile.ZipFile.open", lambda *_: pytest.fail("it was unpacked"))
    assert kind_of(BytesIO(bomb)) == "application/zip"
