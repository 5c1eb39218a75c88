"""Prepares the database for a command: migrates the embedded SQLite, and only checks PostgreSQL."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from inglenook.cli.output import Refusal


def prepare_database() -> None:
    """Applies migrations on SQLite.

    Raises Refusal where an operator must decide when (PostgreSQL).
    """
    if not has_pending_migrations():
        return
    if connection.vendor != "sqlite":
        raise Refusal("the database is not up to date. Run: inglenook migrate")
    with one_at_a_time("migrate"):
        # Whoever held the lock before us may have done it.
        if has_pending_migrations():
            call_command("migrate", interactive=False, verbosity=0)


def has_pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Holds a lock, so that commands that start together migrate one after the other."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
