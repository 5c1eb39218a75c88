"""A body with one file in it: multipart, as a browser's FormData sends it."""

from __future__ import annotations

from typing import Any, BinaryIO, Final, cast

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from inglenook.chat.attachments.uploading import FIELD, Upload
from inglenook.protocol.errors import Invalid, UnsupportedMediaType

MULTIPART: Final = "multipart/form-data"
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


def upload_of(file: UploadedFile[Any], alt: str) -> Upload:
    return Upload(
        file=cast(BinaryIO, file.file), size=file.size or 0, name=file.name or "", alt=alt
    )
