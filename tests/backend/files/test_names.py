"""Whatever a file is called, a harmless name of one line is left, with an ending of its kind."""

from __future__ import annotations

import pytest

from inglenook.files.names import MOST_CHARS, shown_name

WEBP, PDF, TEXT = "image/webp", "application/pdf", "text/plain"
NAMES = {
    ("photo.webp", WEBP): "photo.webp",
    ("photo.JPG", WEBP): "photo.webp",
    ("evil.exe", PDF): "evil.pdf",
    ("evil.pdf.exe", PDF): "evil.pdf.pdf",
    ("notes.CSV", TEXT): "notes.csv",
    ("page.html", TEXT): "page.txt",
    ("../../etc/passwd", TEXT): "passwd.txt",
    ("..\\..\\boot.ini", TEXT): "boot.txt",
    ("/etc/shadow", TEXT): "shadow.txt",
    ("C:\\fakepath\\a.txt", TEXT): "a.txt",
    ("..", PDF): "file.pdf",
    (".htaccess", TEXT): "htaccess.txt",
    ("", PDF): "file.pdf",
    ("a\0b.pdf", PDF): "ab.pdf",
    ("a\r\nSet-Cookie: x=1.pdf", PDF): "aSet-Cookie x=1.pdf",
    ("a\u202efdp.exe", PDF): "afdp.pdf",
    ("a\u200b\ud800b.pdf", PDF): "ab.pdf",
    ('"><img src=x>.pdf', PDF): "img src=x.pdf",
    ("CON.pdf", PDF): "file.pdf",
    ("  two   words  .pdf", PDF): "two words.pdf",
    ("Grüße 你好.pdf", PDF): "Grüße 你好.pdf",
    ("thing", "application/octet-stream"): "thing.bin",
}


@pytest.mark.parametrize(("raw", "media_type"), NAMES)
def test_each_name_has_its_outcome(raw: str, media_type: str) -> None:
    assert shown_name(raw, media_type) == NAMES[raw, media_type]


def test_a_long_name_is_cut_before_its_ending() -> None:
    name = shown_name("a" * 5000 + ".pdf", PDF)
    assert len(name) == MOST_CHARS
    assert name.endswith("a.pdf")
