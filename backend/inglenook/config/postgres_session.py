"""Sets the timeouts of each PostgreSQL connection when it opens: for statements and transactions.

A statement sets them. libpq's `options` would set them in the packet that opens the connection, but
PgBouncer 1.18 refuses that packet, and `options` belong to the operator
(`DATABASE_URL=…?options=…`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

# In milliseconds. A lock that is held longer costs an answer `unavailable`, not a thread.
SETTINGS: Final = {"lock_timeout": 2000, "idle_in_transaction_session_timeout": 10_000}


def connect() -> None:
    connection_created.connect(_tell, dispatch_uid="inglenook.postgres_session")


def _tell(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor != "postgresql":
        return
    said = str(connection.settings_dict["OPTIONS"].get("options", ""))
    ours = [
        f"set_config('{name}', '{value}', false)"
        for name, value in SETTINGS.items()
        if not re.search(rf"\b{name}\b", said)
    ]  # what the operator says stays
    if ours:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(ours)}")
