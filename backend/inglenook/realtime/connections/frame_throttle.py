"""Slows a socket that sends more frames than anybody needs, and says when it must close."""

from __future__ import annotations

import time
from functools import cache
from typing import Final

from inglenook.limits.token_bucket import Allowance
from inglenook.protocol.limits import Limits

# More frames than a widget ever has: twenty rooms that resume in pages, and their read marks. Above
# it the socket's next frame is read later; only the sender's own connection fills.
FRAMES_A_SECOND: Final = 100
FRAMES_AT_ONCE: Final = 500
# After so many frames in a row of one socket, others get a turn.
FRAMES_A_TURN: Final = 16
# Actions refused for their speed: after REFUSALS_AT_ONCE the next frame is read later, after
# REFUSALS_ALLOWED in REFUSALS_SECONDS the socket is closed with 4507.
REFUSALS_AT_ONCE: Final = 10
REFUSED_REST_SECONDS: Final = 0.05
REFUSALS_ALLOWED: Final = 100
REFUSALS_SECONDS: Final = 10.0
TOO_FAST: Final = frozenset({"rate", "slow_mode"})


@cache
def _frames_allowed(sends_per_10s: int, burst: int) -> Allowance:
    """One object for all sockets with the same limits."""
    return Allowance(FRAMES_A_SECOND + sends_per_10s / 5, FRAMES_AT_ONCE + 2 * burst)


class FrameThrottle:
    """How fast one socket's frames are read: a token bucket, and its refused actions."""

    __slots__ = ("_frames", "_frames_allowed", "_level", "_level_at", "_refusals")

    def __init__(self, limits: Limits) -> None:
        self._frames_allowed = _frames_allowed(limits.sends_per_10s, limits.burst)
        self._level = float(self._frames_allowed.burst)
        self._level_at = time.monotonic()
        self._frames = 0
        self._refusals: tuple[float, ...] = ()  # an empty list is 56 bytes, a deque 600

    def rest_seconds(self) -> float | None:
        """How long the next frame has to wait: None for almost all, 0 until others had a turn.

        The level goes below zero: each frame is read in the end, later.
        """
        now = time.monotonic()
        allowed = self._frames_allowed
        self._level = allowed.level_after(self._level, now - self._level_at) - 1
        self._level_at = now
        self._frames += 1
        if self._level < 0:
            return -self._level / allowed.per_second
        if len(self._refusals) > REFUSALS_AT_ONCE and self._refusals_at(now) > REFUSALS_AT_ONCE:
            return REFUSED_REST_SECONDS
        return 0 if self._frames % FRAMES_A_TURN == 0 else None

    def is_flood(self, code: str) -> bool:
        """Counts a refused action. True when the socket has had too many."""
        if code not in TOO_FAST:
            return False
        now = time.monotonic()
        self._refusals = (*self._refusals, now)
        return self._refusals_at(now) > REFUSALS_ALLOWED

    def _refusals_at(self, now: float) -> int:
        self._refusals = tuple(at for at in self._refusals if at >= now - REFUSALS_SECONDS)
        return len(self._refusals)
