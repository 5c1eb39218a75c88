"""What goes back: JSON bodies, and a refusal as JSON, in one place for everything under /api/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse

from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError
from inglenook.protocol.refusals import ErrorResponse, error_response, retry_headers

JSON: Final = "application/json"
# It is what it says it is; a browser must not guess otherwise.
NOSNIFF: Final = {"X-Content-Type-Options": "nosniff"}


def json_response(
    body: Any, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """`body` is a Struct, or anything that msgspec encodes; a frame carries its `type`."""
    own = {**NOSNIFF, **(headers or {})}
    return HttpResponse(frames.encode(body), content_type=JSON, status=status, headers=own)


def no_content() -> HttpResponse:
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def refusal(error: ChatError) -> HttpResponse:
    """A ChatError as JSON with the status of its code; `Retry-After` where it passes by itself."""
    response = json_response(error_response(error), error.status)
    for name, value in retry_headers(error).items():
        response[name] = value
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def wrong_method(allowed: str) -> HttpResponse:
    """405. `allowed` is what the address takes, as `Allow` lists it."""
    body = ErrorResponse(error="invalid", message=f"This address takes {allowed}.", field="method")
    response = json_response(body, 405)
    response["Allow"] = allowed
    return response
