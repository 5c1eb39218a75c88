"""The arithmetic of a token bucket: what fits at once, how it fills, how long an empty one needs.

Pure: no clock, no memory. Whoever keeps the levels (rate_limiter.py, and its script in Redis) keeps
each with the time at which it was right.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Allowance(NamedTuple):
    """`burst` tokens at once, then `per_second`. A `burst` of 0 is no limit."""

    per_second: float
    burst: int

    def level_after(self, level: float, seconds: float) -> float:
        """The tokens in a bucket that held `level` so many seconds ago."""
        if seconds > 0:
            level += seconds * self.per_second
        return min(self.burst, level)

    def wait_ms(self, level: float) -> int:
        """How long until there is a whole token; 0 where there is one."""
        return max(1, math.ceil((1 - level) / self.per_second * 1000)) if level < 1 else 0


def per_10s(number: int) -> Allowance:
    """On average `number` in ten seconds, and twice as many at once."""
    return Allowance(number / 10, 2 * number)


def per_minute(number: int) -> Allowance:
    """On average `number` in a minute, and as many at once."""
    return Allowance(number / 60, number)
