"""Statements that PostgreSQL plans once a connection: for the two that a lone message waits for.

To plan them takes three times as long as to run them. Django's cursors write the values into the
text, so each is a new statement and planned anew.

A plan stays while its tables grow, until PostgreSQL has counted them again: a minute as a rule. So
only statements of one row are prepared, which lead to an index whatever the size. A plan for a
hundred rows reads small tables whole.

    prepared() ──> a cursor: the text goes once, then its number and the values
    pipeline() ──> what is asked inside goes to the database at once

Behind a pooler the next statement may meet another connection, which knows no number; then each is
planned as before (`config/postgres_session.py` finds that out at each connect).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper


def prepared() -> CursorWrapper:
    """A cursor of the current connection. On SQLite any: its plans cost nothing."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    # Only there: who has no PostgreSQL has no psycopg either.
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    raw: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # typed for psycopg 2
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return make(raw)


@contextmanager
def pipeline() -> Iterator[None]:
    """Outside a transaction what is asked inside is one by itself, to be read before the end.

    Raises Django's errors.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    with connection.wrap_database_errors, raw.pipeline():
        yield
