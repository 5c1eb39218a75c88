"""Who is in which room now, for pages: as far as this process knows.

The hub writes what it announces and what it receives; a page reads from its own thread. An entry
that nobody repeats expires, as in the hub.

    realtime/hub/presence.py ──> note ──> here_in (dashboard)

With several processes a process knows the people of the others only in rooms that it serves itself.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Final

# As `PEOPLE_EXPIRE_SECONDS` of the hub: an announcement is repeated well before.
EXPIRE_SECONDS: Final = 25.0

RoomKey = tuple[int, str]
# By room and process: until when, and whom (id, name). Values are replaced, never changed, so that
# a reader in another thread needs no lock.
_people: dict[tuple[RoomKey, str], tuple[float, dict[str, str]]] = {}


def note(
    *, site_id: int, slug: str, process: str, people: Sequence[tuple[str, str]] | dict[str, str]
) -> None:
    """The hub `process` serves these people, id to name, in the room."""
    key = ((site_id, slug), process)
    if people:
        _people[key] = (time.monotonic() + EXPIRE_SECONDS, dict(people))
    else:
        _people.pop(key, None)


def here_in(site_ids: Collection[int]) -> dict[RoomKey, dict[str, str]]:
    """By room: who is there, id to name. Rooms without anybody are left out."""
    now = time.monotonic()
    found: dict[RoomKey, dict[str, str]] = {}
    for (room, process), (until, people) in list(_people.items()):
        if until <= now:
            _people.pop((room, process), None)
        elif room[0] in site_ids:
            found.setdefault(room, {}).update(people)
    return found


def forget_all() -> None:
    """For tests: what one left in the memory of the process is not there for the next."""
    _people.clear()
