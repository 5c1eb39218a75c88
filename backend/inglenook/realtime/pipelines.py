"""Requests that come before the answer to the last one is taken: read only when it is their turn.

uvicorn reads all that one segment holds, makes each request ready to run, and reads on after each answer: who sends requests
and takes no answer makes it hold some 5 KB for every 30 bytes.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Of what has come so much is parsed at once: it holds some fifty of the shortest requests.
PIECE_BYTES = 1024


class HeldFlow(FlowControl):
    """Reads no further while something that was read waits for its turn."""

    is_held = False

    def resume_reading(self) -> None:
        if not self.is_held:
            super().resume_reading()


class InTurn(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which parses a request when the one before it is answered."""

    flow: HeldFlow
    _unread = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = HeldFlow(transport)

    def data_received(self, data: bytes) -> None:
        self._unread = self._unread + data if self._unread else data
        self._read_on()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._unread:
            # Not now: the request whose answer this was is still on the stack.
            self.loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        while self._unread and not self.pipeline and not self._is_over():
            piece, self._unread = self._unread[:PIECE_BYTES], self._unread[PIECE_BYTES:]
            super().data_received(piece)
        if self._is_over():
            self._unread = b""
        if self._unread:
            self.flow.pause_reading()
            self.flow.is_held = True
        elif self.flow.is_held:
            self.flow.is_held = False
            self.flow.resume_reading()

    def _is_over(self) -> bool:
        """It is closing, or has become a WebSocket."""
        return self.transport.is_closing() or self.transport.get_protocol() is not self

    def connection_lost(self, exc: Exception | None) -> None:
        self._unread = b""
        super().connection_lost(exc)
