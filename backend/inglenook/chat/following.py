"""How a room is followed over HTTP: asked for and judged in one edge (api), done in another (realtime) that it may not know.

server ── Taker in the scope ──> view: may they? ── Following ──> Taker ──> whoever put it there answers
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from inglenook.chat.sync import Cursor
from inglenook.visitors.participants import Participant

EXTENSION: Final = "inglenook.following"
LONGEST_WAIT_SECONDS: Final = 25


class Following(Struct, frozen=True, kw_only=True):
    """A visitor, by which door they came, and what they want of a room. `wait_s` None: a stream.

    `origin` None is our own. `version` is their token's, `access_version` the site's at which they
    were judged.
    """

    participant: Participant
    site_id: int
    key: str
    origin: str | None
    version: int
    access_version: int
    slug: str
    cursor: Cursor
    wait_s: int | None


class Taker:
    """Stands for somebody who can hold this request open, once it is told what is wanted."""

    def __init__(self) -> None:
        self.following: Following | None = None


def taker_of(scope: Mapping[str, Any]) -> Taker | None:
    """None where nobody can hold a request open: then it is answered at once."""
    found = scope.get("extensions", {}).get(EXTENSION)
    return found if isinstance(found, Taker) else None
