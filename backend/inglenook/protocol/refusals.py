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
    return ErrorResponse(
        error=error.code,
        message=error.message,
        field=UNSET if error.field is None else error.field,
        retry_ms=UNSET if error.retry_ms is None else error.retry_ms,
        until=error.until if error.may_end else UNSET,
        hint=ORIGIN_HINT if isinstance(error, OriginNotAllowed) else UNSET,
        suggestion=(isinstance(error, Invalid) and error.suggestion) or UNSET,
    )


def retry_after(retry_ms: int) -> str:
    """The value of the header `Retry-After`: whole seconds, rounded up."""
    return str(-(-retry_ms // 1000))
