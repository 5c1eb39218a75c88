"""Writes that strangers cause: counted in memory, and written seldom."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from typing import Final

from cachetools import LRUCache

WRITE_EVERY_SECONDS: Final = 60.0
WRITES_A_GROUP: Final = 30
_REMEMBERED: Final = 10_000


class SeldomWrites:
    """One write a minute for a key, and thirty a minute for all keys of a group."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # key -> (when it was last written, how often it came since)
        self._seen: LRUCache[Hashable, tuple[float, int]] = LRUCache(_REMEMBERED)
        # group -> (start of its minute, writes in it)
        self._budget: LRUCache[Hashable, tuple[float, int]] = LRUCache(_REMEMBERED)

    def due(self, key: Hashable, group: Hashable) -> int:
        """How many came that the write has to count now; 0 means to wait."""
        now = time.monotonic()
        with self._lock:
            written_at, waiting = self._seen.get(key, (float("-inf"), 0))
            start, writes = self._budget.get(group, (now, 0))
            if now - start >= WRITE_EVERY_SECONDS:
                start, writes = now, 0
            is_due = now - written_at >= WRITE_EVERY_SECONDS and writes < WRITES_A_GROUP
            self._seen[key] = (now, 0) if is_due else (written_at, waiting + 1)
            self._budget[group] = (start, writes + is_due)
            return waiting + 1 if is_due else 0

    def write_next(self, key: Hashable) -> None:
        """The next one of this key need not wait for its minute."""
        with self._lock:
            _, waiting = self._seen.get(key, (0.0, 0))
            self._seen[key] = (float("-inf"), waiting)

    def forget(self) -> None:
        with self._lock:
            self._seen.clear()
            self._budget.clear()
