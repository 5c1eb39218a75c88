"""Pipelined requests: each is parsed only when the response before it is written.

uvicorn alone parses every request of a segment and queues it. A client that sends requests and
reads no response would make the server hold some 5 KB for every 30 bytes.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.flow_control import FlowControl

from inglenook.realtime.servers.bounded_http import BoundedHttp
from inglenook.realtime.servers.deadlines import State

# So much is parsed at once: it can hold some fifty of the shortest requests.
PIECE_BYTES = 1024


class HeldFlow(FlowControl):
    """Reads no further while something that was read is not parsed."""

    is_held = False

    def resume_reading(self) -> None:
        if not self.is_held:
            super().resume_reading()


class PipelinedHttp(BoundedHttp):
    """The bounded protocol, which gets a request when the one before it is answered.

    Bytes that wait here need no deadline: a response is due before them, and that has one.
    """

    flow: HeldFlow
    _unparsed = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.flow = HeldFlow(self.transport)

    def data_received(self, data: bytes) -> None:
        self._unparsed = self._unparsed + data if self._unparsed else data
        self._parse_next()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._unparsed:
            # Not now: the request whose response this was is still on the stack.
            self.loop.call_soon(self._parse_next)

    def _parse_next(self) -> None:
        data, end = self._unparsed, 0
        while end < len(data) and not self.pipeline and not self._is_over():
            super().data_received(data[end : end + PIECE_BYTES])
            end += PIECE_BYTES
        self._unparsed = b"" if self._is_over() else data[end:]
        if self.state is State.UPGRADED:
            # RFC 6455 4.1: a client waits for our response. One that does not loses nothing.
            if frames := self.behind_handshake + data[end:]:
                cast("Any", self.transport.get_protocol()).data_received(frames)
        elif self._unparsed:
            self.flow.pause_reading()
            self.flow.is_held = True
        elif self.flow.is_held:
            self.flow.is_held = False
            self.flow.resume_reading()

    def _is_over(self) -> bool:
        """Whether nothing more is parsed here: the connection ends, or has become a WebSocket."""
        return (
            self.ignores_input
            or self.transport.is_closing()
            or self.transport.get_protocol() is not self
        )

    def close(self) -> None:
        if self._unparsed:
            self._linger()  # the client may still be sending, as with half a body
        else:
            super().close()

    def _linger(self) -> None:
        self._unparsed = b""
        self.flow.is_held = False
        super()._linger()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unparsed = b""
        self.flow.is_held = False
        super().connection_lost(exc)
