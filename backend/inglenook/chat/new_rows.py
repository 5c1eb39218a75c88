"""The statements that store new messages, without an object for each: a batch costs four, however many are in it.

Django's querysets would say the same; putting one together takes longer than the database takes to answer it, and all
messages of a process wait in the one line that these stand in.

rooms_among     the rooms at these addresses, with what posting asks of them
posted_among    which of these (room, author, cid) are stored already
take_numbers    the rooms' next numbers, rooms in id order, so that two batches never wait for each other
insert          the rows
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection
from msgspec import Struct

from inglenook.chat.models import Message, Room
from inglenook.protocol import frames
from inglenook.visitors.participants import Participant

Key = tuple[int, str, str]


class NewRow(Struct):
    """A message on its way into its table. `rev`, which is also its `seq`, is given in the transaction."""

    room: Room
    author: Participant
    cid: str
    at: datetime
    told_at: str
    body: str
    entities: list[dict[str, Any]]
    reply_to: int | None
    rev: int = 0

    def frame(self) -> frames.Message:
        author = self.author
        return frames.Message(
            room=self.room.slug,
            rev=self.rev,
            seq=self.rev,
            cid=self.cid,
            at=self.told_at,
            edited_at=None,
            author=frames.Author(author.id, author.name, author.role, author.avatar),
            body=self.body,
            entities=self.entities,
            reply_to=self.reply_to,
            deleted=None,
            reactions={},
            attachments=[],
        )

    def values(self) -> tuple[Any, ...]:
        author = self.author
        return (
            self.room.pk,
            self.rev,
            self.rev,
            self.cid,
            connection.ops.adapt_datetimefield_value(self.at),
            author.id,
            author.name,
            author.role,
            author.avatar,
            self.body,
            frames.encode(self.entities).decode() if self.entities else "[]",
            self.reply_to,
        )


# Every column but `id`, as `NewRow.values` gives them and what is the same for every new message; a test compares them
# with the model.
COLUMNS: Final = (
    "room_id, seq, rev, cid, at, author_id, author_name, author_role, author_avatar, body, entities, reply_to, "
    "change, edited_at, deleted, reactions, attachments"
)
_ROW: Final = "(" + "%s, " * 12 + f"'{Message.Change.NEW.value}', NULL, NULL, '{{}}', '[]')"
_INSERT: Final = f"INSERT INTO chat_message ({COLUMNS}) VALUES "  # noqa: S608  a constant

_TAKE: Final = (
    "UPDATE chat_room SET head = head + %s WHERE id = %s AND NOT gone RETURNING head, epoch"
)
_TAKE_ALL: Final = """
WITH locked AS (SELECT id FROM chat_room WHERE id = ANY(%s) AND NOT gone ORDER BY id FOR UPDATE)
UPDATE chat_room AS room SET head = room.head + wanted.number
FROM locked JOIN unnest(%s::bigint[], %s::bigint[]) AS wanted (id, number) ON wanted.id = locked.id
WHERE room.id = locked.id
RETURNING room.id, room.head, room.epoch
"""

_POSTED: Final = "SELECT id FROM chat_message WHERE (room_id, author_id, cid) IN (VALUES "
_POSTED_ALL: Final = """
SELECT message.id FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS wanted (room_id, author_id, cid)
JOIN chat_message AS message
ON message.room_id = wanted.room_id AND message.author_id = wanted.author_id AND message.cid = wanted.cid
"""
# SQLite takes 999 variables in a statement on old builds.
KEYS_A_STATEMENT: Final = 300


# What `posting` and `permissions` ask of a room. Whatever else is asked of one of these is a query more, each.
ROOM_COLUMNS: Final = (
    *("id", "site_id", "slug", "kind", "visitor_id", "head", "epoch"),
    *("slow_s", "locked", "archived", "gone"),
)
_ROOMS: Final = f"SELECT {', '.join(ROOM_COLUMNS)} FROM chat_room WHERE (site_id, slug) IN "  # noqa: S608  constants
_ROOMS_ALL: Final = f"{_ROOMS}(SELECT * FROM unnest(%s::bigint[], %s::text[]))"  # noqa: S608  constants


def _has_arrays() -> bool:
    return connection.vendor == "postgresql"


def rooms_among(addresses: Collection[tuple[int, str]]) -> list[Room]:
    """Those of (site id, slug) that there are."""
    if not addresses:
        return []
    with connection.cursor() as cursor:
        if _has_arrays():
            cursor.execute(_ROOMS_ALL, [list(column) for column in zip(*addresses, strict=True)])
        else:
            values = ", ".join(["(%s, %s)"] * len(addresses))
            cursor.execute(
                f"{_ROOMS}(VALUES {values})", [part for one in addresses for part in one]
            )
        return [Room.from_db(connection.alias, ROOM_COLUMNS, row) for row in cursor.fetchall()]


def posted_among(keys: Sequence[Key]) -> list[Message]:
    """Those that are stored. Almost always none, so only a number is asked for first."""
    found: list[int] = []
    with connection.cursor() as cursor:
        if _has_arrays():
            cursor.execute(_POSTED_ALL, [list(column) for column in zip(*keys, strict=True)])
            found += [pk for (pk,) in cursor.fetchall()]
        else:
            for start in range(0, len(keys), KEYS_A_STATEMENT):
                some = keys[start : start + KEYS_A_STATEMENT]
                values = ", ".join(["(%s, %s, %s)"] * len(some))
                cursor.execute(f"{_POSTED}{values})", [value for key in some for value in key])
                found += [pk for (pk,) in cursor.fetchall()]
    return list(Message.objects.filter(pk__in=found)) if found else []


def take_numbers(wanted: Mapping[int, int]) -> dict[int, tuple[int, str]]:
    """By room: its head after it gave so many numbers, and its epoch. Rooms that are gone are left out."""
    rooms = sorted(wanted)
    with connection.cursor() as cursor:
        if _has_arrays():
            cursor.execute(_TAKE_ALL, [rooms, rooms, [wanted[pk] for pk in rooms]])
            return {pk: (head, epoch) for pk, head, epoch in cursor.fetchall()}
        found: dict[int, tuple[int, str]] = {}
        for pk in rooms:
            cursor.execute(_TAKE, [wanted[pk], pk])
            if (row := cursor.fetchone()) is not None:
                found[pk] = row
        return found


def insert(rows: Iterable[NewRow]) -> None:
    """Raises IntegrityError where one of them is there already."""
    values = [row.values() for row in rows]
    if not values:
        return
    with connection.cursor() as cursor:
        if _has_arrays():
            marks = ", ".join([_ROW] * len(values))
            cursor.execute(_INSERT + marks, [value for row in values for value in row])
        else:
            cursor.executemany(_INSERT + _ROW, values)
