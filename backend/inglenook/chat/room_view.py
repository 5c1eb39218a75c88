"""A room as people read it on a page that the server draws, for visitors' pages and the dashboard.

    Room, cursor ─► shown_before, news_since ─► rows: author, time, state, HTML, who may do what

A page begins with `shown_before`, and goes on from its cursor with `news_since`. Templates read
rows and know no model. This module only reads, and each call asks the same number of queries
however many messages there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.utils.safestring import SafeString
from msgspec import Struct

from inglenook.chat import selectors
from inglenook.chat.attachments.shown import ShownFile, shown_files
from inglenook.chat.body_html import body_html
from inglenook.chat.models import Message, Room
from inglenook.chat.own_view import with_shadows
from inglenook.chat.previews.wire import ShownPreview, shown_previews
from inglenook.visitors.participants import TEAM_ROLES, Participant

PAGE_MESSAGES: Final = 50
# What came since the last look. After more than this (a tab that slept) the page is drawn anew.
# Read in parts, a message that is new and changed later would count as changed before it was drawn.
NEWS_MESSAGES: Final = 200
# What one author says within this time stands under one name.
GROUP: Final = timedelta(minutes=5)


class PageCursor(Struct, frozen=True):
    """Up to which `rev` a page is drawn, in which epoch, and down to which `seq`."""

    epoch: str
    since: int
    floor: int = 0


class MessageRow(Struct, frozen=True, kw_only=True):
    """One message as one reader sees it.

    `author` is empty where the author was erased. `badge` says what the author is beside a visitor:
    the team, or another role by its name. `deleted` says by whom: `author`, `moderator`, `erased`.
    `day` is set on the first message of a day, `is_headed` where name and time stand above it.
    """

    seq: int
    at: datetime
    author: str
    author_id: str | None
    badge: str
    is_team: bool
    html: SafeString
    deleted: str | None
    is_edited: bool
    reply_to: int | None
    reactions: dict[str, int]
    files: list[ShownFile]
    previews: list[ShownPreview]
    is_mine: bool
    may_delete: bool
    day: date | None = None
    is_headed: bool = True


class Shown(Struct, frozen=True):
    """Messages of a page, and what the page must know to go on from them."""

    rows: list[MessageRow]
    has_older: bool
    cursor: PageCursor

    @property
    def oldest(self) -> int:
        return self.rows[0].seq if self.rows else 0


class News(Struct, frozen=True):
    """What changed: `rows` are new, `changed` stand on the page already.

    `room_changed` says that the room's name, topic or state did.
    """

    rows: list[MessageRow]
    changed: list[MessageRow]
    room_changed: bool
    cursor: PageCursor


class Stale(Exception):
    """The page cannot be brought up to date in pieces; it must be drawn anew."""


def shown_before(room: Room, before: int | None, reader: Participant | None) -> Shown:
    """The newest page, or the one below `before`.

    Call it in the `snapshot` in which the room was read.
    """
    messages, has_older = selectors.messages_before(room, before, PAGE_MESSAGES)
    floor = messages[0].seq if messages else 0
    cursor = PageCursor(room.epoch, room.head, floor)
    messages = with_shadows(room, messages, reader, has_older=has_older, is_newest=before is None)
    return Shown(rows_of(messages, reader), has_older, cursor)


def news_since(room: Room, cursor: PageCursor, reader: Participant | None) -> News | None:
    """What changed since the page was drawn; None where nothing did. Raises Stale."""
    if cursor.epoch != room.epoch or cursor.since > room.head:
        raise Stale
    if cursor.since == room.head:
        return None
    changes, is_too_much = selectors.messages_changed(room, cursor.since, NEWS_MESSAGES)
    if is_too_much:
        raise Stale
    new = sorted((m for m in changes if m.seq > cursor.since), key=lambda message: message.seq)
    old = [m for m in changes if cursor.floor <= m.seq <= cursor.since]
    return News(
        rows=rows_of(new, reader, _above(room, new[0].seq) if new else None),
        changed=[row_of(message, reader) for message in old],
        room_changed=room.rev > cursor.since,
        cursor=PageCursor(room.epoch, room.head, cursor.floor),
    )


def rows_of(
    messages: Iterable[Message], reader: Participant | None, before: Message | None = None
) -> list[MessageRow]:
    """`before` is the message that stands above the first of these on the page, if any does."""
    rows = []
    for message in messages:
        day = message.at.astimezone(UTC).date()
        is_new_day = before is None or before.at.astimezone(UTC).date() != day
        follows = (
            before is not None
            and not is_new_day
            and before.author_id == message.author_id
            and before.author_name == message.author_name
            and message.at - before.at < GROUP
        )
        rows.append(row_of(message, reader, day=day if is_new_day else None, is_headed=not follows))
        before = message
    return rows


def row_of(
    message: Message,
    reader: Participant | None,
    *,
    day: date | None = None,
    is_headed: bool = True,
) -> MessageRow:
    """`reader` is None for somebody who has not written yet."""
    is_mine = reader is not None and message.author_id == reader.id
    is_there = message.deleted is None
    return MessageRow(
        seq=message.seq,
        at=message.at,
        author="" if message.deleted == "erased" else message.author_name,
        author_id=message.author_id,
        badge=_badge(message.author_role),
        is_team=message.author_role in TEAM_ROLES,
        html=body_html(message.body, message.entities) if is_there else SafeString(),
        deleted=message.deleted,
        is_edited=is_there and message.edited_at is not None,
        reply_to=message.reply_to,
        reactions=message.reactions if is_there else {},
        files=shown_files(message.attachments) if is_there else [],
        previews=shown_previews(message.previews) if is_there else [],
        is_mine=is_mine,
        may_delete=is_there and reader is not None and reader.is_team,
        day=day,
        is_headed=is_headed,
    )


def _badge(role: str) -> str:
    if role in TEAM_ROLES:
        return "Team"
    return "" if role == "visitor" else role.capitalize()


def _above(room: Room, seq: int) -> Message | None:
    return Message.objects.filter(room_id=room.pk, seq__lt=seq).order_by("-seq").first()
