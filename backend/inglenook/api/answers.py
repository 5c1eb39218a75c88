"""What goes back: JSON bodies, and a refusal as JSON, in one place for everything under /api/."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from msgspec import UNSET

from inglenook.api.told import ErrorTold
from inglenook.protocol import frames
from inglenook.protocol.errors import Banned, ChatError

JSON: Final = "application/json"
# What it says it is, and nothing that a browser finds in it.
PLAIN: Final = {"X-Content-Type-Options": "nosniff"}
# The page may read this, and its owner looks for it in the console. The same bytes for a key that does not exist
# and for an origin that is not listed: who guesses keys learns nothing.
ORIGIN_HINT: Final = (
    "Check the site key in the script tag, and that the address of this page (scheme, host and port, "
    "as `location.origin` shows it) is on the site's list of origins."
)


def json_answer(body: Any, status: int = 200) -> HttpResponse:
    """`body` is a Struct, or anything that msgspec encodes; a frame carries its `type`, as on a socket."""
    return HttpResponse(frames.encode(body), content_type=JSON, status=status, headers=PLAIN)


def nothing() -> HttpResponse:
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def refusal(error: ChatError) -> HttpResponse:
    """A ChatError as JSON, with the status of its code and, where it passes by itself, `Retry-After`."""
    body = ErrorTold(
        error=error.code,
        message=error.message,
        field=UNSET if error.field is None else error.field,
        retry_ms=UNSET if error.retry_ms is None else error.retry_ms,
        until=error.until if isinstance(error, Banned) else UNSET,
        hint=ORIGIN_HINT if error.code == "origin_not_allowed" else UNSET,
    )
    response = json_answer(body, error.status)
    if error.retry_ms is not None:
        response["Retry-After"] = str(-(-error.retry_ms // 1000))
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
