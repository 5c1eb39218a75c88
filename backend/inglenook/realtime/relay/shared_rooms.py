"""Which of the rooms that this process serves another one may serve too: only those are sent.

    served ──> maybe shared, 2 s ──> alone: events are kept for 3 s, and go nowhere
                                       │ another process says whom it serves there (presence)
                                       v
                                     shared, for 60 s after each such announcement

A small room is often served by one process. Sending its messages to Redis, which sent them back to
this process and to nobody else, cost a seventh of a lone message's processor time.

A process announces itself when it begins to serve a room, and every 16 s (hub/presence.py). What
was kept is sent when it does: what it stored after the newcomer's page was read is in it. An
announcement that is lost makes the newcomer late by its check (2 s) until the next one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Set
from typing import Final

from inglenook.chat.events import RoomEvent

# What the process that served the room before has to announce in answer: as long as the layer may
# take.
NEW_SECONDS: Final = 2.0
# Longer than the layer may take to carry an announcement.
KEEP_SECONDS: Final = 3.0
# Who misses older ones notices the gap, and reads them from the database.
KEEP_MOST: Final = 1_000
# Announcements are repeated every 16 s; some may be lost or late.
SHARED_SECONDS: Final = 60.0
# After the layer was away nothing is known until everybody has announced themselves.
UNKNOWN_SECONDS: Final = 20.0

RoomKey = tuple[int, str]


class SharedRooms:
    """`add` and `remove` say which rooms this process serves."""

    def __init__(self) -> None:
        self._shared_until: dict[RoomKey, float] = {}
        self._kept: deque[tuple[float, RoomEvent]] = deque(maxlen=KEEP_MOST)

    @property
    def served(self) -> Set[RoomKey]:
        return self._shared_until.keys()

    def add(self, key: RoomKey) -> None:
        self._shared_until[key] = time.monotonic() + NEW_SECONDS

    def remove(self, key: RoomKey) -> None:
        self._shared_until.pop(key, None)

    def keep_if_alone(self, event: RoomEvent) -> bool:
        """Whether no other process serves the event's room. Then the event is kept for a moment.

        False for a room that this process does not serve: nobody announces to it who does.
        """
        now = time.monotonic()
        if self._shared_until.get((event.site_id, event.slug), now) >= now:
            return False
        kept = self._kept
        while kept and kept[0][0] < now - KEEP_SECONDS:
            kept.popleft()
        kept.append((now, event))
        return True

    def on_announced(self, key: RoomKey) -> list[RoomEvent]:
        """Another process serves the room. Returns the events that were kept from it, in order."""
        until = self._shared_until.get(key)
        if until is None:
            return []
        now = time.monotonic()
        self._shared_until[key] = now + SHARED_SECONDS
        if until >= now:
            return []
        return [
            event
            for at, event in self._kept
            if (event.site_id, event.slug) == key and at >= now - KEEP_SECONDS
        ]

    def forget(self) -> None:
        """The layer lost something, for this process or another one: any room may be shared."""
        until = time.monotonic() + UNKNOWN_SECONDS
        for key, known in self._shared_until.items():
            self._shared_until[key] = max(known, until)
