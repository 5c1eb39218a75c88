"""A body with one file in it: multipart, as a browser's FormData sends it."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from inglenook.api.http.bodies import raw_body
from inglenook.chat.attachments.uploading import FIELD, Upload, upload_of
from inglenook.protocol.errors import Invalid, UnsupportedMediaType

MULTIPART: Final = "multipart/form-data"
PIECE_BYTES: Final = 64 * 1024
# What `read_upload` may refuse a body with, beside `invalid`.
UPLOAD_CODES: Final = ("too_large", "unsupported_media_type")
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": [FIELD],
    "properties": {
        FIELD: {"type": "string", "contentMediaType": "application/octet-stream"},
        "alt": {"type": "string"},
    },
}


def read_upload(request: HttpRequest) -> Upload:
    """The one file of the body. For threads: a large one is parsed for some milliseconds.

    Raises UnsupportedMediaType, Invalid (field file).
    """
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the file as it is, without a Content-Encoding.")
    if request.content_type != MULTIPART:
        raise UnsupportedMediaType(f"Send the file as `{MULTIPART}`.")
    try:
        files = [file for _, found in request.FILES.lists() for file in found]
        alt = request.POST.get("alt", "")
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        raise Invalid("The body is no form that can be read.", field=FIELD) from None
    if len(files) != 1:
        raise Invalid("Send one file at a time.", field=FIELD)
    return upload_of(files[0], alt)


def digest_of_body(request: HttpRequest) -> str:
    """What tells one body from another. A form with a file is parsed for it, and read once."""
    if request.content_type != MULTIPART:
        return hashlib.sha256(raw_body(request)).hexdigest()
    upload = read_upload(request)
    digest = hashlib.sha256(f"{upload.name}\0{upload.alt}\0".encode(errors="replace"))
    while piece := upload.file.read(PIECE_BYTES):
        digest.update(piece)
    upload.file.seek(0)
    return digest.hexdigest()
