"""Where a connection writes to. Each sink takes frames without waiting, up to a bound.

RawSocketSink     a socket of uvicorn or daphne: straight into the transport, bounded by what
                  the transport has not sent yet
QueuedSink        any ASGI server's socket: a small queue and one task, bounded by what no
                  `pong` has proven read
followers.Stream  an event stream, bounded by what waits for its reader
followers.Poll    one response, at the first change
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from inglenook.protocol import frames
from inglenook.protocol.limits import Limits
from inglenook.realtime.connections.raw_socket import RawSocket, raw_socket_of
from inglenook.realtime.hub.encoded_frames import EncodedFrame, encode_frame

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
CLOSE_SECONDS = 2.0


class Sink:
    """`written` counts bytes where only a `pong` proves them read; `wants_proof` asks for one."""

    __slots__ = ()
    written = 0
    wants_proof = False

    def write(self, frame: EncodedFrame) -> bool:
        """False: the reader is too far behind, nothing was taken."""
        raise NotImplementedError

    def end(self, name: str, bye: frames.Bye) -> None:
        """Sends `bye` as the last frame. `name` is the close code's, of protocol.codes."""
        raise NotImplementedError

    def start(self) -> None:
        """The handshake is accepted."""

    def prove(self, written: int) -> None:
        """The reader has everything up to what was `written` then."""

    async def finish(self) -> None:
        """Ends all that still runs for this sink."""


def socket_sink(scope: dict[str, Any], send: Send, limits: Limits) -> Sink:
    """The sink of a WebSocket, by the best that its server offers."""
    raw_socket = raw_socket_of(scope)
    if raw_socket is not None and settings.READY_FRAMES:
        return RawSocketSink(raw_socket, limits.unproven_bytes)
    return QueuedSink(send, limits.unproven_bytes)


class RawSocketSink(Sink):
    """Writes into the server's own socket, which knows how much is unread."""

    __slots__ = ("_most_unread", "_raw_socket")

    def __init__(self, raw_socket: RawSocket, most_unread: int) -> None:
        self._raw_socket = raw_socket
        self._most_unread = most_unread

    def write(self, frame: EncodedFrame) -> bool:
        return self._raw_socket.write_raw(frame.raw, self._most_unread)

    def end(self, name: str, bye: frames.Bye) -> None:  # noqa: ARG002  Sink's signature
        self._raw_socket.end(encode_frame(bye).raw, bye.code, bye.reason)


class QueuedSink(Sink):
    """Writes by ASGI's `send`, from a queue and a task of its own.

    How much is unread is not known there: what no `pong` has proven read counts as unread.
    """

    def __init__(self, send: Send, most_unproven: int) -> None:
        self._send = send
        self._most_unproven = most_unproven
        self._proven = 0
        self._queue: deque[EncodedFrame | None] = deque()
        self._queued = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._closing: tuple[int, str] = (1000, "")

    def start(self) -> None:
        self._writer = asyncio.get_running_loop().create_task(self._write_queue())

    def write(self, frame: EncodedFrame) -> bool:
        written = self.written + len(frame.text)
        if written - self._proven > self._most_unproven:
            return False
        self.written = written
        self.wants_proof = written - self._proven > self._most_unproven // 2
        self._queue.append(frame)
        self._queued.set()
        return True

    def prove(self, written: int) -> None:
        self._proven = max(self._proven, written)

    def end(self, name: str, bye: frames.Bye) -> None:
        self._closing = (bye.code, bye.reason)
        if name == "slow_consumer":
            self._queue.clear()
        self._queue.append(encode_frame(bye))
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
                    frame = self._queue.popleft()
                    if frame is None:
                        code, reason = self._closing
                        await self._send(
                            {"type": "websocket.close", "code": code, "reason": reason}
                        )
                        return
                    await self._send({"type": "websocket.send", "text": frame.string})
                self._queued.clear()
                await self._queued.wait()
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001  the socket is gone, whatever the server calls that
            logger.debug("a socket went away while it was written to")
