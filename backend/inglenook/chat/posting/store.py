"""The statements that store new messages: a batch costs two or three, however many messages it has.

look_up   what is at the addresses of messages: the room, the same message or held message, and the
          facts about its author
store     the rooms' next numbers, and the rows; rooms in id order, so that no two batches deadlock;
          and what messages do for the trust of their authors. A message whose room or site has
          changed since `look_up` is passed over: what it was judged by holds no more
require_current  the same question by itself, in a transaction that stores more than messages

Plain SQL, because all messages of a process wait for it in one line, and putting Django's querysets
together takes longer than the database takes to answer them. Each statement finds its rows by an
index, so it reads no more when there is more history. A test asks both databases for their plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone
from msgspec import Struct

from inglenook.chat.attachments.wire import attachment_frames
from inglenook.chat.models import Message, Room
from inglenook.chat.posting.facts import VERSION_COLUMN, AuthorRow, author_columns
from inglenook.protocol import frame_parts, frames
from inglenook.sites.access_lock import HOLD_ACCESS, hold_access, keys_of
from inglenook.sites.models import Site
from inglenook.sites.prepared import pipeline, prepared
from inglenook.visitors.participants import Participant


class NewMessage(Struct):
    """A message on its way into its table. The transaction gives it its `rev`, also its `seq`.

    `at_iso` is `at` as the wire writes it. `counts`: it can matter to its author's trust.
    `access_version` is the site's by which it was judged; None where the team stores it.
    """

    room: Room
    author: Participant
    cid: str
    at: datetime
    at_iso: str
    body: str
    entities: list[dict[str, Any]]
    reply_to: int | None
    attachments: list[dict[str, Any]] = []
    counts: bool = False
    access_version: int | None = None
    rev: int = 0

    def frame(self) -> frames.Message:
        """The message as readers get it. Right only after `store` gave it its number."""
        author = self.author
        return frames.Message(
            room=self.room.slug,
            rev=self.rev,
            seq=self.rev,
            cid=self.cid,
            at=self.at_iso,
            edited_at=None,
            author=frame_parts.Author(author.id, author.name, author.role, author.avatar),
            body=self.body,
            entities=self.entities,
            reply_to=self.reply_to,
            deleted=None,
            reactions={},
            attachments=attachment_frames(self.attachments),
        )

    def ack(self) -> frames.Ack:
        """The author's acknowledgement, after `store`."""
        return frames.Ack(
            cid=self.cid, room=self.room.slug, seq=self.rev, rev=self.rev, at=self.at_iso
        )

    def values(self, at: Any, entities: Any, attachments: Any) -> tuple[Any, ...]:
        """In the order of `_COLUMNS`; the arguments are as the statement takes them."""
        author = self.author
        return (
            self.room.id,
            self.cid,
            at,
            author.id,
            author.name,
            author.role,
            author.avatar,
            self.body,
            entities,
            self.reply_to,
            attachments,
        )


# The one list of columns. What each new message brings, with its type in PostgreSQL …
_COLUMNS: Final = {
    "room_id": "bigint",
    "cid": "text",
    "at": "timestamptz",
    "author_id": "text",
    "author_name": "text",
    "author_role": "text",
    "author_avatar": "text",
    "body": "text",
    "entities": "jsonb",
    "reply_to": "bigint",
    "attachments": "jsonb",
}
# … what the transaction gives it, and what is the same for every new message. A test compares all
# with the model.
_NUMBERS: Final = ("seq", "rev")
_SAME: Final = {
    "change": f"'{Message.Change.NEW.value}'",
    "edited_at": "NULL",
    "deleted": "NULL",
    "deleted_at": "NULL",
    "deleted_content": "NULL",
    "reactions": "'{}'",
    "previews": "'[]'",
}
COLUMNS: Final = (*_NUMBERS, *_COLUMNS, *_SAME)

_INTO: Final = f"INSERT INTO chat_message ({', '.join(COLUMNS)})"
_SAME_VALUES: Final = ", ".join(_SAME.values())
_PLACES: Final = "%s, " * (len(_NUMBERS) + len(_COLUMNS))
_INSERT: Final = f"{_INTO} VALUES ({_PLACES}{_SAME_VALUES})"

# SQLite would read a whole table for `(a, b) IN (VALUES …)`; CROSS JOIN is its word for "in this
# order".
_TAKE: Final = f"""
UPDATE chat_room SET head = head + wanted.column2 FROM (VALUES {{values}}) AS wanted
WHERE chat_room.id = wanted.column1 AND NOT chat_room.gone
AND chat_room.rev = wanted.column3 AND chat_room.epoch = wanted.column4
AND (wanted.column5 IS NULL OR wanted.column5 = (
    SELECT {VERSION_COLUMN} FROM sites_site WHERE sites_site.id = chat_room.site_id
)) RETURNING id, head, epoch
"""  # noqa: S608  only constants are put in
_STORE_ALL: Final = f"""
WITH places AS (
    SELECT * FROM json_to_recordset(%s::json) AS places (
        room_id bigint, rev bigint, epoch text, access_version bigint
    ){{limit}}
), wanted AS (
    SELECT * FROM json_to_recordset(%s::json) AS wanted (
        n integer, {", ".join([f"{name} {kind}" for name, kind in _COLUMNS.items()])}
    ){{limit}}
), locked AS (
    SELECT room.id FROM places JOIN chat_room AS room ON room.id = places.room_id
    AND NOT room.gone AND room.rev = places.rev AND room.epoch = places.epoch
    JOIN sites_site AS site ON site.id = room.site_id
    AND (places.access_version IS NULL OR places.access_version = site.{VERSION_COLUMN})
    ORDER BY room.id FOR UPDATE OF room
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
    {_INTO}
    SELECT seq, seq, {", ".join(_COLUMNS)}, {_SAME_VALUES} FROM numbered
){{counted}}
SELECT n, seq, head, epoch FROM numbered
"""  # noqa: S608  only constants are put in
_PLACE: Final = ("room_id", "rev", "epoch", "access_version")
# A visitor whose row somebody else holds is passed over: a message that does not count is better
# than two transactions that wait for each other.
_COUNTED: Final = """, authors AS (
    SELECT id, public_id FROM visitors_visitor
    WHERE public_id IN (SELECT author_id FROM numbered) FOR NO KEY UPDATE SKIP LOCKED
), counted AS (
    UPDATE visitors_visitor AS visitor
    SET trust_messages = visitor.trust_messages + own.number,
        trust_since = COALESCE(visitor.trust_since, own.first)
    FROM authors JOIN (
        SELECT author_id, count(*) AS number, min(at) AS first FROM numbered GROUP BY author_id
    ) AS own ON own.author_id = authors.public_id
    WHERE visitor.id = authors.id
)"""
# By whether the message is alone, and whether it counts. PostgreSQL takes each list for 100 rows
# long, and plans for that many; of one row it is told.
_STORES: Final = {
    (is_lone, counts): _STORE_ALL.replace("{limit}", " LIMIT 1" if is_lone else "").replace(
        "{counted}", _COUNTED if counts else ""
    )
    for is_lone in (True, False)
    for counts in (True, False)
}
_COUNT: Final = """
UPDATE visitors_visitor SET trust_messages = trust_messages + wanted.column2,
    trust_since = COALESCE(trust_since, wanted.column3)
FROM (VALUES {values}) AS wanted WHERE visitors_visitor.public_id = wanted.column1
"""
# What the steps and `permissions` ask of a room, in the order of the model. Any other column of
# these rooms is a query more.
ROOM_COLUMNS: Final = (
    *("id", "site_id", "slug", "kind", "visitor_id", "head", "rev", "epoch"),
    *("slow_s", "locked", "locked_until", "read_only_for"),
    *("approval", "links", "files", "files_from", "archived", "gone"),
)
_OF_AUTHOR: Final = len(AuthorRow._fields)
_FOUND: Final = f"""
SELECT wanted.n, message.id, held.id,
    {author_columns("site", "visitor", "wanted.author_id")},
    {", ".join([f"room.{name}" for name in ROOM_COLUMNS])}
FROM {{wanted}}
JOIN sites_site AS site ON site.id = wanted.site_id
LEFT JOIN visitors_visitor AS visitor ON visitor.public_id = wanted.author_id
LEFT JOIN chat_room AS room ON room.site_id = wanted.site_id AND room.slug = wanted.slug
LEFT JOIN chat_message AS message
ON message.room_id = room.id AND message.author_id = wanted.author_id AND message.cid = wanted.cid
LEFT JOIN chat_heldmessage AS held
ON held.room_id = room.id AND held.author_id = wanted.author_id AND held.cid = wanted.cid
"""  # noqa: S608  only constants are put in
# Where each message wants to go, in the order of `Address`, with the types in PostgreSQL.
_ADDRESS: Final = {
    "n": "integer",
    "site_id": "bigint",
    "slug": "text",
    "author_id": "text",
    "cid": "text",
}
_LOOK_UP: Final = f"""
WITH wanted ({", ".join(_ADDRESS)}) AS (VALUES {{values}})
""" + _FOUND.format(wanted="wanted")
_ADDRESS_RECORD: Final = ", ".join([f"{name} {kind}" for name, kind in _ADDRESS.items()])
_RECORDS: Final = f"json_to_recordset(%s::json) AS wanted ({_ADDRESS_RECORD})"
_RECORDS_OF_ONE: Final = f"SELECT * FROM {_RECORDS} LIMIT 1"  # noqa: S608  only constants
_LOOK_UP_ALL: Final = _FOUND.format(wanted=_RECORDS)
_LOOK_UP_ONE: Final = _LOOK_UP_ALL.replace(_RECORDS, f"({_RECORDS_OF_ONE}) AS wanted")
# SQLite takes 999 variables in a statement on old builds.
ADDRESSES_A_STATEMENT: Final = 150

Address = tuple[int, str, str, str]


class Found(NamedTuple):
    """`posted` is the id of the message that is stored already, `held` of the one that is held.

    `author` None: there is no such site.
    """

    room: Room | None = None
    posted: int | None = None
    held: int | None = None
    author: AuthorRow | None = None


def is_one_statement() -> bool:
    """Whether `store` is a transaction by itself."""
    return connection.vendor == "postgresql"


def look_up(addresses: Sequence[Address]) -> list[Found]:
    """For each (site id, slug, author id, cid) what there is. The same room is the same object."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    numbered = [(n, *one) for n, one in enumerate(addresses)]
    rows: list[tuple[Any, ...]] = []
    is_lone = len(addresses) == 1
    make_cursor = prepared if is_lone else connection.cursor
    with make_cursor() as cursor:
        if is_one_statement():
            statement = _LOOK_UP_ONE if is_lone else _LOOK_UP_ALL
            cursor.execute(statement, [now, _records(tuple(_ADDRESS), numbered)])
            rows += cursor.fetchall()
        else:
            for start in range(0, len(numbered), ADDRESSES_A_STATEMENT):
                statement, values = _with_values(
                    _LOOK_UP, numbered[start : start + ADDRESSES_A_STATEMENT]
                )
                cursor.execute(statement, [*values, now])
                rows += cursor.fetchall()
    rooms: dict[int, Room] = {}
    found = [Found()] * len(addresses)
    for row in rows:
        n, posted, held = row[:3]
        columns = row[3 + _OF_AUTHOR :]
        pk = columns[0]
        if pk is not None and pk not in rooms:
            rooms[pk] = Room.from_db(connection.alias, ROOM_COLUMNS, columns)
        found[n] = Found(rooms.get(pk), posted, held, AuthorRow(*row[3 : 3 + _OF_AUTHOR]))
    return found


class Outdated(Exception):
    """What a message was judged by has changed since."""


def require_current(judged: Iterable[tuple[Room, int]]) -> None:
    """Raises Outdated where a room, or its site's access version, is not any more as it was read.

    From here to COMMIT they stay so. Inside a transaction; the rooms are stored.
    """
    rooms = {room.id: room for room, _ in judged}
    versions = {(room.site_id, version) for room, version in judged}
    hold_access({site_id for site_id, _ in versions})
    sites = Site.objects.filter(pk__in={site_id for site_id, _ in versions})
    locked = Room.objects.select_for_update().filter(pk__in=rooms, gone=False).order_by("pk")
    as_read = {(pk, room.rev, room.epoch) for pk, room in rooms.items()}
    if (
        set(locked.values_list("pk", "rev", "epoch")) != as_read
        or set(sites.values_list("pk", "access_version")) != versions
    ):
        raise Outdated


def store(messages: Sequence[NewMessage]) -> None:
    """Gives each its `rev`, and its room its `head` and `epoch`; `rev` 0: its room is gone, or is
    not as it was read, or the site's access version is another.

    Needs a transaction round it, unless `is_one_statement`. Raises IntegrityError where one of them
    is there already.
    """
    for message in messages:
        message.rev = 0  # it may have had a number in a transaction that was rolled back
    if is_one_statement():
        _store_all(messages)
    else:
        with connection.cursor() as cursor:
            _store_each(cursor, messages)


def _store_all(messages: Sequence[NewMessage]) -> None:
    records = [
        (n, *message.values(message.at, message.entities, message.attachments))
        for n, message in enumerate(messages)
    ]
    is_lone = len(messages) == 1
    statement = _STORES[is_lone, any(message.counts for message in messages)]
    places = {m.room.id: (m.room.id, m.room.rev, m.room.epoch, m.access_version) for m in messages}
    sites = keys_of(m.room.site_id for m in messages)
    values = [_records(_PLACE, places.values()), _records(("n", *_COLUMNS), records)]
    # The first statement waits for whoever withdraws a right, the second sees what they left. Both
    # go to the database at once and are one transaction.
    if is_lone:
        with pipeline(), prepared() as holds, prepared() as stores:
            holds.execute(HOLD_ACCESS, [sites])
            stores.execute(statement, values)
            rows = stores.fetchall()
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"{HOLD_ACCESS};{statement}", [sites, *values])
            cursor.nextset()
            rows = cursor.fetchall()
    for n, seq, head, epoch in rows:
        message = messages[n]
        message.rev, message.room.head, message.room.epoch = seq, head, epoch


def _store_each(cursor: Any, messages: Sequence[NewMessage]) -> None:
    counts = Counter(message.room.id for message in messages)
    places = {m.room.id: (m.room.rev, m.room.epoch, m.access_version) for m in messages}
    rooms = [(pk, number, *places[pk]) for pk, number in sorted(counts.items())]
    cursor.execute(*_with_values(_TAKE, rooms))
    taken = {pk: (head, epoch) for pk, head, epoch in cursor.fetchall()}
    last = {pk: head - counts[pk] for pk, (head, _) in taken.items()}
    for message in messages:
        pk = message.room.id
        if pk in taken:
            message.room.head, message.room.epoch = taken[pk]
            message.rev = last[pk] = last[pk] + 1
    # One moment in nearly every batch; `connection` costs more than the rest of such a line.
    moments = {at: connection.ops.adapt_datetimefield_value(at) for at in {m.at for m in messages}}
    rows = [
        (
            *(message.rev, message.rev),
            *message.values(
                moments[message.at], _as_json(message.entities), _as_json(message.attachments)
            ),
        )
        for message in messages
        if message.rev
    ]
    if rows:
        cursor.executemany(_INSERT, rows)
    own = Counter(message.author.id for message in messages if message.rev and message.counts)
    if own:
        first = {m.author.id: moments[m.at] for m in reversed(messages)}
        counted = [(author, number, first[author]) for author, number in own.items()]
        cursor.execute(*_with_values(_COUNT, counted))


def _as_json(found: list[dict[str, Any]]) -> str:
    return frames.encode(found).decode() if found else "[]"


def _with_values(statement: str, rows: Collection[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """The statement with a place for each value, and the values."""
    width = len(next(iter(rows)))
    places = ", ".join([f"({', '.join(['%s'] * width)})"] * len(rows))
    return statement.format(values=places), [value for row in rows for value in row]


def _records(names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> str:
    """The rows as JSON objects, for `json_to_recordset`."""
    return frames.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()
