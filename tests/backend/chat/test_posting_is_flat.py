"""Posting costs the same however many messages there are: both databases use an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from inglenook.chat.models import Message, Reaction, ReadMark, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_messages
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import Participant

pytestmark = pytest.mark.django_db
TABLES = ("chat_message", "chat_room", "moderation_sanction")


def plan(sql: str, values: Any) -> str:
    """How the database goes about a statement, each step in a line."""
    before, _, sql = sql.rpartition(";\n")  # a statement that only locks may go before it
    values = list(values)[before.count("%s") :]
    words = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(words + sql, values)
        return "\n".join([str(row[-1]) for row in cursor.fetchall()])


@contextmanager
def asked_of_database() -> Iterator[list[tuple[str, Any]]]:
    """Each statement that names a room, with its values, or those of its first row."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if "chat_room" in sql:
            asked.append((sql, values[0] if many else values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        yield asked


@pytest.mark.parametrize("number", [1, 100])
def test_no_statement_of_posting_reads_a_whole_table(
    number: int, room: Room, amber: Participant, teal: Participant
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What the planner would do in tables that are worth an index; these here fit into one
            # page.
            cursor.execute("SET LOCAL enable_seqscan = off")
    drafts = [
        Draft(slug=room.slug, author=(amber, teal)[n % 2], cid=f"cid-{n:06}", body="Hello")
        for n in range(number)
    ]
    with asked_of_database() as asked:
        assert all(isinstance(found, Ack) for found in post_messages(drafts))
    assert len(asked) == 2  # it is looked up, and stored
    for sql, values in asked:
        steps = plan(sql, values)
        for table in TABLES:
            assert f"SCAN {table}" not in steps, steps
            assert f"Seq Scan on {table}" not in steps, steps
        # SQLite names the alias of a table, not the table.
        for alias in ("message", "room", "sanction"):
            assert f"SCAN {alias}" not in steps, steps


@pytest.mark.parametrize("model", [Message, Reaction, ReadMark])
def test_no_index_is_the_beginning_of_another(model: Any) -> None:
    """Each one more is written to with every row."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    indexes = [tuple(one["columns"]) for one in found.values() if one["index"] or one["unique"]]
    for one in indexes:
        assert not [other for other in indexes if other != one and other[: len(one)] == one], one
