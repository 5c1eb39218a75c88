"""Daphne's WebSocket protocol, mended by subclassing, and as a RawSocket.

Mended: it closes with any code and a reason (autobahn's `sendClose` refuses 1012, and daphne drops
the reason), it answers a protocol error with a close frame, and it reads and answers no more than
is taken of it. Imported only to serve by daphne: daphne installs Twisted's reactor on import.
Methods in camelCase are autobahn's and Twisted's, which call them.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings

from inglenook.realtime.servers.control_frames import ControlFrames
from inglenook.realtime.servers.socket_bounds import (
    LAST_BYTES,
    LINGER_SECONDS,
    PIECE_BYTES,
    THROWN_AWAY_BYTES,
    WAITING_MOST,
    limit_kernel_buffer,
    linger_seconds,
)

REASON_BYTES = 120  # RFC 6455 5.5: a control frame carries 125 bytes, two of them the code
LOOK_AGAIN_SECONDS = 0.02


class DaphneWebSocket(WebSocketProtocol):  # type: ignore[misc]  # daphne has no types
    """A WebSocket under daphne that keeps close reasons and bounds what it reads and writes."""

    # Few sockets ever set these, so they are attributes of the class until then.
    unread = b""  # what has come and is not parsed yet
    next_piece: asyncio.Handle | None = None
    control: ControlFrames | None = None
    rest_s = 0.0
    is_lingering = False
    after_close = 0  # bytes

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            self.close_with(message.get("code", 1000), str(message.get("reason") or ""))
        else:
            super().handle_reply(message)

    def close_with(self, code: int, reason: str) -> None:
        self.sendCloseFrame(code=code, reasonUtf8=reason.encode()[:REASON_BYTES] or None)
        self.after_close = len(self.unread)
        if self.after_close > LAST_BYTES:
            self._linger()

    # --- in, as much as is taken

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  autobahn's name
        if self.state == self.STATE_CLOSING:
            self.after_close += len(data)
            if self.after_close > THROWN_AWAY_BYTES:
                self.transport.abortConnection()
            elif self.after_close > LAST_BYTES:
                self._linger()
        if self.is_lingering:
            return
        if self.state != self.STATE_OPEN and not self.unread:
            super().dataReceived(data)
            return
        self.unread += data
        if self.next_piece is None:
            self._parse_piece()

    def _parse_piece(self) -> None:
        self.next_piece = None
        if not self._waits_for_the_application():
            piece, self.unread = self.unread[:PIECE_BYTES], self.unread[PIECE_BYTES:]
            super().dataReceived(piece)
        if self.is_lingering or self.state == self.STATE_CLOSED:
            self.unread = b""
            return
        loop = asyncio.get_running_loop()
        if self._waits_for_the_application():
            self.rest_s = max(self.rest_s, LOOK_AGAIN_SECONDS)
        if not self.unread and not self.rest_s:
            self.transport.resumeProducing()
            return
        self.transport.pauseProducing()
        self.next_piece = loop.call_later(self.rest_s, self._parse_piece)
        self.rest_s = 0.0

    def _waits_for_the_application(self) -> bool:
        waits: bool = (
            self.state == self.STATE_OPEN and self.application_queue.qsize() >= WAITING_MOST
        )
        return waits

    # --- beside messages

    def _count_control_frames(self) -> ControlFrames:
        if self.control is None:
            self.control = ControlFrames(self._answer_ping)
        self.rest_s = max(self.rest_s, self.control.rest_seconds())
        return self.control

    def _answer_ping(self, payload: bytes) -> None:
        if unsent_bytes(self.transport) < settings.LIMITS.unproven_bytes:
            self.sendPong(payload)

    def onPing(self, payload: bytes) -> None:  # noqa: N802  autobahn's name
        self._count_control_frames().ask(payload)

    def onPong(self, payload: bytes) -> None:  # noqa: ARG002, N802  autobahn's signature
        self._count_control_frames()

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802  autobahn's name
        if self.current_frame.opcode == 0:  # a fragment after the first
            self._count_control_frames()
        super().onMessageFrameBegin(length)

    # --- protocol errors

    def _fail_connection(self, code: int = 1001, reason: str = "going away") -> None:
        """Closes with the reason, then reads for a moment and throws away what comes.

        autobahn's own method would warn of each in the log.
        """
        if self.state != self.STATE_OPEN:
            return
        self.failedByMe = True
        self.closeHandshakeTimeout = LINGER_SECONDS
        self.close_with(code, reason)
        self._linger()

    def _linger(self) -> None:
        if not self.is_lingering:
            self.is_lingering = True
            self.unread = b""
            self.transport.resumeProducing()
            self.transport.loseWriteConnection()

    def _protocol_violation(self, reason: str) -> bool:
        super()._protocol_violation(reason)
        return True  # nothing behind it is parsed

    def _invalid_payload(self, reason: str) -> bool:
        super()._invalid_payload(reason)
        return True

    def connectionLost(self, reason: Any) -> None:  # noqa: N802  autobahn's name
        if self.next_piece is not None:
            self.next_piece.cancel()
        if self.control is not None:
            self.control.end()
        super().connectionLost(reason)

    def onConnect(self, request: Any) -> Any:  # noqa: N802  autobahn's name
        # Daphne decodes the header itself, and fails if it is not ASCII. autobahn has parsed it,
        # and DrainingServer takes the protocols from there.
        request.headers.pop("sec-websocket-protocol", None)
        return super().onConnect(request)


def unsent_bytes(transport: Any) -> int:
    """What waits in Twisted's buffer for the reader."""
    # Twisted has no public name for it; a test on the real server checks these.
    not_joined: int = transport._tempDataLen  # noqa: SLF001  as above
    waits: int = len(transport.dataBuffer) - transport.offset + not_joined
    return waits


class DaphneRawSocket:
    """The RawSocket of one connection.

    A frame goes into the socket at once; Twisted's buffer gets only what the socket does not take.
    Twisted's own `write` costs a turn of the loop and two calls of epoll for each frame.
    """

    def __init__(self, protocol: DaphneWebSocket, handle: socket.socket) -> None:
        self._protocol = protocol
        self._transport: Any = protocol.transport
        self._handle = handle
        limit_kernel_buffer(handle)

    def write_raw(self, raw: bytes, most_unread: int) -> bool:
        if self._protocol.state != DaphneWebSocket.STATE_OPEN:
            return True
        if self._unread() + len(raw) > most_unread:
            return False
        self._write(raw)
        return True

    def end(self, last: bytes, code: int, reason: str) -> None:
        protocol = self._protocol
        if protocol.state != DaphneWebSocket.STATE_OPEN:
            return
        self._write(last)
        protocol.closeHandshakeTimeout = linger_seconds(code, is_behind=self._unread() > 0)
        protocol.close_with(code, reason)
        protocol.application_queue.put_nowait(
            {"type": "websocket.disconnect", "code": code, "reason": reason}
        )
        protocol.muted = True  # the application has its disconnect

    def _unread(self) -> int:
        return unsent_bytes(self._transport)

    def _write(self, raw: bytes) -> None:
        sent = 0
        if not self._unread():
            with suppress(OSError):  # full; or lost, which Twisted notices itself
                sent = self._handle.send(raw)
        if sent < len(raw):
            self._transport.write(raw[sent:])
