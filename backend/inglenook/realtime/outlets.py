"""The ways out of a connection. Each takes frames without waiting, within bounds, and says when its reader is too far behind.

ReadyOutlet    a socket of uvicorn or daphne: straight into the transport, bounded by what it has not sent yet
QueuedOutlet   any ASGI server's socket: a small queue and one task, bounded by what no `pong` has proven read
stream.Stream  an event stream, bounded by what waits for the reader · poll.Poll  one answer, at the first news
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from django.conf import settings

from inglenook.protocol import frames
from inglenook.protocol.limits import Limits
from inglenook.realtime.protocol import EXTENSION
from inglenook.realtime.wire import Wire, wire_of

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
CLOSE_SECONDS = 2.0


class Outlet:
    """`written` counts bytes where only a `pong` can prove them read; `wants_proof` asks for one."""

    __slots__ = ()
    written = 0
    wants_proof = False

    def write(self, wire: Wire) -> bool:
        """False: the reader is too far behind, nothing was taken."""
        raise NotImplementedError

    def end(self, name: str, bye: frames.Bye) -> None:
        """Says `bye` as the last thing. `name` is the close code's, of protocol.codes."""
        raise NotImplementedError

    def start(self) -> None:
        """The conversation begins."""

    def prove(self, written: int) -> None:
        """The reader has everything up to what was `written` then."""

    async def finish(self) -> None:
        """Nothing of this outlet stays behind."""


def socket_outlet(scope: dict[str, Any], send: Send, limits: Limits) -> Outlet:
    """The way out of a WebSocket, by the best that its server offers."""
    ready: Ready | None = scope.get("extensions", {}).get(EXTENSION)
    if ready is not None and settings.READY_FRAMES:
        return ReadyOutlet(ready, limits.unproven_bytes)
    return QueuedOutlet(send, limits.unproven_bytes)


class Ready(Protocol):
    """A server's socket that takes ready-made frames."""

    def write_ready(self, raw: bytes, most_unread: int) -> bool:
        """Hands over one whole WebSocket frame. False: the reader is too far behind, nothing was written."""

    def end(self, last: bytes, code: int, reason: str) -> None:
        """Writes a last frame and the close frame behind what is unread, and lets the application know."""


class ReadyOutlet(Outlet):
    __slots__ = ("_most_unread", "_ready")

    def __init__(self, ready: Ready, most_unread: int) -> None:
        self._ready = ready
        self._most_unread = most_unread

    def write(self, wire: Wire) -> bool:
        return self._ready.write_ready(wire.raw, self._most_unread)

    def end(self, name: str, bye: frames.Bye) -> None:  # noqa: ARG002
        self._ready.end(wire_of(bye).raw, bye.code, bye.reason)


class QueuedOutlet(Outlet):
    def __init__(self, send: Send, most_unproven: int) -> None:
        self._send = send
        self._most_unproven = most_unproven
        self._proven = 0
        self._queue: deque[Wire | None] = deque()
        self._queued = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._closing: tuple[int, str] = (1000, "")

    def start(self) -> None:
        self._writer = asyncio.get_running_loop().create_task(self._write_queue())

    def write(self, wire: Wire) -> bool:
        written = self.written + len(wire.text)
        if written - self._proven > self._most_unproven:
            return False
        self.written = written
        self.wants_proof = written - self._proven > self._most_unproven // 2
        self._queue.append(wire)
        self._queued.set()
        return True

    def prove(self, written: int) -> None:
        self._proven = max(self._proven, written)

    def end(self, name: str, bye: frames.Bye) -> None:
        self._closing = (bye.code, bye.reason)
        if name == "slow_consumer":
            self._queue.clear()
        self._queue.append(wire_of(bye))
        self._queue.append(None)
        self._queued.set()

    async def finish(self) -> None:
        if self._writer is not None and not self._writer.done():
            if not self._queue:
                self._writer.cancel()
            await asyncio.wait({self._writer}, timeout=CLOSE_SECONDS)
            self._writer.cancel()

    async def _write_queue(self) -> None:
        try:
            while True:
                while self._queue:
                    wire = self._queue.popleft()
                    if wire is None:
                        code, reason = self._closing
                        await self._send(
                            {"type": "websocket.close", "code": code, "reason": reason}
                        )
                        return
                    await self._send({"type": "websocket.send", "text": wire.string})
                self._queued.clear()
                await self._queued.wait()
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001  the socket is gone, whatever the server calls that
            logger.debug("a socket went away while it was written to")
