"""Delays the next hello of somebody whose socket was closed for a flood.

Fifty sockets that come back at one moment would be a burst of work that everybody else notices. So
a visitor that comes back sooner than our clients do waits, each for another share of the time that
a `hello` may take.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

from inglenook.protocol.errors import InvalidToken
from inglenook.visitors.tokens import read_old_token

REMEMBERED_SECONDS: Final = 30.0
HELLO_SHARES: Final = (0.2, 0.8)


class FloodCoolDown:
    """The visitors whose sockets were closed for a flood just now. Lives in one event loop."""

    def __init__(self) -> None:
        self._until: dict[tuple[int, str], float] = {}

    def note(self, site_id: int, visitor_id: str) -> None:
        now = time.monotonic()
        self._until = {who: until for who, until in self._until.items() if until > now}
        self._until[(site_id, visitor_id)] = now + REMEMBERED_SECONDS

    async def wait(self, site_id: int, token: str | None, hello_s: float) -> None:
        """Returns at once for every other visitor.

        `hello_s`: how long a socket's hello may take.
        """
        if not self._until:
            return
        try:
            visitor_id = read_old_token(token or "", site_id).visitor
        except InvalidToken:
            return
        if self._until.get((site_id, visitor_id), 0.0) > time.monotonic():
            share = random.uniform(*HELLO_SHARES)  # noqa: S311  no secret, only not all at once
            await asyncio.sleep(hello_s * share)
