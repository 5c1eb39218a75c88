"""What a service may refuse with: one class a code of protocol.codes.

Each edge turns a code into its own form in one place.

The family lives beside the codes, below everything that raises it (sites, visitors, moderation and
chat all do).
"""

from __future__ import annotations

from typing import ClassVar, Final

from .codes import HTTP_STATUS, OWNERS_HTTP_STATUS, RETRYABLE

STATUS: Final = {**HTTP_STATUS, **OWNERS_HTTP_STATUS}


class ChatError(Exception):
    """A refusal with words for the person who gets it.

    `field` names the input at fault, `retry_ms` when to try again. `until` is when the reason ends
    (ISO 8601), or None for one without an end; only those that `may_end` tell it.
    """

    code: ClassVar[str]
    default: ClassVar[str]
    may_end: ClassVar[bool] = False

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        retry_ms: int | None = None,
        until: str | None = None,
    ) -> None:
        self.message = message or self.default
        self.field = field
        self.retry_ms = retry_ms
        self.until = until
        super().__init__(self.message)

    @property
    def status(self) -> int:
        return STATUS[self.code]

    @property
    def is_final(self) -> bool:
        return self.code not in RETRYABLE


class BadJson(ChatError):
    code, default = "bad_json", "The text is not JSON."


class BadFrame(ChatError):
    code, default = "bad_frame", "A frame is one JSON object with a `type`."


class UnknownType(ChatError):
    code, default = "unknown_type", "There is no frame of that type."


class TooDeep(ChatError):
    code, default = "too_deep", "The JSON is nested too deeply."


class BinaryNotSupported(ChatError):
    code, default = "binary_not_supported", "Send text frames; binary ones are not read."


class HelloRequired(ChatError):
    code, default = "hello_required", "The first frame must be `hello`."


class Invalid(ChatError):
    """`suggestion` is what could be meant, where that is plain."""

    code, default = "invalid", "Something in the request has the wrong form."

    def __init__(
        self, message: str | None = None, *, field: str | None = None, suggestion: str | None = None
    ) -> None:
        super().__init__(message, field=field)
        self.suggestion = suggestion


class InvalidToken(ChatError):
    code, default = "invalid_token", "The token is not one of ours; open a new session."


class TokenExpired(ChatError):
    code, default = "token_expired", "The token has expired; open a new session with it."


class OriginNotAllowed(ChatError):
    code, default = "origin_not_allowed", "This page may not use this chat."


class SiteDisabled(ChatError):
    code, default = "site_disabled", "This chat is switched off."


class Forbidden(ChatError):
    code, default = "forbidden", "You may not do that."


class Muted(ChatError):
    code, default = "muted", "You cannot write here at the moment."
    may_end = True


class Banned(ChatError):
    code, default = "banned", "You cannot take part in this chat."
    may_end = True


class NotFound(ChatError):
    code, default = "not_found", "There is nothing here by that name."


class RoomLocked(ChatError):
    code, default = "room_locked", "This room is closed for new messages at the moment."
    may_end = True


class RoomArchived(ChatError):
    code, default = "room_archived", "This room is archived; it can be read but not written in."


class TooLate(ChatError):
    code, default = "too_late", "The time for changing this message is over."


class TooLarge(ChatError):
    code, default = "too_large", "That is too large."


class UnsupportedMediaType(ChatError):
    code, default = "unsupported_media_type", "Send JSON (Content-Type: application/json)."


class Empty(ChatError):
    code, default = "empty", "There is nothing in it."


class TooLong(ChatError):
    code, default = "too_long", "That is too long."


class InvalidText(ChatError):
    code, default = "invalid_text", "The text holds characters that cannot be stored."


class BlockedWord(ChatError):
    code, default = "blocked_word", "This chat does not take a word in it."


class BlockedLink(ChatError):
    code, default = "blocked_link", "You cannot send links here."


class Reserved(ChatError):
    code, default = "reserved", "That name is too close to one of the team's."


class Rate(ChatError):
    code, default = "rate", "That is too fast. Please wait a moment."


class SlowMode(ChatError):
    code, default = "slow_mode", "This room is in slow mode. Please wait a moment."


class Internal(ChatError):
    code, default = "internal", "Something went wrong on our side. Please try again."


class Unavailable(ChatError):
    code, default = "unavailable", "The chat cannot store anything at the moment. Please try again."


class InvalidKey(ChatError):
    code, default = (
        "invalid_key",
        "There is no such API key, or it has ended. Send one as `Authorization: Bearer sk_…`.",
    )


class Scope(ChatError):
    """`field` is the scope that the key lacks."""

    code, default = "scope", "This API key may not do that."


class Conflict(ChatError):
    code, default = "conflict", "The present state does not allow that."


class Quota(ChatError):
    code, default = "quota", "There are as many of these as there can be."


class Stale(ChatError):
    code, default = (
        "stale",
        "It was changed meanwhile. Read it again, and send the `ETag` that it has then.",
    )


BY_CODE: dict[str, type[ChatError]] = {error.code: error for error in ChatError.__subclasses__()}
