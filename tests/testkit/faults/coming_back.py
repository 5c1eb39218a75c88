"""When a client comes back: the rule of the wire, as a pure function of what happened."""

from __future__ import annotations

import random

STABLE_SECONDS = 10.0
CAP_FIRST_MINUTE = 8.0
CAP_LATER = 30.0
AT_ONCE = {4001, 4002}
STOPS = {1000, *range(4500, 5000)} - {4502, 4507}
LEAST = {4004: 2.0, 4507: 60.0}


class Backoff:
    """`attempt` counts since the last connection that stayed up for STABLE_SECONDS."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._attempt = 0
        self._outage_since: float | None = None

    def wait(self, now: float, code: int, window: tuple[float, float] | None) -> float:
        """Seconds until the next try, after an end with this code and
        perhaps a `bye` window in ms.
        """
        if self._outage_since is None:
            self._outage_since = now
        if window is not None:
            return self._dice.uniform(*window) / 1000
        if code in AT_ONCE and self._attempt == 0:
            self._attempt = 1
            return self._dice.uniform(0, 0.1)
        cap = CAP_FIRST_MINUTE if now - self._outage_since < 60 else CAP_LATER
        wait = 0.25 + self._dice.uniform(0, min(cap, 0.5 * 2**self._attempt))
        self._attempt += 1
        return max(wait, LEAST.get(code, 0.0))

    def was_up(self, seconds: float) -> None:
        """A connection ended that had been up for so long."""
        if seconds >= STABLE_SECONDS:
            self._attempt = 0
        self._outage_since = None
