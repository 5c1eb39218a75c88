"""Where texts stand: every column of every table, found by introspection, and every file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection


def places_of(texts: Iterable[str]) -> dict[str, set[str]]:
    """For each text the `table.column`s that hold it, and the files of the data folder with its
    bytes: the database's own, its log, exports. Only texts that stand somewhere are in the answer.
    """
    wanted = list(texts)
    found: dict[str, set[str]] = {}

    def look(place: str, content: str) -> None:
        for text in wanted:
            if text in content:
                found.setdefault(text, set()).add(place)

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    look(f"{table}.{column}", str(value))
    for path in Path(settings.DATA_DIR).rglob("*"):
        if path.is_file():
            look(path.name, path.read_bytes().decode("latin-1"))
    return found


def columns_of(text: str) -> set[str]:
    """The columns alone."""
    return {place for place in places_of([text]).get(text, set()) if place.count(".") == 1} - {
        path.name for path in Path(settings.DATA_DIR).rglob("*")
    }
