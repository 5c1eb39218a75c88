"""Redis as the memory that several processes share, for counting alone.

    call(script, …) ──> Redis ──> its answer
                   └─ slow, away, full, broken ──> None, at once until a probe found it quick

This is the circuit breaker of every limit. Where Redis does not answer in time, each process counts
with its own memory. A message waits for Redis no longer than `settings.REDIS_WAIT_MS` once, and
none is refused because of it. A call waits: make it in a thread, never in the event loop.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

PREFIX: Final = "inglenook.count."
_KEY_SALT: Final = "inglenook.shared_counts"
PROBE_AFTER_SECONDS: Final = 3.0
# An answer that took longer is late; lateness adds up, and is forgiven at this many seconds a
# second.
QUICK_SECONDS: Final = 0.01
FORGIVEN_A_SECOND: Final = 0.02


class RedisCounter:
    """A Redis, and whether it is worth asking at the moment. Any thread may call.

    `outages` counts how often it was lost. After each, Redis may have missed what this process
    wrote, so a process that keeps its own state there writes it again.
    """

    def __init__(self, url: str, wait_ms: int) -> None:
        # Only here: who has no Redis need not load its client, a tenth of a start.
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._wait_seconds = wait_ms / 1000
        # Connecting and reading have a half each, so that a Redis that hangs costs the whole once.
        # There is no second try.
        half = self._wait_seconds / 2
        self._pool = redis.ConnectionPool.from_url(
            url,
            socket_timeout=half,
            socket_connect_timeout=half,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._errors = (redis.RedisError, OSError)
        self._unknown_script = redis.exceptions.NoScriptError
        # Connections that no thread uses now: a list, whose `append` and `pop` are each one step of
        # the interpreter. To lend and take back one is two thirds of what a call costs with the
        # client's own pool, a twentieth of a lone message.
        self._free: list[Any] = []
        self._lock = threading.Lock()
        self._late = 0.0
        self._late_at = time.monotonic()
        self._probe_at = 0.0
        self.is_away = False
        self.outages = 0

    def call(self, script: str, keys: Sequence[str], args: Sequence[str | int | float]) -> Any:
        """What the Lua script answers; None where Redis does not, which is no error."""
        if self.is_away:
            self._probe_when_due()
            return None
        started = time.monotonic()
        try:
            answer = self._run(script, keys, args)
        except self._errors as error:
            self._lose(repr(error))
            return None
        self._note_late(time.monotonic() - started - QUICK_SECONDS)
        return answer

    def _run(self, script: str, keys: Sequence[str], args: Sequence[str | int | float]) -> Any:
        line = self._take_line()
        try:
            self._connect(line)
            words = (len(keys), *keys, *args)
            try:
                return self._ask(line, "EVALSHA", sha1_of(script), *words)
            except self._unknown_script:  # a Redis that began anew
                return self._ask(line, "EVAL", script, *words)
        finally:  # one that failed has closed itself, and connects again
            self._free.append(line)

    def _take_line(self) -> Any:
        try:
            return self._free.pop()
        except IndexError:
            return self._pool.make_connection()

    def _connect(self, line: Any) -> None:
        """Anew, where Redis has closed it meanwhile."""
        line.connect()
        try:
            is_stale = line.can_read()
        except self._errors:
            is_stale = True
        if is_stale:
            line.disconnect()

    @staticmethod
    def _ask(line: Any, *words: str | int | float) -> Any:
        line.send_command(*words, check_health=False)
        return line.read_response()

    def _note_late(self, late: float) -> None:
        if late <= 0:
            return
        with self._lock:
            now = time.monotonic()
            forgiven = (now - self._late_at) * FORGIVEN_A_SECOND
            self._late, self._late_at = max(0.0, self._late - forgiven) + late, now
            too_slow = self._late > self._wait_seconds
        if too_slow:
            self._lose("it answers too slowly")

    def _lose(self, why: str) -> None:
        with self._lock:
            self._late = 0.0
            self._probe_at = time.monotonic() + PROBE_AFTER_SECONDS
            if self.is_away:
                return
            self.is_away = True
            self.outages += 1
        logger.warning("Redis does not answer; each process counts alone", extra={"why": why})

    def _probe_when_due(self) -> None:
        """Asks in a thread of its own, so that nobody waits for the probe."""
        with self._lock:
            if time.monotonic() < self._probe_at:
                return
            self._probe_at = time.monotonic() + PROBE_AFTER_SECONDS
        threading.Thread(target=self._probe, name="redis-counter-probe", daemon=True).start()

    def _probe(self) -> None:
        line: Any = self._pool.make_connection()
        try:
            self._ask(line, "PING")  # the first connects, the second is timed
            started = time.monotonic()
            self._ask(line, "PING")
        except self._errors:
            return
        finally:
            line.disconnect()
        if time.monotonic() - started <= max(QUICK_SECONDS, self._wait_seconds / 10):
            with self._lock:
                self.is_away = False
            logger.info("Redis answers again; counts are shared")


@cache
def redis_counter() -> RedisCounter | None:
    """This process's counter in the Redis of the installation; None where there is no Redis."""
    if not settings.REDIS_URL:
        return None
    return RedisCounter(settings.REDIS_URL, settings.REDIS_WAIT_MS)


@cache
def sha1_of(script: str) -> str:
    """What Redis knows a script by. There are few scripts."""
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()


@lru_cache(10_000)
def key_of(kind: str, what: str) -> str:
    """A count's key in Redis. Nobody can read from it whom it is about: it may be an address.

    Other releases of a rolling upgrade must find the same key, so the salt never changes.
    """
    return f"{PREFIX}{kind}.{salted_hmac(_KEY_SALT, what).hexdigest()[:24]}"
