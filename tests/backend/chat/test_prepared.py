"""A lone message's statements are planned once a connection, and never behind a pooler."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection

from inglenook.chat.models import Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message, post_messages
from inglenook.protocol.errors import Unavailable
from inglenook.sites.database import unavailable_when_away
from inglenook.sites.prepared import pipeline, prepared
from inglenook.visitors.participants import Participant

pytestmark = pytest.mark.django_db(transaction=True)


def prepared_statements() -> dict[str, int]:
    """What this connection has planned, and how often it ran with the kept plan."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def draft(author: Participant, room: Room, number: int) -> Draft:
    return Draft(slug=room.slug, author=author, cid=f"cid-{number:06}", body="Hello")


def test_a_lone_message_is_planned_once_and_many_at_once_each_time(
    room: Room, amber: Participant
) -> None:
    if connection.vendor != "postgresql":  # no other database keeps plans
        return
    connection.close()
    post_messages([draft(amber, room, n) for n in range(5)])
    assert prepared_statements() == {}
    for number in range(10, 20):
        post_message(draft(amber, room, number))
    counts = prepared_statements()
    assert len(counts) == 3, counts  # looked up, held, stored
    assert all(count > 0 for count in counts.values()), counts


def test_an_error_in_a_pipeline_is_djangos_and_the_connection_goes_on() -> None:
    if connection.vendor != "postgresql":  # no other database keeps plans
        return
    for _ in range(2):
        with pytest.raises(DataError):
            asked_together(("SELECT 1 / %s::integer", [0]), ("SELECT 2", []))
        assert asked_together(("SELECT 3", []), ("SELECT 4", [])) == [(4,)]


def asked_together(*statements: tuple[str, list[Any]]) -> list[Any]:
    """What the last one answers."""
    with pipeline(), ExitStack() as stack:
        for statement, values in statements:
            cursor = stack.enter_context(prepared())
            cursor.execute(statement, values)
        return cursor.fetchall()


def test_a_column_that_gets_another_type_costs_one_answer() -> None:
    """An upgrade goes on while processes of the release before still serve."""
    if connection.vendor != "postgresql":  # no other database keeps plans
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE upgraded (seq integer)")
    try:
        assert asked_together(("SELECT seq FROM upgraded", [])) == []
        with closing(connection.copy()) as upgrade, upgrade.cursor() as cursor:
            cursor.execute("ALTER TABLE upgraded ALTER seq TYPE bigint")
        with pytest.raises(Unavailable), unavailable_when_away():
            asked_together(("SELECT seq FROM upgraded", []))
        with unavailable_when_away():
            assert asked_together(("SELECT seq FROM upgraded", [])) == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE upgraded")


def test_behind_a_pooler_nothing_is_prepared(
    room: Room, amber: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells the client a number of its own, and statements go to whichever process is free."""
    if connection.vendor != "postgresql":  # no other database keeps plans
        return
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", property(lambda _: -1))
    connection.close()
    for number in range(8):
        post_message(draft(amber, room, number))
    assert prepared_statements() == {}
    connection.close()
