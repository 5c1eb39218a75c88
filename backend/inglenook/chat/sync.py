"""What a client needs to be in step, read in one state of the database.

    page_for(room, cursor, readers) ──> Page ──> for_reader(id, seen) ──> frames.Sync

A page is read and encoded once and handed to any number of readers; only what they reacted to
themselves differs, and what a page says to one reader alone (own_part.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec
from msgspec import Struct

from inglenook.chat import selectors
from inglenook.chat.models import Message, Reaction, Room
from inglenook.chat.own_part import OwnPart, own_parts
from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError
from inglenook.protocol.limits import PAGE_MESSAGES, RESUME_CHANGES, SNAPSHOT_MESSAGES
from inglenook.sites.database import snapshot
from inglenook.visitors.participants import Participant


class Cursor(Struct, frozen=True):
    """Where a client says it stands. Without an epoch or `since` it holds nothing."""

    epoch: str | None = None
    since: int | None = None
    limit: int = PAGE_MESSAGES


class Page(Struct, frozen=True, kw_only=True):
    """What every reader at one place gets: `messages` as rows, and `raws` as their encoded frames.

    `since` and `upto` are numbers of changes: the page leads from one to the other. `mine` is
    reader id to message pk to that reader's own emoji. `more`: changes above `upto` are still to
    come. `older`: there are messages below the first one.
    """

    room: Room
    mode: Literal["resume", "snapshot"]
    since: int
    upto: int
    messages: list[Message]
    raws: list[msgspec.Raw]
    mine: dict[str, dict[int, list[str]]]
    own: dict[str, OwnPart]
    more: bool
    older: bool

    @property
    def epoch(self) -> str:
        return self.room.epoch

    @property
    def head(self) -> int:
        return self.room.head

    def for_reader(self, reader_id: str, seen: int, known: OwnPart | None = None) -> frames.Sync:
        """The page as this reader's frame. `seen` is the reader's own read mark.

        `known` is the reader's own part as they have it, where this page was read without it.
        """
        own = self.own.get(reader_id) or known or OwnPart()
        raws = self.raws
        mine = self.mine.get(reader_id)
        if mine:
            raws = [
                _raw(message, self.room.slug, mine[message.pk]) if message.pk in mine else raw
                for message, raw in zip(self.messages, self.raws, strict=True)
            ]
        return frames.Sync(
            room=self.room.slug,
            epoch=self.epoch,
            head=self.head,
            since=self.since,
            upto=self.upto,
            mode=self.mode,
            state=msgspec.Raw(frames.encode(selectors.room_frame(self.room))),
            messages=raws,
            more=self.more,
            older=self.older,
            held=own.held,
            seen=seen,
            may=own.may,
            receipts=own.receipts,
        )


def sync_of(*, slug: str, participant: Participant, cursor: Cursor) -> frames.Sync:
    """The sync of one participant. Raises NotFound for what it may not see."""
    (found,) = pages_and_marks([Asked(slug=slug, participant=participant, cursor=cursor)])
    if isinstance(found, ChatError):
        raise found
    page, seen = found
    return page.for_reader(participant.id, seen)


class Asked(Struct, frozen=True, kw_only=True):
    """Who stands where in which room."""

    slug: str
    participant: Participant
    cursor: Cursor


def pages_and_marks(asked: list[Asked]) -> list[tuple[Page, int] | ChatError]:
    """Each one's page from their cursor and their read mark; NotFound for what they may not see.

    Who stands at the same place shares a page.
    """
    with snapshot():
        found = selectors.rooms_by_slug([(one.slug, one.participant) for one in asked])
        rooms = {index: room for index, room in enumerate(found) if isinstance(room, Room)}
        sharers: dict[tuple[object, ...], list[int]] = {}
        for index, room in rooms.items():
            sharers.setdefault(_place(room, asked[index].cursor), []).append(index)
        pages: dict[int, Page] = {}
        for indexes in sharers.values():
            first = indexes[0]
            readers = {asked[i].participant.id: asked[i].participant for i in indexes}
            page = _page(rooms[first], asked[first].cursor, readers.values())
            pages.update(dict.fromkeys(indexes, page))
        marks = selectors.marks_of([(room, asked[i].participant.id) for i, room in rooms.items()])
    return [
        (pages[index], marks.get((room.pk, asked[index].participant.id), 0))
        if isinstance(room, Room)
        else room
        for index, room in enumerate(found)
    ]


def _place(room: Room, cursor: Cursor) -> tuple[object, ...]:
    """Equal for cursors that are answered with the same page."""
    where = (cursor.since, cursor.limit) if _leads(room, cursor) else None
    return (room.site_id, room.slug, where)


def page_for(*, room_id: int, cursor: Cursor, readers: Collection[Participant]) -> Page | None:
    """The page for many readers of one room who stand at the same place.

    None when the room is no more.
    """
    with snapshot():
        room = Room.objects.filter(pk=room_id).first()
        return _page(room, cursor, readers) if room else None


def _page(room: Room, cursor: Cursor, readers: Collection[Participant]) -> Page:
    """A resume from the cursor, or a snapshot where it leads nowhere."""
    if _leads(room, cursor):
        return _resume(room, cursor.since or 0, min(cursor.limit, PAGE_MESSAGES), readers)
    return _snapshot(room, readers)


def _leads(room: Room, cursor: Cursor) -> bool:
    if cursor.epoch != room.epoch or cursor.since is None:
        return False
    return 0 <= room.head - cursor.since <= RESUME_CHANGES


def _resume(room: Room, since: int, limit: int, readers: Collection[Participant]) -> Page:
    messages, more = selectors.messages_changed(room, since, limit)
    raws = [_raw(message, room.slug, []) for message in messages]
    count = selectors.fitting(raws, newest=False)
    more = more or count < len(raws)
    messages = messages[:count]
    return Page(
        room=room,
        mode="resume",
        since=since,
        upto=messages[-1].rev if more else room.head,
        messages=messages,
        raws=raws[:count],
        mine=_mine(messages, readers),
        own=own_parts(room, readers),
        more=more,
        older=room.head > 0,
    )


def _snapshot(room: Room, readers: Collection[Participant]) -> Page:
    messages, older = selectors.messages_before(room, None, SNAPSHOT_MESSAGES)
    raws = [_raw(message, room.slug, []) for message in messages]
    count = selectors.fitting(raws, newest=True)
    messages, cut = messages[len(raws) - count :], count < len(raws)
    return Page(
        room=room,
        mode="snapshot",
        since=0,
        upto=room.head,
        messages=messages,
        raws=raws[len(raws) - count :],
        mine=_mine(messages, readers),
        own=own_parts(room, readers),
        more=False,
        older=older or cut,
    )


def _mine(
    messages: Collection[Message], readers: Collection[Participant]
) -> dict[str, dict[int, list[str]]]:
    reacted = [message.pk for message in messages if message.reactions]
    found: dict[str, dict[int, list[str]]] = {}
    if reacted:
        rows = Reaction.objects.filter(
            message_id__in=reacted, author_id__in=[reader.id for reader in readers]
        )
        for pk, reader, emoji in rows.order_by("id").values_list(
            "message_id", "author_id", "emoji"
        ):
            found.setdefault(reader, {}).setdefault(pk, []).append(emoji)
    return found


def _raw(message: Message, slug: str, mine: list[str]) -> msgspec.Raw:
    frame = selectors.message_frame(message, slug, mine=mine if message.reactions else None)
    return msgspec.Raw(frames.encode(frame))
