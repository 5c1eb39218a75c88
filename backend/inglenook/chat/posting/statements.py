"""The texts of the statements that `store.py` sends.

SQLite takes a place for each value, PostgreSQL one JSON for all. LOOK_UP and LOOK_UP_ALL find what
is at the addresses of messages; TAKE and INSERT, or one of STORES, store them; COUNT counts them
for the trust of their authors.
"""

from __future__ import annotations

from typing import Final

from inglenook.chat.models import Message
from inglenook.chat.posting.facts import VERSION_COLUMN, author_columns

# The one list of columns. What each new message brings, with its type in PostgreSQL …
NEW_COLUMNS: Final = {
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
COLUMNS: Final = (*_NUMBERS, *NEW_COLUMNS, *_SAME)

_INTO: Final = f"INSERT INTO chat_message ({', '.join(COLUMNS)})"
_SAME_VALUES: Final = ", ".join(_SAME.values())
_PLACES: Final = "%s, " * (len(_NUMBERS) + len(NEW_COLUMNS))
INSERT: Final = f"{_INTO} VALUES ({_PLACES}{_SAME_VALUES})"

# SQLite would read a whole table for `(a, b) IN (VALUES …)`; CROSS JOIN is its word for "in this
# order".
TAKE: Final = f"""
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
        n integer, {", ".join([f"{name} {kind}" for name, kind in NEW_COLUMNS.items()])}
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
    SELECT seq, seq, {", ".join(NEW_COLUMNS)}, {_SAME_VALUES} FROM numbered
){{counted}}
SELECT n, seq, head, epoch FROM numbered
"""  # noqa: S608  only constants are put in
PLACE: Final = ("room_id", "rev", "epoch", "access_version")
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
# long, and plans for that many, unless the statement says that it has one.
STORES: Final = {
    (is_lone, counts): _STORE_ALL.replace("{limit}", " LIMIT 1" if is_lone else "").replace(
        "{counted}", _COUNTED if counts else ""
    )
    for is_lone in (True, False)
    for counts in (True, False)
}
COUNT: Final = """
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
ADDRESS: Final = {
    "n": "integer",
    "site_id": "bigint",
    "slug": "text",
    "author_id": "text",
    "cid": "text",
}
LOOK_UP: Final = f"""
WITH wanted ({", ".join(ADDRESS)}) AS (VALUES {{values}})
""" + _FOUND.format(wanted="wanted")
_ADDRESS_RECORD: Final = ", ".join([f"{name} {kind}" for name, kind in ADDRESS.items()])
_RECORDS: Final = f"json_to_recordset(%s::json) AS wanted ({_ADDRESS_RECORD})"
_RECORDS_OF_ONE: Final = f"SELECT * FROM {_RECORDS} LIMIT 1"  # noqa: S608  only constants
LOOK_UP_ALL: Final = _FOUND.format(wanted=_RECORDS)
LOOK_UP_ONE: Final = LOOK_UP_ALL.replace(_RECORDS, f"({_RECORDS_OF_ONE}) AS wanted")
