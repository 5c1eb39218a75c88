"""A refusal as JSON, the same over HTTP whoever answers: the API, a page's long poll, a limit."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, Struct, UnsetType

from .errors import ChatError, Invalid, OriginNotAllowed

# The page may read this, and its owner looks for it in the console. An unknown key and an origin
# that is not listed get the same bytes: who guesses keys learns nothing.
ORIGIN_HINT: Final = (
    "Check the site key in the script tag, and that the address of this page (scheme, host and "
    "port, as `location.origin` shows it) is on the site's list of origins."
)


class ErrorResponse(Struct, frozen=True):
    """`until` only of `banned`, `muted` and `room_locked`, `hint` only of `origin_not_allowed`.

    `suggestion` only of `invalid`, where it is plain what could be meant.
    """

    error: str
    message: str
    field: str | UnsetType = UNSET
    retry_ms: int | UnsetType = UNSET
    until: str | UnsetType | None = UNSET
    hint: str | UnsetType = UNSET
    suggestion: str | UnsetType = UNSET


def error_response(error: ChatError) -> ErrorResponse:
    """The body of a refusal: the code, words for a person, and what else the error knows."""
    return ErrorResponse(
        error=error.code,
        message=error.message,
        field=UNSET if error.field is None else error.field,
        retry_ms=UNSET if error.retry_ms is None else error.retry_ms,
        until=error.until if error.may_end else UNSET,
        hint=ORIGIN_HINT if isinstance(error, OriginNotAllowed) else UNSET,
        suggestion=(isinstance(error, Invalid) and error.suggestion) or UNSET,
    )


def whole_seconds(ms: int) -> int:
    """Rounded up: who waits that long does not come too early."""
    return -(-ms // 1000)


def retry_headers(error: ChatError) -> dict[str, str]:
    """`Retry-After` (RFC 9110, section 10.2.3) in whole seconds, where the refusal passes by itself
    and says when; else nothing.
    """
    return {} if error.retry_ms is None else {"Retry-After": str(whole_seconds(error.retry_ms))}


def raw_retry_headers(error: ChatError) -> list[tuple[bytes, bytes]]:
    """The same as ASGI's pairs."""
    return [(name.lower().encode(), text.encode()) for name, text in retry_headers(error).items()]
