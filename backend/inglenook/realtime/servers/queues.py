"""Smaller stand-ins for two classes of asyncio: an idle WebSocket holds one of each."""

from __future__ import annotations

import asyncio
from typing import Any


class ReceiveQueue:
    """The methods of asyncio.Queue that uvicorn uses, for one reader.

    It has none of the three deques of asyncio.Queue, which take 2 KB a socket.
    """

    __slots__ = ("_events", "_waiter")

    def __init__(self) -> None:
        self._events: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def put_nowait(self, event: Any) -> None:
        self._events.append(event)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Any:
        while not self._events:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._events.pop(0)

    def empty(self) -> bool:
        return not self._events

    def qsize(self) -> int:
        return len(self._events)


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
