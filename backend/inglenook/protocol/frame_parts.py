"""What frames are made of: objects inside a frame that have no type of their own."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

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


class HeldMessage(Struct, frozen=True, kw_only=True):
    """One of the receiver's own messages that nobody else sees. `as_sent`: show it as sent."""

    cid: str
    at: str
    body: str
    entities: list[Any]
    reply_to: int | None
    attachments: list[Any]
    as_sent: bool


class May(Struct, frozen=True):
    """What the receiver may do in a room now: `send` None or the code that refuses it.

    `until` is when that ends, if it is known. `files` are the media types they may send.
    """

    send: str | None = None
    until: str | None = None
    files: list[str] = []
