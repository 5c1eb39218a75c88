"""Reads a request's body: its size and kind before its text, strict JSON, then a Struct."""

from __future__ import annotations

from typing import Final, TypeVar, cast

import msgspec
from django.conf import settings
from django.http import HttpRequest, UnreadablePostError
from msgspec import Struct

from inglenook.protocol import strict_json, structs
from inglenook.protocol.errors import (
    BadFrame,
    BadJson,
    TooLarge,
    UnsupportedMediaType,
)
from inglenook.protocol.limits import HARD_FRAME_BYTES

MAX_BODY_BYTES: Final = HARD_FRAME_BYTES
# What `read_body` may refuse a body with, beside `invalid`.
BODY_CODES: Final = ("bad_json", "bad_frame", "too_deep", "too_large", "unsupported_media_type")
# A request's stream is read once: its bytes stay here for whoever looks again.
_KEPT: Final = "_inglenook_body"
T = TypeVar("T", bound=Struct)


def read_body(request: HttpRequest, wanted: type[T], *, may_be_missing: bool = False) -> T:
    """The body as `wanted`. `may_be_missing`: without a body every field has its default.

    Raises UnsupportedMediaType, TooLarge, BadJson, TooDeep, BadFrame, Invalid (with its field).
    """
    if may_be_missing and not raw_body(request):
        return wanted()
    value = strict_json.parse_sized(_sized(request), settings.LIMITS)
    if not isinstance(value, dict):
        raise BadFrame("Send one JSON object.")
    return structs.converted(value, wanted)


def is_optional(body: type[Struct]) -> bool:
    """Whether every field of the body has a default."""
    return not any(field.required for field in msgspec.structs.fields(body))


def raw_body(request: HttpRequest) -> bytes:
    """The bytes of the body, one more than MAX_BODY_BYTES at most. Raises BadJson."""
    kept = getattr(request, _KEPT, None)
    if kept is None:
        try:
            # A body that came in chunks declares nothing; one byte more than allowed tells.
            kept = request.read(MAX_BODY_BYTES + 1)
        except UnreadablePostError:
            raise BadJson("The request ended before its body was complete.") from None
        setattr(request, _KEPT, kept)
    return cast(bytes, kept)


def _sized(request: HttpRequest) -> bytes:
    # A packed body could unfold into anything; nobody needs it for a chat message.
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the JSON as it is, without a Content-Encoding.")
    too_large = TooLarge(f"At most {MAX_BODY_BYTES} bytes are accepted at once.")
    declared = request.headers.get("Content-Length") or "0"
    if declared.isdecimal() and int(declared[:20]) > MAX_BODY_BYTES:
        raise too_large
    body = raw_body(request)
    if len(body) > MAX_BODY_BYTES:
        raise too_large
    if not body.strip():
        raise BadJson("The body is missing; send a JSON object.")
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    return body
