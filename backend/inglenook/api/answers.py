"""What goes back: JSON bodies, and a refusal as JSON, in one place for everything under /api/."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError

JSON: Final = "application/json"
# The page may read this, and its owner looks for it in the console. The same bytes for a key that does not exist
# and for an origin that is not listed: who guesses keys learns nothing.
ORIGIN_HINT: Final = (
    "Check the site key in the script tag, and that the address of this page (scheme, host and port, "
    "as `location.origin` shows it) is on the site's list of origins."
)


def json_answer(body: Any, status: int = 200) -> HttpResponse:
    """`body` is a Struct, or anything that msgspec encodes; a frame carries its `type`, as on a socket."""
    return HttpResponse(frames.encode(body), content_type=JSON, status=status)


def nothing() -> HttpResponse:
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def refusal(error: ChatError) -> HttpResponse:
    """A ChatError as JSON, with the status of its code and, where it passes by itself, `Retry-After`."""
    body: dict[str, Any] = {"error": error.code, "message": error.message}
    if error.field is not None:
        body["field"] = error.field
    if error.retry_ms is not None:
        body["retry_ms"] = error.retry_ms
    if error.code == "banned":
        body["until"] = getattr(error, "until", None)
    if error.code == "origin_not_allowed":
        body["hint"] = ORIGIN_HINT
    response = json_answer(body, error.status)
    if error.retry_ms is not None:
        response["Retry-After"] = str(-(-error.retry_ms // 1000))
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response
