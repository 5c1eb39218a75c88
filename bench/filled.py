"""Databases with many messages: made by one statement inside the database, which takes seconds
where an ORM takes hours.

SQLite's are kept in .cache/bench and used again; PostgreSQL's are made anew by each run,
with its server.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from dataclasses import asdict
from pathlib import Path

import psycopg

from scripts.steps import CACHE
from tests.testkit import services
from tests.testkit.faults.cast import Cast, prepared
from tests.testkit.process import remove_at_exit

ROOMS = 10
PEOPLE = 20
_COLUMNS = (
    "room_id, seq, rev, change, cid, at, author_id, author_name, author_role, body, entities, "
    "reactions, attachments"
)
_BODY = "'number ' || i || ' lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod'"
_ROW = f"'h-' || i || '-bench', {{now}}, 'v_' || (i % 97), 'Amber Otter', 'visitor', {_BODY}"
_SQLITE = f"""
WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < ? - 1),
places AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM chat_room)
INSERT INTO chat_message ({_COLUMNS})
SELECT places.id, i / {ROOMS} + 1, i / {ROOMS} + 1, 'n', {_ROW.format(now="'2026-01-01 00:00:00'")},
       '[]', '{{}}', '[]'
FROM numbers JOIN places ON places.place = i % {ROOMS}
"""
_POSTGRES = f"""
WITH places AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM chat_room)
INSERT INTO chat_message ({_COLUMNS})
SELECT places.id, i / {ROOMS} + 1, i / {ROOMS} + 1, 'n', {_ROW.format(now="now()")},
       '[]', '{{}}', '[]'
FROM generate_series(0, MESSAGES - 1) AS i JOIN places ON places.place = i % {ROOMS}
"""
_HEADS = (
    "UPDATE chat_room SET head = (SELECT max(seq) FROM chat_message WHERE room_id = chat_room.id)"
)


def filled(database: str, messages: int) -> tuple[Cast, str]:
    """A cast, and the URL of its database with that many messages in `ROOMS` rooms."""
    return _sqlite(messages) if database == "sqlite" else _postgres(messages)


def _sqlite(messages: int) -> tuple[Cast, str]:
    folder = CACHE / "bench" / f"history-{messages}"
    file, note = folder / "inglenook.sqlite3", folder / "cast.json"
    if not note.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        cast = prepared("sqlite", ROOMS, PEOPLE)
        shutil.copyfile(cast.template, file)
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_SQLITE, [messages])
            connection.execute(_HEADS)
            connection.commit()
            connection.execute("ANALYZE")
        note.write_text(json.dumps(asdict(cast)))
    cast = Cast(**json.loads(note.read_text()))
    # Static files are made anew by each run; what the one that filled it had is gone.
    data = remove_at_exit(Path(tempfile.mkdtemp(prefix="inglenook-filled-")))
    cast.env["INGLENOOK_DATA_DIR"] = str(data)
    return cast, f"sqlite:///{file}"


def _postgres(messages: int) -> tuple[Cast, str]:
    cast = prepared("postgres", ROOMS, PEOPLE)
    url = services.postgres().new_database(cast.template)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_POSTGRES.replace("MESSAGES", str(messages)).encode())
        connection.execute(_HEADS.encode())
        connection.execute("VACUUM ANALYZE chat_message")
    return cast, url
