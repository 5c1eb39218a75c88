"""What frames are made of: objects inside a frame that have no type of their own."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

# Who made a message a tombstone.
DeletedBy = Literal["author", "moderator", "erased"]


class Author(Struct, frozen=True):
    id: str | None
    name: str
    role: str
    avatar: str | None = None


class Reacted(Struct, frozen=True):
    by: str
    emoji: str
    on: bool


class Attachment(Struct, frozen=True, kw_only=True):
    """A file of a message. `width` and `height` are a picture's, of what is at `url`."""

    id: str
    name: str
    alt: str
    media_type: str
    bytes: int
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    url: str


class Preview(Struct, frozen=True, kw_only=True):
    """What the page behind a link of a message says of itself. `url` is the link's."""

    url: str
    title: str
    text: str
    image: str | None


class HeldMessage(Struct, frozen=True, kw_only=True):
    """One of the receiver's own messages that nobody else sees. `as_sent`: show it as sent."""

    cid: str
    at: str
    body: str
    entities: list[Any]
    reply_to: int | None
    attachments: list[Attachment]
    as_sent: bool


class Receipts(Struct, frozen=True):
    """Up to which `rev` each side of a private room has read; of the team, whoever read most."""

    team: int = 0
    visitor: int = 0


class May(Struct, frozen=True):
    """What the receiver may do in a room now: `send` None or the code that refuses it.

    `until` is when that ends, if it is known. `files` are the media types they may send.
    """

    send: str | None = None
    until: str | None = None
    files: list[str] = []
