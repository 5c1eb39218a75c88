"""A rate limit: its numbers, its words, and this process's memory of its buckets.

rate_limiter.py takes from limits, here and in Redis; policy.py says which limit applies to whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from cachetools import LRUCache
from django.conf import settings
from msgspec import Struct

from inglenook.limits.token_bucket import Allowance
from inglenook.protocol.errors import Rate
from inglenook.protocol.limits import Limits

MAX_KEYS: Final = 100_000


class Take(NamedTuple):
    """One token from the bucket `key` of a limit, by the numbers that hold for it now."""

    limit: RateLimit
    key: str
    allowance: Allowance


class RateLimit:
    """One limit: a token bucket for each key, and this process's memory of their levels.

    `allowance` is fixed, or a function of `Limits`: then it follows the settings, and whoever takes
    may hand in a site's own. With a `name` the other processes share the buckets; without one they
    are this process's. `words` tell the person who meets the limit whose limit it is. Beyond
    MAX_KEYS the key that was asked for longest ago is forgotten.
    """

    def __init__(
        self,
        allowance: Allowance | Callable[[Limits], Allowance],
        *,
        name: str = "",
        words: str | None = None,
    ) -> None:
        self.name = name
        self.words = words
        self._allowance = allowance
        self._last: tuple[Limits | None, Allowance] = (None, Allowance(0, 0))
        self._levels: LRUCache[str, tuple[float, float]] = LRUCache(MAX_KEYS)

    def of(self, key: str, limits: Limits | None = None) -> Take:
        """A take from the bucket of `key`. `limits` None: those of the installation."""
        return Take(self, key, self.allowance(limits))

    def allowance(self, limits: Limits | None = None) -> Allowance:
        """The numbers that hold now: those of `limits`, or of the installation."""
        if isinstance(self._allowance, Allowance):
            return self._allowance
        if limits is None:
            limits = settings.LIMITS
        # Almost always the numbers of the last time; every message asks four limits.
        last_limits, last = self._last
        if limits is last_limits:
            return last
        found = self._allowance(limits)
        self._last = (limits, found)
        return found

    def is_known(self, key: str) -> bool:
        """False: nothing was taken from the bucket, as far as this process remembers.

        It asks no lock, so it is cheap enough for every frame.
        """
        return key in self._levels

    def level(self, key: str, allowance: Allowance, now: float) -> float:
        """How many may happen now. The caller holds the lock of rate_limiter.py."""
        kept = self._levels.get(key)
        if kept is None:
            return float(allowance.burst)
        level, at = kept
        return allowance.level_after(level, now - at)

    def put(self, key: str, level: float, now: float) -> None:
        """The caller holds the lock of rate_limiter.py."""
        self._levels[key] = (level, now)

    def forget(self) -> None:
        """Empties this process's memory; what Redis holds stays."""
        self._levels.clear()


class TooFast(Struct, frozen=True):
    """`words` are those of the bucket that is empty for longest; None where it has none."""

    retry_ms: int
    words: str | None

    def as_error(self) -> Rate:
        """The refusal of the wire. `Rate` has words of its own where the bucket has none."""
        return Rate(self.words, retry_ms=self.retry_ms)
