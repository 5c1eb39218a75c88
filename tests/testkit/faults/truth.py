"""What the database holds, read past the product: the one truth that every client's list is
compared with.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.testkit.faults.view import digest_of

_ROOMS = "SELECT id, slug, head, epoch FROM chat_room"
_MESSAGES = "SELECT room_id, seq, rev, cid, body, deleted FROM chat_message ORDER BY room_id, seq"


@dataclass
class StoredRoom:
    """`messages`: seq -> (rev, digest)."""

    slug: str
    head: int
    epoch: str
    messages: dict[int, tuple[int, int]] = field(default_factory=dict)
    cids: dict[str, list[int]] = field(default_factory=dict)


def read_rooms(*, postgres_url: str = "", sqlite_file: Path | None = None) -> dict[str, StoredRoom]:
    if sqlite_file is not None:
        with sqlite3.connect(f"file:{sqlite_file}?mode=ro", uri=True) as lite:
            rooms, messages = lite.execute(_ROOMS).fetchall(), lite.execute(_MESSAGES).fetchall()
        lite.close()
    else:
        with psycopg.connect(postgres_url) as connection:
            rooms = connection.execute(_ROOMS).fetchall()
            messages = connection.execute(_MESSAGES).fetchall()
    found = {pk: StoredRoom(slug, head, epoch) for pk, slug, head, epoch in rooms}
    for room_id, seq, rev, cid, body, deleted in messages:
        room = found[room_id]
        room.messages[seq] = (rev, digest_of(cid, body, deleted))
        room.cids.setdefault(cid, []).append(seq)
    return {room.slug: room for room in found.values()}
