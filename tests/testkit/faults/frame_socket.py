"""A WebSocket client that costs little, so that a thousand of them fit beside the server they test.

Text frames in and out, the close code kept, no compression, no fragments (the server sends none).
Its socket is its own: it may stop reading, or vanish without a word.
"""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Self

LOST = 1006


class Refused(Exception):
    """The handshake was answered with another status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the handshake was refused with {status}")
        self.status = status


class FrameSocket(asyncio.Protocol):
    """`take` gets each text frame's bytes. `closed` holds the close code
    once the socket has ended.
    """

    def __init__(self, request: bytes, take: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[int] = loop.create_future()
        self._request = request
        self._take = take
        self._rest = b""
        self._code = LOST
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(
        cls,
        port: int,
        path: str,
        take: Callable[[bytes], None],
        *,
        origin: str,
        seconds: float = 10.0,
        receive_buffer: int | None = None,
    ) -> Self:
        """Raises Refused, OSError and TimeoutError; a browser calls all three the same."""
        raw = socket.socket()
        raw.setblocking(False)
        if receive_buffer is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: inglenook.v1\r\nOrigin: {origin}\r\n\r\n"
        ).encode()
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds):
            try:
                await loop.sock_connect(raw, ("127.0.0.1", port))
            except BaseException:
                raw.close()
                raise
            _, opening = await loop.create_connection(lambda: cls(request, take), sock=raw)
            try:
                await opening.opened
            except BaseException:
                opening.vanish()
                raise
        return opening

    def send(self, text: bytes) -> None:
        self._write(0x1, text)

    def write_raw(self, data: bytes) -> None:
        """Whatever bytes, as they are."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def unsent(self) -> int:
        """What the other end has not taken."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def close(self, code: int = 1000) -> None:
        self._write(0x8, struct.pack("!H", code))
        if self._transport is not None:
            self._transport.close()

    def vanish(self) -> None:
        """Ends without a close frame, as a train in a tunnel does."""
        if self._transport is not None:
            self._transport.abort()

    def stop_reading(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def read_on(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _write(self, opcode: int, payload: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        length = len(payload)
        if length < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
        else:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
        # RFC 6455 5.3 wants a mask; one of zeros is a mask too.
        self._transport.write(head + b"\0\0\0\0" + payload)

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._rest = self._rest + data if self._rest else data
        if not self.opened.done():
            head, found, rest = self._rest.partition(b"\r\n\r\n")
            if not found:
                return
            self._rest = rest
            status = int(head.split(b" ", 2)[1])
            if status != 101:
                self.opened.set_exception(Refused(status))
                return
            self.opened.set_result(None)
        self._take_frames()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionResetError("ended before it opened"))
            with suppress(Exception):
                self.opened.exception()  # nobody may be waiting any more
        if not self.closed.done():
            self.closed.set_result(self._code)

    def _take_frames(self) -> None:
        data, at = self._rest, 0
        while len(data) - at >= 2:
            opcode, length, start = data[at] & 0x0F, data[at + 1], at + 2
            if length == 126:
                if len(data) < start + 2:
                    break
                (length,) = struct.unpack_from("!H", data, start)
                start += 2
            elif length == 127:
                if len(data) < start + 8:
                    break
                (length,) = struct.unpack_from("!Q", data, start)
                start += 8
            if len(data) < start + length:
                break
            at = start + length
            self._take_frame(opcode, data[start:at])
        self._rest = data[at:]

    def _take_frame(self, opcode: int, payload: bytes) -> None:
        if opcode == 0x1:
            self._take(payload)
        elif opcode == 0x9:
            self._write(0xA, payload)
        elif opcode == 0x8:
            self._code = int.from_bytes(payload[:2], "big") if payload else 1005
            self._write(0x8, payload[:2])
            if self._transport is not None:
                self._transport.close()
