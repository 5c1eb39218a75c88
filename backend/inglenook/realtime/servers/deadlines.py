"""How long each state of an HTTP connection may last, and the one timer that watches it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class State(Enum):
    """What an HTTP connection waits for."""

    HEAD = auto()  # the rest of a request's head
    BODY = auto()  # the rest of a request's body
    RESPONSE = auto()  # the application
    IDLE = auto()  # the next request
    CLOSING = auto()  # the client, to read what was written last
    LINGER = auto()  # the client, to read why it was refused and to leave
    UPGRADED = auto()  # nothing any more: the connection is a WebSocket's


@dataclass(frozen=True)
class Deadlines:
    """Seconds that each state may last."""

    head: float = 10.0
    idle: float = 20.0
    # A body brings `body_bytes` in each window. A small body is whole after `small_body`, any after
    # `whole_body`.
    body_window: float = 10.0
    body_bytes: int = 40 * 1024
    small_body: float = 20.0
    whole_body: float = 300.0
    # Written bytes of which the reader takes none.
    unread: float = 20.0
    linger: float = 2.0


class DeadlineTimer:
    """One timer for all deadlines of a connection.

    A deadline that moves to later needs no new one.
    """

    __slots__ = ("_due", "_fires_at", "_loop", "_on_due", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, on_due: Callable[[], None]) -> None:
        self._loop = loop
        self._on_due = on_due
        self._due = 0.0
        self._fires_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def now(self) -> float:
        return self._loop.time()

    def at(self, moment: float) -> None:
        self._due = moment
        if self._timer is None or self._fires_at > moment:
            self.stop()
            self._arm()

    def after(self, seconds: float) -> None:
        self.at(self._loop.time() + seconds)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self._fires_at = self._due
        self._timer = self._loop.call_later(max(0.0, self._due - self._loop.time()), self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._loop.time() < self._due:
            self._arm()
        else:
            self._on_due()
