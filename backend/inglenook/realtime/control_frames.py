"""Pings, pongs and fragments: what a socket may be sent beside messages, bounded in what is answered and in what is read.

A browser sends none of them. A client that does keeps within these bounds by far; for any other, a ping is six bytes that
cost more to answer than to send.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

# So many pings are answered at once, and so many a second; of more than that only the newest, when it is its turn
# (RFC 6455 5.5.3: an answer to the newest is one to all).
ANSWERS_AT_ONCE: Final = 5
ANSWERS_A_SECOND: Final = 5
# So many are read at once, and so many a second; more are read later.
FRAMES_AT_ONCE: Final = 1000
FRAMES_A_SECOND: Final = 100


class ControlFrames:
    """Of one socket, made at its first such frame. `answer` writes one pong, as the caller keeps it."""

    __slots__ = ("_answer", "_answered_at", "_answers", "_at", "_level", "_newest", "_turn")

    def __init__(self, answer: Callable[[bytes], None]) -> None:
        self._answer = answer
        self._answers = float(ANSWERS_AT_ONCE)
        self._level = float(FRAMES_AT_ONCE)
        self._at = self._answered_at = time.monotonic()
        self._newest: bytes | None = None
        self._turn: asyncio.TimerHandle | None = None

    def ask(self, pong: bytes) -> None:
        """Answers a ping by `pong`, now or in its turn."""
        now = time.monotonic()
        filled = self._answers + (now - self._answered_at) * ANSWERS_A_SECOND
        self._answers, self._answered_at = min(ANSWERS_AT_ONCE, filled), now
        if self._turn is not None or self._answers < 1:
            self._newest = pong
            if self._turn is None:
                loop = asyncio.get_running_loop()
                self._turn = loop.call_later(1 / ANSWERS_A_SECOND, self._answer_newest)
        else:
            self._answers -= 1
            self._answer(pong)

    def rest_seconds(self, count: int = 1) -> float:
        """Counts frames that were read; above 0, the next are to be read so much later."""
        now = time.monotonic()
        filled = self._level + (now - self._at) * FRAMES_A_SECOND
        self._level, self._at = min(FRAMES_AT_ONCE, filled) - count, now
        return max(0.0, -self._level / FRAMES_A_SECOND)

    def end(self) -> None:
        if self._turn is not None:
            self._turn.cancel()

    def _answer_newest(self) -> None:
        newest, self._newest, self._turn = self._newest, None, None
        if newest is not None:
            self._answers = 0
            self._answered_at = time.monotonic()
            self._answer(newest)
