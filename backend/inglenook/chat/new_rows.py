"""The statements that store new messages, without an object for each: a batch costs two or three, however many are in it.

Django's querysets would say the same; putting one together takes longer than the database takes to answer it, and all
messages of a process wait in the one line that these stand in. None of them reads more when there is more history: each
looks its rows up by an index, and a test asks the databases whether they do.

look_up   what there is at the addresses that messages want to go to: the room, the same message, a mute
store     the rooms' next numbers, rooms in id order, so that two batches never wait for each other; and the rows
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone
from msgspec import Struct

from inglenook.chat.models import Message, Room
from inglenook.moderation.selectors import is_muted_where
from inglenook.protocol import frames
from inglenook.visitors.participants import Participant


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

    def values(self, at: Any) -> tuple[Any, ...]:
        """As COLUMNS has them, with `at` as the database writes it."""
        return (
            self.room.id,
            self.rev,
            self.rev,
            self.cid,
            at,
            *_said_by(self.author),
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
_SAME: Final = f"'{Message.Change.NEW.value}', NULL, NULL, '{{}}', '[]'"
_INSERT: Final = f"INSERT INTO chat_message ({COLUMNS}) VALUES ({'%s, ' * 12}{_SAME})"  # noqa: S608  constants

# SQLite would read a whole table for `(a, b) IN (VALUES …)`; CROSS JOIN is its word for "in this order".
_TAKE: Final = """
UPDATE chat_room SET head = head + wanted.column2 FROM (VALUES {values}) AS wanted
WHERE chat_room.id = wanted.column1 AND NOT chat_room.gone RETURNING id, head, epoch
"""
_STORE_ALL: Final = f"""
WITH wanted AS (
    SELECT * FROM json_to_recordset(%s::json) AS wanted (
        n integer, room_id bigint, cid text, at timestamptz, author_id text, author_name text, author_role text,
        author_avatar text, body text, entities jsonb, reply_to bigint
    )
), locked AS (
    SELECT id FROM chat_room WHERE id IN (SELECT room_id FROM wanted) AND NOT gone ORDER BY id FOR UPDATE
), taken AS (
    UPDATE chat_room AS room SET head = room.head + counted.number
    FROM locked JOIN (SELECT room_id, count(*) AS number FROM wanted GROUP BY room_id) AS counted
    ON counted.room_id = locked.id
    WHERE room.id = locked.id
    RETURNING room.id, room.head, room.head - counted.number AS head_before, room.epoch
), numbered AS (
    SELECT wanted.*, taken.head, taken.epoch,
        taken.head_before + row_number() OVER (PARTITION BY wanted.room_id ORDER BY wanted.n) AS seq
    FROM wanted JOIN taken ON taken.id = wanted.room_id
), stored AS (
    INSERT INTO chat_message ({COLUMNS})
    SELECT room_id, seq, seq, cid, at, author_id, author_name, author_role, author_avatar, body, entities, reply_to,
        {_SAME} FROM numbered
)
SELECT n, seq, head, epoch FROM numbered
"""  # noqa: S608  constants
# What `posting` and `permissions` ask of a room. Whatever else is asked of one of these is a query more, each.
ROOM_COLUMNS: Final = (
    *("id", "site_id", "slug", "kind", "visitor_id", "head", "epoch"),
    *("slow_s", "locked", "archived", "gone"),
)
_FOUND: Final = f"""
SELECT wanted.n, {is_muted_where("wanted.site_id", "wanted.author_id")}, message.id,
    {", ".join([f"room.{name}" for name in ROOM_COLUMNS])}
FROM {{wanted}}
LEFT JOIN chat_room AS room ON room.site_id = wanted.site_id AND room.slug = wanted.slug
LEFT JOIN chat_message AS message
ON message.room_id = room.id AND message.author_id = wanted.author_id AND message.cid = wanted.cid
"""  # noqa: S608  constants
_LOOK_UP: Final = """
WITH wanted (n, site_id, slug, author_id, cid) AS (VALUES {values})
""" + _FOUND.format(wanted="wanted")
_LOOK_UP_ALL: Final = _FOUND.format(
    wanted="json_to_recordset(%s::json) AS wanted (n integer, site_id bigint, slug text, author_id text, cid text)"
)
# SQLite takes 999 variables in a statement on old builds.
WANTED_A_STATEMENT: Final = 150

Wanted = tuple[int, str, str, str]


class Found(NamedTuple):
    """`posted` is the id of the message that is stored already."""

    room: Room | None
    posted: int | None
    is_muted: bool


def is_one_statement() -> bool:
    """Whether `store` is a transaction by itself."""
    return connection.vendor == "postgresql"


def look_up(wanted: Sequence[Wanted]) -> list[Found]:
    """For each (site id, slug, author id, cid) what there is. The same room is the same object."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    numbered = [(n, *one) for n, one in enumerate(wanted)]
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if is_one_statement():
            names = ("n", "site_id", "slug", "author_id", "cid")
            cursor.execute(_LOOK_UP_ALL, [now, _records(names, numbered)])
            rows += cursor.fetchall()
        else:
            for start in range(0, len(numbered), WANTED_A_STATEMENT):
                statement, values = _with_values(
                    _LOOK_UP, numbered[start : start + WANTED_A_STATEMENT]
                )
                cursor.execute(statement, [*values, now])
                rows += cursor.fetchall()
    rooms: dict[int, Room] = {}
    found = [Found(None, None, is_muted=False)] * len(wanted)
    for n, muted, posted, *columns in rows:
        pk = columns[0]
        if pk is not None and pk not in rooms:
            rooms[pk] = Room.from_db(connection.alias, ROOM_COLUMNS, columns)
        found[n] = Found(rooms.get(pk), posted, is_muted=bool(muted))
    return found


def store(rows: Sequence[NewRow]) -> None:
    """Gives each its `rev`, and its room its `head` and `epoch`; where the room is gone `rev` stays 0 and nothing is stored.

    Needs a transaction round it, unless `is_one_statement`. Raises IntegrityError where one of them is there already.
    """
    for row in rows:
        row.rev = 0  # they may have had numbers in a transaction that was rolled back
    with connection.cursor() as cursor:
        if is_one_statement():
            _store_all(cursor, rows)
        else:
            _store_each(cursor, rows)


def _store_all(cursor: Any, rows: Sequence[NewRow]) -> None:
    names = (
        *("n", "room_id", "cid", "at", "author_id", "author_name", "author_role", "author_avatar"),
        *("body", "entities", "reply_to"),
    )
    records = [
        (
            n,
            row.room.id,
            row.cid,
            row.at,
            *_said_by(row.author),
            row.body,
            row.entities,
            row.reply_to,
        )
        for n, row in enumerate(rows)
    ]
    cursor.execute(_STORE_ALL, [_records(names, records)])
    for n, seq, head, epoch in cursor.fetchall():
        row = rows[n]
        row.rev, row.room.head, row.room.epoch = seq, head, epoch


def _store_each(cursor: Any, rows: Sequence[NewRow]) -> None:
    counts = Counter(row.room.id for row in rows)
    cursor.execute(*_with_values(_TAKE, sorted(counts.items())))
    taken = {pk: (head, epoch) for pk, head, epoch in cursor.fetchall()}
    last = {pk: head - counts[pk] for pk, (head, _) in taken.items()}
    for row in rows:
        pk = row.room.id
        if pk in taken:
            row.room.head, row.room.epoch = taken[pk]
            row.rev = last[pk] = last[pk] + 1
    moments = {row.at: connection.ops.adapt_datetimefield_value(row.at) for row in rows}
    values = [row.values(moments[row.at]) for row in rows if row.rev]
    if values:
        cursor.executemany(_INSERT, values)


def _said_by(author: Participant) -> tuple[str, str, str, str | None]:
    return (author.id, author.name, author.role, author.avatar)


def _with_values(statement: str, rows: Collection[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """The statement with a place for each value, and the values."""
    width = len(next(iter(rows)))
    places = ", ".join([f"({', '.join(['%s'] * width)})"] * len(rows))
    return statement.format(values=places), [value for row in rows for value in row]


def _records(names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> str:
    """The rows as JSON objects, for `json_to_recordset`."""
    return frames.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()
