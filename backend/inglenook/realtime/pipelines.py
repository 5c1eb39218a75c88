"""Requests that come before the answer to the last one is taken: read only when it is their turn.

uvicorn reads all that one segment holds, makes each request ready to run, and reads on after each answer: who sends requests
and takes no answer makes it hold some 5 KB for every 30 bytes.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.flow_control import FlowControl

from inglenook.realtime.bounded_http import BoundedHttp

# Of what has come so much is parsed at once: it holds some fifty of the shortest requests.
PIECE_BYTES = 1024


class HeldFlow(FlowControl):
    """Reads no further while something that was read waits for its turn."""

    is_held = False

    def resume_reading(self) -> None:
        if not self.is_held:
            super().resume_reading()


class InTurn(BoundedHttp):
    """The bounded protocol, which is given a request when the one before it is answered.

    What waits here has no deadline of its own: an answer is due before it, and that has one.
    """

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
        data, end = self._unread, 0
        while end < len(data) and not self.pipeline and not self._is_over():
            super().data_received(data[end : end + PIECE_BYTES])
            end += PIECE_BYTES
        self._unread = b"" if self._is_over() else data[end:]
        if self._unread:
            self.flow.pause_reading()
            self.flow.is_held = True
        elif self.flow.is_held:
            self.flow.is_held = False
            self.flow.resume_reading()

    def _is_over(self) -> bool:
        """Nothing that comes is looked at any more, or somebody else looks at it: it has become a WebSocket."""
        return (
            self.is_deaf or self.transport.is_closing() or self.transport.get_protocol() is not self
        )

    def close(self) -> None:
        if self._unread:
            self._linger()  # its sender may be in the middle of more, as with half a body
        else:
            super().close()

    def _linger(self) -> None:
        self._unread = b""
        self.flow.is_held = False
        super()._linger()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unread = b""
        self.flow.is_held = False
        super().connection_lost(exc)
