"""The statements that store new messages: a batch costs two or three, however many messages it has.

look_up   what is at the addresses of messages: the room, the same message or held message, and the
          facts about its author
store     the rooms' next numbers, and the rows; rooms in id order, so that no two batches deadlock;
          and what messages do for the trust of their authors. A message whose room or site has
          changed since `look_up` is passed over: what it was judged by holds no more
require_current  the same question by itself, in a transaction that stores more than messages

Plain SQL (`statements.py`), because all messages of a process wait for it in one line, and putting
Django's querysets together takes longer than the database takes to answer them. Each statement
finds its rows by an index, so it reads no more when there is more history. A test asks both
databases for their plan.
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
from inglenook.chat.models import Room
from inglenook.chat.posting import statements
from inglenook.chat.posting.facts import AuthorRow
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
        """In the order of NEW_COLUMNS; the arguments are as the statement takes them."""
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


_OF_AUTHOR: Final = len(AuthorRow._fields)
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
            statement = statements.LOOK_UP_ONE if is_lone else statements.LOOK_UP_ALL
            cursor.execute(statement, [now, _records(tuple(statements.ADDRESS), numbered)])
            rows += cursor.fetchall()
        else:
            for start in range(0, len(numbered), ADDRESSES_A_STATEMENT):
                statement, values = _with_values(
                    statements.LOOK_UP, numbered[start : start + ADDRESSES_A_STATEMENT]
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
            rooms[pk] = Room.from_db(connection.alias, statements.ROOM_COLUMNS, columns)
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
    statement = statements.STORES[is_lone, any(message.counts for message in messages)]
    places = {m.room.id: (m.room.id, m.room.rev, m.room.epoch, m.access_version) for m in messages}
    sites = keys_of(m.room.site_id for m in messages)
    values = [
        _records(statements.PLACE, places.values()),
        _records(("n", *statements.NEW_COLUMNS), records),
    ]
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
    cursor.execute(*_with_values(statements.TAKE, rooms))
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
        cursor.executemany(statements.INSERT, rows)
    own = Counter(message.author.id for message in messages if message.rev and message.counts)
    if own:
        first = {m.author.id: moments[m.at] for m in reversed(messages)}
        counted = [(author, number, first[author]) for author, number in own.items()]
        cursor.execute(*_with_values(statements.COUNT, counted))


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
