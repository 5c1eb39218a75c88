"""What a room's page shows: the newest messages or older ones, and what changed since it was drawn.

This module only reads.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from inglenook.chat import selectors
from inglenook.chat.models import Message, Room
from inglenook.pages.lines import Line, lines_of
from inglenook.pages.visits import Visit

PAGE_MESSAGES: Final = 50
# What came since the last look; after more than this (a tab that slept) the page is drawn anew.
NEWS_MESSAGES: Final = 200


class Cursor(Struct, frozen=True):
    """Up to which `rev` a page is drawn, in which epoch, and down to which `seq`."""

    epoch: str
    since: int
    floor: int


class Shown(Struct, frozen=True):
    """Messages of a page, and what the page must know to go on from them."""

    lines: list[Line]
    has_older: bool
    cursor: Cursor

    @property
    def oldest(self) -> int:
        return self.lines[0].message.seq if self.lines else 0


class News(Struct, frozen=True):
    """What changed: `lines` are new, `changed` stand on the page already.

    `room_changed` says that the room's name, topic or state did.
    """

    lines: list[Line]
    changed: list[Message]
    room_changed: bool
    cursor: Cursor


def shown_before(visit: Visit, before: int | None) -> Shown:
    """The newest page, or the one below `before`.

    Call it in the `snapshot` in which the room was read.
    """
    messages, has_older = selectors.messages_before(visit.room, before, PAGE_MESSAGES)
    reader = visit.visitor.public_id if visit.visitor else None
    floor = messages[0].seq if messages else 0
    cursor = Cursor(visit.room.epoch, visit.room.head, floor)
    return Shown(lines_of(messages, reader), has_older, cursor)


class Stale(Exception):
    """The page cannot be brought up to date in pieces; it must be drawn anew."""


def news_since(visit: Visit, cursor: Cursor) -> News | None:
    """What changed since the page was drawn; None where nothing did. Raises Stale."""
    room = visit.room
    if cursor.epoch != room.epoch or cursor.since > room.head:
        raise Stale
    if cursor.since == room.head:
        return None
    changes, more = selectors.messages_changed(room, cursor.since, NEWS_MESSAGES)
    if more:
        raise Stale
    new = sorted((m for m in changes if m.seq > cursor.since), key=lambda message: message.seq)
    reader = visit.visitor.public_id if visit.visitor else None
    return News(
        lines=lines_of(new, reader, _above(room, new[0].seq) if new else None),
        changed=[m for m in changes if cursor.floor <= m.seq <= cursor.since],
        room_changed=room.rev > cursor.since,
        cursor=Cursor(room.epoch, room.head, cursor.floor),
    )


def _above(room: Room, seq: int) -> Message | None:
    return Message.objects.filter(room_id=room.pk, seq__lt=seq).order_by("-seq").first()
