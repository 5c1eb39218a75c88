"""A copy of everything that is stored of a person, as a file: JSON, written piece by piece.

    one query a list (`person_rows.py`) ─► its rows as JSON, one a line ─► a file that has no name

The visitor's own and the team's have one shape, and the team's has more in it. The file is in
memory as long as it is small, then on the disk, and is gone when it is closed. What the team noted
or decided is in the team's alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any, Final

import msgspec
from django.utils import timezone
from msgspec import Struct

from inglenook.chat.person_rows import rows_of
from inglenook.chat.selectors import timestamp
from inglenook.sites.database import snapshot
from inglenook.visitors.models import Visitor

# Above this the file is on the disk. It is also how much of it is read at once.
IN_MEMORY_BYTES: Final = 1 << 20


class TeamsPart(Struct, frozen=True, kw_only=True):
    """What the team's copy has beside the visitor's own.

    `facts` stand with the visitor's, `sanctions` are a list of its own. `has_private`: the reader
    may see the visitor's line to the team.
    """

    facts: dict[str, Any]
    sanctions: list[dict[str, Any]]
    has_private: bool


def person_copy(visitor: Visitor, *, team: TeamsPart | None = None) -> IO[bytes]:
    """The file, at its beginning; whoever asked closes it. For threads: it may take long."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  the caller's
    try:
        with snapshot():
            for piece in _pieces(visitor, team):
                file.write(piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def consent_of(visitor: Visitor) -> dict[str, str] | None:
    """What the visitor agreed to, and when: `{version, at}`."""
    if not visitor.consent_version or visitor.consent_at is None:
        return None
    return {"version": visitor.consent_version, "at": timestamp(visitor.consent_at)}


def _pieces(visitor: Visitor, team: TeamsPart | None) -> Iterator[bytes]:
    head: dict[str, Any] = {
        "at": timestamp(timezone.now()),
        "site": visitor.site.name,
        "visitor": {**_facts(visitor), **(team.facts if team else {})},
    }
    if team is not None:
        head["sanctions"] = team.sanctions
    yield msgspec.json.encode(head)[:-1]
    has_private = team is None or team.has_private
    for name, rows in rows_of(visitor, for_team=team is not None, has_private=has_private).items():
        yield b',"%s":[' % name.encode()
        for index, row in enumerate(rows):
            yield (b",\n" if index else b"\n") + msgspec.json.encode(row)
        yield b"]"
    yield b"}\n"


def _facts(visitor: Visitor) -> dict[str, Any]:
    return {
        "id": visitor.public_id,
        "name": visitor.name,
        "role": visitor.role,
        "created_at": timestamp(visitor.created_at),
        "last_seen_at": timestamp(visitor.last_seen_at),
        "consent": consent_of(visitor),
        "email": visitor.email or None,
        "answers": visitor.answers or {},
        "attributes": visitor.attributes or {},
        "page": visitor.page,
    }
