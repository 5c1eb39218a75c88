"""A socket that asks for more than anybody needs is answered more slowly, and let go when it goes on."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

from inglenook.protocol.errors import InvalidToken
from inglenook.protocol.limits import Limits
from inglenook.visitors.tokens import read_old_token

# More frames than a widget ever has: twenty rooms that resume in pages, and their read marks. Above it the next one is
# read later; the sender's own line fills, nobody else's.
FRAMES_A_SECOND: Final = 100
FRAMES_AT_ONCE: Final = 500
# So often somebody else gets a turn while one socket has many frames ready.
FRAMES_A_TURN: Final = 16
# An act refused for its speed, after so many: the next is read later; after still more the socket is closed with 4507.
REFUSALS_AT_ONCE: Final = 10
REFUSED_REST_SECONDS: Final = 0.05
REFUSALS_ALLOWED: Final = 100
REFUSALS_SECONDS: Final = 10.0
# Who was let go for that and comes back before a client would waits at the door for a share of the time that a `hello` has:
# fifty sockets that come back at one moment would be a burst of work that everybody else notices.
REMEMBERED_SECONDS: Final = 30.0
DOOR_SHARES: Final = (0.2, 0.8)
TOO_FAST: Final = frozenset({"rate", "slow_mode"})


class Patience:
    """What is left of ours with one socket."""

    __slots__ = ("_at_once", "_frames", "_level", "_level_at", "_per_second", "_refusals")

    def __init__(self, limits: Limits) -> None:
        self._per_second = FRAMES_A_SECOND + limits.sends_per_10s / 5
        self._at_once = float(FRAMES_AT_ONCE + 2 * limits.burst)
        self._level = self._at_once
        self._level_at = time.monotonic()
        self._frames = 0
        self._refusals: list[float] = []  # an empty deque is 600 bytes

    def rest_seconds(self) -> float | None:
        """Before each frame: None for almost everybody, else how long it has to wait (0: until others had a turn)."""
        now = time.monotonic()
        filled = self._level + (now - self._level_at) * self._per_second
        self._level, self._level_at = min(self._at_once, filled) - 1, now
        self._frames += 1
        if self._level < 0:
            return -self._level / self._per_second
        if len(self._refusals) > REFUSALS_AT_ONCE and self._refusals_at(now) > REFUSALS_AT_ONCE:
            return REFUSED_REST_SECONDS
        return 0 if self._frames % FRAMES_A_TURN == 0 else None

    def is_spent_by(self, code: str) -> bool:
        """Counts a refused act; True when it is one too many."""
        if code not in TOO_FAST:
            return False
        now = time.monotonic()
        self._refusals.append(now)
        return self._refusals_at(now) > REFUSALS_ALLOWED

    def _refusals_at(self, now: float) -> int:
        while self._refusals and self._refusals[0] < now - REFUSALS_SECONDS:
            self._refusals.pop(0)
        return len(self._refusals)


class Flooders:
    """Who was let go for a flood just now. Lives in one event loop."""

    def __init__(self) -> None:
        self._until: dict[tuple[int, str], float] = {}

    def note(self, site_id: int, visitor_id: str) -> None:
        now = time.monotonic()
        self._until = {who: until for who, until in self._until.items() if until > now}
        self._until[(site_id, visitor_id)] = now + REMEMBERED_SECONDS

    async def wait_at_the_door(self, site_id: int, token: str | None, hello_s: float) -> None:
        """Returns at once for everybody else."""
        if not self._until:
            return
        try:
            visitor_id = read_old_token(token or "", site_id).visitor
        except InvalidToken:
            return
        if self._until.get((site_id, visitor_id), 0.0) > time.monotonic():
            await asyncio.sleep(hello_s * random.uniform(*DOOR_SHARES))  # noqa: S311  no secret, only not all at once
