"""Token buckets: how fast somebody may do something. In memory, one process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

MAX_KEYS = 100_000


class TokenBuckets:
    """`burst` at once, then `per_second`. Keys that are full again are forgotten, the oldest first beyond MAX_KEYS."""

    def __init__(self, *, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, *, now: float | None = None) -> int:
        """0 when it may happen now, else the milliseconds until it may; a refusal costs nothing."""
        now = time.monotonic() if now is None else now
        with self._lock:
            level, at = self._levels.pop(key, (float(self._burst), now))
            level = min(self._burst, level + max(0.0, now - at) * self._per_second)
            wait_ms = 0
            if level >= 1:
                level -= 1
            else:
                wait_ms = max(1, round((1 - level) / self._per_second * 1000))
            self._levels[key] = (level, now)
            if len(self._levels) > MAX_KEYS:
                self._levels.popitem(last=False)
        return wait_ms
