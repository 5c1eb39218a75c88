"""Bounds of pings, pongs and fragments: how many of a socket are answered, and how many read.

A browser sends none of them, and an honest client few. To anybody else a ping is six bytes that
cost more to answer than to send.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

# So many pings are answered at once, and so many a second. Of more than that only the newest is
# answered, a little later (RFC 6455 5.5.3: an answer to the newest is one to all).
ANSWERS_AT_ONCE: Final = 5
ANSWERS_A_SECOND: Final = 5
# So many are read at once, and so many a second; more are read later.
FRAMES_AT_ONCE: Final = 1000
FRAMES_A_SECOND: Final = 100


class ControlFrames:
    """Of one socket, made at its first such frame.

    `answer` writes a pong that was given to `ask`.
    """

    __slots__ = ("_answer", "_answered_at", "_answers", "_at", "_level", "_newest", "_timer")

    def __init__(self, answer: Callable[[bytes], None]) -> None:
        self._answer = answer
        self._answers = float(ANSWERS_AT_ONCE)
        self._level = float(FRAMES_AT_ONCE)
        self._at = self._answered_at = time.monotonic()
        self._newest: bytes | None = None
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, pong: bytes) -> None:
        """Answers a ping by `pong`, now or a little later."""
        now = time.monotonic()
        filled = self._answers + (now - self._answered_at) * ANSWERS_A_SECOND
        self._answers, self._answered_at = min(ANSWERS_AT_ONCE, filled), now
        if self._timer is not None or self._answers < 1:
            self._newest = pong
            if self._timer is None:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(1 / ANSWERS_A_SECOND, self._answer_newest)
        else:
            self._answers -= 1
            self._answer(pong)

    def rest_seconds(self, count: int = 1) -> float:
        """Counts frames that were read. Returns how long the next ones must wait."""
        now = time.monotonic()
        filled = self._level + (now - self._at) * FRAMES_A_SECOND
        self._level, self._at = min(FRAMES_AT_ONCE, filled) - count, now
        return max(0.0, -self._level / FRAMES_A_SECOND)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _answer_newest(self) -> None:
        newest, self._newest, self._timer = self._newest, None, None
        if newest is not None:
            self._answers = 0
            self._answered_at = time.monotonic()
            self._answer(newest)
