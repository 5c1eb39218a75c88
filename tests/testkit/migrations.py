"""The database goes to a state of before, and back to the newest."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# An app and its migration; None: the app has no table.
Target = tuple[str, str | None]


def models_at(*targets: Target) -> Any:
    """The models of that day, whatever the tables are."""
    named = [target for target in targets if target[1] is not None]
    return MigrationExecutor(connection).loader.project_state(named).apps


def migrate_to(*targets: Target) -> Any:
    """Goes there and returns the models of that day."""
    MigrationExecutor(connection).migrate(list(targets))
    return models_at(*targets)


def migrate_to_newest() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
