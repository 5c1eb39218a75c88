"""What visitors' calls take: one Struct a body. Fields that are not named here are ignored."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType

from inglenook.protocol import frames

# What the text of a message or a name may be refused with.
TEXT_CODES: Final = ("empty", "too_long", "invalid_text")


class PageBody(Struct, frozen=True):
    url: str
    title: str = ""
    referrer: str = ""


class SessionBody(Struct, frozen=True):
    """`room` is a slug, `private`, or `auto`: the room of `page`. `page` is also for the team where
    the site's `track_page` says so. `code` is the team's. `look` is what the tag says of the look
    that it carries (`data-look`).
    """

    token: str | None = None
    code: str | None = None
    room: frames.Word | None = None
    page: PageBody | None = None
    look: str | None = None


class TroubleBody(Struct, frozen=True):
    """What the widget found: no WebSocket gets through, in general or by the page's own policy; or
    no call but this one.
    """

    kind: Literal["socket", "socket_policy", "call"]


class MessageBody(Struct, frozen=True):
    cid: frames.Cid
    body: str
    reply_to: frames.Seq | None = None
    attachments: list[frames.AttachmentId] = []


class EditBody(Struct, frozen=True):
    body: str
    cid: frames.Cid | None = None


class AltBody(Struct, frozen=True):
    alt: str


class ReportBody(Struct, frozen=True):
    reason: Literal["spam", "abuse", "personal", "illegal", "other"]
    note: str = ""


class ActBody(Struct, frozen=True):
    act: str


class UndoBody(Struct, frozen=True):
    undo: str


class SeenBody(Struct, frozen=True):
    rev: frames.Number


class MeBody(Struct, frozen=True):
    """What is left out stays. `consent` is the version of the site's text that the visitor agrees
    to; null takes it back, as an empty `email` does. `answers` are by the keys of the site's
    `prechat.fields`. `attributes` are the page's own; null takes one away.
    """

    name: str | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    consent: str | UnsetType | None = UNSET
    answers: dict[str, str] | UnsetType = UNSET
    attributes: dict[str, str | int | float | bool | None] | UnsetType = UNSET
