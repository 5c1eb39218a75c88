"""An event loop whose clock jumps: nobody waits, so a minute of silence costs nothing and the same
seed gives the same order.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import Any


class _Jumping(selectors.SelectSelector):
    """Instead of waiting it moves the clock on."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("nothing will ever happen any more")
            self.now += max(timeout, 0.0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Jumping()
        super().__init__(self._clock)
        # The loop looks at its timers this much too early, and would look for ever
        # where the clock stands still.
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._clock.now
