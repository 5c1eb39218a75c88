"""What a file is, by its content. Its name and what the sender says of it count for nothing.

A file is known by its first bytes, an office document by the names in its archive, which is not
unpacked. What nobody here knows is `application/octet-stream`. Pictures are only guessed here;
whether one is a picture, its decoder says (`pictures.py`).
"""

from __future__ import annotations

import codecs
import zipfile
from typing import BinaryIO, Final

UNKNOWN: Final = "application/octet-stream"
PICTURES: Final = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
}
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
# By media type, the endings of names that may stay; the first is given to another name.
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    **PICTURES,
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "md", "csv", "log"),
    "application/zip": ("zip",),
    "application/gzip": ("gz", "tgz"),
    "application/x-7z-compressed": ("7z",),
    "audio/mpeg": ("mp3",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/wav": ("wav",),
    "audio/flac": ("flac",),
    "video/mp4": ("mp4", "m4v"),
    "video/webm": ("webm",),
    f"{_OFFICE}wordprocessingml.document": ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    f"{_OPEN}text": ("odt",),
    f"{_OPEN}spreadsheet": ("ods",),
    f"{_OPEN}presentation": ("odp",),
}
_HEADS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)
# Of a RIFF, and of a box of MP4: what stands behind the length.
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_MP4_BRANDS: Final = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
)
_DOCUMENTS: Final = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}
# Controls that no text has.
_NO_TEXT: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
_HEAD_BYTES: Final = 64
_PIECE_BYTES: Final = 64 * 1024
# The list of an archive's names is read whole; an office document has some hundred.
_MOST_LISTED: Final = 10_000


def kind_of(file: BinaryIO) -> str:
    """The media type of the content; the file is at its beginning afterwards."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    found = _by_head(head)
    if found == "application/zip":
        found = _of_archive(file)
    elif found == UNKNOWN and head and _is_text(file):
        found = "text/plain"
    file.seek(0)
    return found


def _by_head(head: bytes) -> str:
    for start, media_type in _HEADS:
        if head.startswith(start):
            return media_type
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return "video/mp4"
    return "application/zip" if head.startswith(b"PK\x03\x04") else UNKNOWN


def _of_archive(file: BinaryIO) -> str:
    """An office document is an archive with certain names in it. Nothing in it is unpacked."""
    file.seek(0)
    # OpenDocument: the first entry is `mimetype`, stored as it is.
    head = file.read(128)
    if head[30:38] == b"mimetype":
        for media_type in ENDINGS:
            if media_type.startswith(_OPEN) and head[38:].startswith(media_type.encode() + b"PK"):
                return media_type
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:_MOST_LISTED]
    # NotImplementedError: `zipfile` says so of an archive that needs a later version of its format.
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError):
        return UNKNOWN
    return next((kind for name, kind in _DOCUMENTS.items() if name in names), "application/zip")


def _is_text(file: BinaryIO) -> bool:
    """Whether the whole of it is UTF-8 without controls."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE_BYTES):
            decoder.decode(piece)
            if not _NO_TEXT.isdisjoint(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
