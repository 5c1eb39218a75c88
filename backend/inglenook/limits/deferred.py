"""Tokens that a process takes without asking Redis, and reports a moment later in one call.

    takes ─ every bucket of the act is wide, known, and at least half full ─> taken, Redis not asked
          └ else ──────────────────────────────────────────────────────────> the caller asks Redis
    REPORT_SECONDS later: all that was taken since goes to Redis in one call, which answers the
    levels that other processes left

Redis counts a report in full, below nothing if need be, so nobody writes more in the long run. At
once the processes together may overspend a bucket by `most_unreported` each, a twentieth of its
burst. A burst below EXACT_BELOW is never overspent. What is not reported when Redis or the process
goes away is lost, at most as much.

Gain: see "Durable sends" in docs/performance.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from queue import SimpleQueue
from typing import Final

from cachetools import LRUCache

from inglenook.limits import shared_buckets
from inglenook.limits.rate_limit import MAX_KEYS, Take
from inglenook.limits.redis_counter import RedisCounter

REPORT_SECONDS: Final = 0.05
EXACT_BELOW: Final = 20
# Redis does nothing else while a script runs.
_BUCKETS_A_REPORT: Final = 200


def most_unreported(burst: int) -> int:
    """How many tokens of a bucket one process may take before Redis knows of them."""
    return burst // EXACT_BELOW


class Deferred:
    """Of one process and one Redis. Any thread may call.

    `learn` gets the levels that Redis answers to a report, less what was taken since.
    """

    def __init__(self, counter: RedisCounter, learn: Callable[[dict[Take, float]], None]) -> None:
        self._counter = counter
        self._learn = learn
        self._lock = threading.Lock()
        self._known: LRUCache[Take, None] = LRUCache(MAX_KEYS)
        self._unreported: dict[Take, int] = {}

    def takes(self, group: Sequence[Take], left: Mapping[Take, float]) -> bool:
        """Whether a token of each is taken so. `left` is what memory has left in each bucket."""
        with self._lock:
            unreported = self._unreported
            for take in group:
                burst = take.allowance.burst
                if (
                    not take.limit.defers
                    or left[take] * 2 < burst
                    or unreported.get(take, 0) >= most_unreported(burst)
                    or take not in self._known
                ):
                    return False
            is_first = not unreported
            for take in group:
                unreported[take] = unreported.get(take, 0) + 1
        if is_first:
            _report_soon(self)
        return True

    def gives_back(self, take: Take) -> bool:
        """Whether a token was given back of which Redis does not know yet."""
        with self._lock:
            count = self._unreported.get(take, 0)
            if count:
                self._unreported[take] = count - 1
            return count > 0

    def note_known(self, takes: Iterable[Take]) -> None:
        """Redis has just answered for these buckets."""
        wide = [take for take in takes if take.limit.defers]
        with self._lock:
            for take in wide:
                self._known[take] = None

    def report(self) -> None:
        """Tells Redis what was taken. Where it is away, memory alone remembers, as for every take.

        For threads.
        """
        with self._lock:
            taken, self._unreported = self._unreported, {}
        takes = list(taken.items())
        for start in range(0, len(takes), _BUCKETS_A_REPORT):
            levels = shared_buckets.spend(
                self._counter, dict(takes[start : start + _BUCKETS_A_REPORT])
            )
            if levels is not None:
                with self._lock:
                    since = {take: self._unreported.get(take, 0) for take in levels}
                self._learn({take: level - since[take] for take, level in levels.items()})


# --- the thread that reports; the first take that is deferred starts it

_due: SimpleQueue[Deferred] = SimpleQueue()
_start_lock = threading.Lock()
_threads: list[threading.Thread] = []


def _report_soon(deferred: Deferred) -> None:
    if not _threads:
        with _start_lock:
            if not _threads:
                thread = threading.Thread(target=_report_each, name="limits-report", daemon=True)
                thread.start()
                _threads.append(thread)
    _due.put(deferred)


def _report_each() -> None:
    while True:
        deferred = _due.get()
        time.sleep(REPORT_SECONDS)
        deferred.report()
