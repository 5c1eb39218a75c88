"""Smaller stand-ins for two classes of asyncio: an idle WebSocket holds one of each."""

from __future__ import annotations

import asyncio
from typing import Any


class ReceiveQueue:
    """The methods of asyncio.Queue that uvicorn's protocols call, for one reader.

    It has none of the three deques of asyncio.Queue, which take 2 KB a socket. The reader takes
    from `events`; while there is none, it awaits `next_event`.
    """

    __slots__ = ("_waiter", "events")

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def put_nowait(self, event: Any) -> None:
        self.events.append(event)
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def next_event(self) -> asyncio.Future[None]:
        self._waiter = asyncio.get_running_loop().create_future()
        return self._waiter

    def qsize(self) -> int:
        return len(self.events)


class WriteGate:
    """The methods of asyncio.Event that uvicorn uses: set while the transport takes more.

    It has no deque as asyncio.Event has, which takes 700 bytes a socket.
    """

    __slots__ = ("_opens",)

    def __init__(self) -> None:
        self._opens: asyncio.Future[None] | None = None

    def set(self) -> None:
        opens, self._opens = self._opens, None
        if opens is not None and not opens.done():
            opens.set_result(None)

    def clear(self) -> None:
        if self._opens is None:
            self._opens = asyncio.get_running_loop().create_future()

    async def wait(self) -> None:
        while self._opens is not None:
            await asyncio.shield(self._opens)
