"""Sets up each PostgreSQL connection when it opens: its timeouts, and whether it may prepare.

A statement sets them. libpq's `options` would set them in the packet that opens the connection, but
PgBouncer 1.18 refuses that packet, and `options` belong to the operator
(`DATABASE_URL=…?options=…`).

Statements are prepared (`sites/prepared.py`) where nothing stands between: a pooler tells a number
of its own in place of the number of the process that answers.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

# In milliseconds. A lock that is held longer costs an answer `unavailable`, not a thread.
SETTINGS: Final = {"lock_timeout": 2000, "idle_in_transaction_session_timeout": 10_000}


def connect() -> None:
    connection_created.connect(set_up, dispatch_uid="inglenook.postgres_session")


def set_up(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor != "postgresql":
        return
    said = str(connection.settings_dict["OPTIONS"].get("options", ""))
    ours = [
        f"set_config('{name}', '{value}', false)"
        for name, value in SETTINGS.items()
        if not re.search(rf"\b{name}\b", said)
    ]  # what the operator says stays
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(['pg_backend_pid()', *ours])}")
        (answering, *_) = cursor.fetchone()
    line = connection.connection
    line.prepare_threshold = 0 if answering == line.info.backend_pid else None
