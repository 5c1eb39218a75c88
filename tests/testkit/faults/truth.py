"""What the database holds, read past the product: the one truth that every client's list is
compared with.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString, TypedDict

import psycopg

from tests.testkit.faults.view import digest_of

_ROOMS = "SELECT id, slug, head, epoch FROM chat_room"
_MESSAGES = "SELECT room_id, seq, rev, cid, body, deleted FROM chat_message ORDER BY room_id, seq"

_HELD = """
    SELECT r.slug, h.author_id, h.cid, h.state, h.seq
    FROM chat_heldmessage h JOIN chat_room r ON r.id = h.room_id
"""
_WITH_FILES = "SELECT cid, seq, attachments FROM chat_message WHERE body LIKE 'shows %'"
_FILES = "SELECT public_id, seq FROM chat_attachment WHERE used_at IS NOT NULL"
_SANCTIONS = "SELECT visitor_id, kind FROM moderation_sanction WHERE lifted_at IS NULL"


class Database(TypedDict, total=False):
    """Where to read: one of the two."""

    postgres_url: str
    sqlite_file: Path


@dataclass(frozen=True)
class StoredHeld:
    room: str
    author: str
    cid: str
    state: str
    seq: int | None


@dataclass
class StoredFiles:
    """`messages`, `seqs`: by `cid`, the ids of its files and its place; `places`: by the id of a
    file, the place of its message.
    """

    messages: dict[str, list[str]]
    seqs: dict[str, int]
    places: dict[str, int | None]


@dataclass
class StoredRoom:
    """`messages`: seq -> (rev, digest)."""

    slug: str
    head: int
    epoch: str
    messages: dict[int, tuple[int, int]] = field(default_factory=dict)
    cids: dict[str, list[int]] = field(default_factory=dict)


def read_rooms(*, postgres_url: str = "", sqlite_file: Path | None = None) -> dict[str, StoredRoom]:
    rooms, messages = _read((_ROOMS, _MESSAGES), postgres_url, sqlite_file)
    found = {pk: StoredRoom(slug, head, epoch) for pk, slug, head, epoch in rooms}
    for room_id, seq, rev, cid, body, deleted in messages:
        room = found[room_id]
        room.messages[seq] = (rev, digest_of(cid, body, deleted))
        room.cids.setdefault(cid, []).append(seq)
    return {room.slug: room for room in found.values()}


def read_held(
    *, postgres_url: str = "", sqlite_file: Path | None = None
) -> tuple[list[StoredHeld], Counter[tuple[str, str]]]:
    """What was held, whatever became of it; and the sanctions in force, by person and kind."""
    held, sanctions = _read((_HELD, _SANCTIONS), postgres_url, sqlite_file)
    return [StoredHeld(*row) for row in held], Counter((who, kind) for who, kind in sanctions)


def read_files(*, postgres_url: str = "", sqlite_file: Path | None = None) -> StoredFiles:
    rows, places = _read((_WITH_FILES, _FILES), postgres_url, sqlite_file)
    found: dict[str, list[str]] = {}
    for cid, _, kept in rows:
        known = json.loads(kept) if isinstance(kept, str) else kept
        found[cid] = [file["id"] for file in known]
    return StoredFiles(found, {cid: seq for cid, seq, _ in rows}, dict(places))


def _read(
    statements: Iterable[LiteralString], postgres_url: str, sqlite_file: Path | None
) -> list[list[Any]]:
    if sqlite_file is None:
        with psycopg.connect(postgres_url) as connection:
            return [connection.execute(each).fetchall() for each in statements]
    with closing(sqlite3.connect(f"file:{sqlite_file}?mode=ro", uri=True)) as lite:
        return [lite.execute(each).fetchall() for each in statements]
