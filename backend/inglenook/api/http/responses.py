"""What goes back: JSON bodies, and a refusal as JSON, in one place for everything under /api/."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from msgspec import UNSET, Struct, UnsetType

from inglenook.protocol import frames
from inglenook.protocol.errors import Banned, ChatError, OriginNotAllowed

JSON: Final = "application/json"
# It is what it says it is; a browser must not guess otherwise.
NOSNIFF: Final = {"X-Content-Type-Options": "nosniff"}
# The page may read this, and its owner looks for it in the console. An unknown key and an origin
# that is not listed get the same bytes: who guesses keys learns nothing.
ORIGIN_HINT: Final = (
    "Check the site key in the script tag, and that the address of this page (scheme, host and "
    "port, as `location.origin` shows it) is on the site's list of origins."
)


class ErrorResponse(Struct, frozen=True):
    """`until` only of `banned`, `hint` only of `origin_not_allowed`."""

    error: str
    message: str
    field: str | UnsetType = UNSET
    retry_ms: int | UnsetType = UNSET
    until: str | UnsetType | None = UNSET
    hint: str | UnsetType = UNSET


def json_response(body: Any, status: int = 200) -> HttpResponse:
    """`body` is a Struct, or anything that msgspec encodes; a frame carries its `type`."""
    return HttpResponse(frames.encode(body), content_type=JSON, status=status, headers=NOSNIFF)


def no_content() -> HttpResponse:
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def refusal(error: ChatError) -> HttpResponse:
    """A ChatError as JSON with the status of its code; `Retry-After` where it passes by itself."""
    body = ErrorResponse(
        error=error.code,
        message=error.message,
        field=UNSET if error.field is None else error.field,
        retry_ms=UNSET if error.retry_ms is None else error.retry_ms,
        until=error.until if isinstance(error, Banned) else UNSET,
        hint=ORIGIN_HINT if isinstance(error, OriginNotAllowed) else UNSET,
    )
    response = json_response(body, error.status)
    if error.retry_ms is not None:
        response["Retry-After"] = str(-(-error.retry_ms // 1000))
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def wrong_method(allowed: str) -> HttpResponse:
    """405. `allowed` is what the address takes, as `Allow` lists it."""
    body = ErrorResponse(error="invalid", message=f"This address takes {allowed}.", field="method")
    response = json_response(body, 405)
    response["Allow"] = allowed
    return response
