"""The limit of one send a delivery: frames made once and written to raw sockets,
and nothing else. Not a chat.

python -m bench.peers.limit PORT
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import sys
from typing import cast

from bench.wire import server_frame

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_ANSWER = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: "
)
_open: set[asyncio.Transport] = set()


class Socket(asyncio.Protocol):
    """Trusts its peer: frames of the generator are whole, masked with zeros
    and shorter than 64 KiB.
    """

    def __init__(self) -> None:
        self.rest = b""
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods and not the base class.
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _error: Exception | None) -> None:
        _open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.rest += data
        if not self.is_open:
            head, found, rest = self.rest.partition(b"\r\n\r\n")
            if not found:
                return
            self._shake_hands(head)
            self.rest = rest
        while len(self.rest) >= 2:
            length, start = self.rest[1] & 0x7F, 6
            if length == 126:
                length, start = int.from_bytes(self.rest[2:4], "big"), 8
            if len(self.rest) < start + length:
                return
            text, self.rest = self.rest[start : start + length], self.rest[start + length :]
            ready = server_frame(text)
            for transport in _open:
                transport.write(ready)

    def _shake_hands(self, head: bytes) -> None:
        key = next(
            line.split(b":", 1)[1].strip()
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"sec-websocket-key:")
        )
        accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
        self.transport.write(_ANSWER + accept + b"\r\n\r\n")
        self.is_open = True
        _open.add(self.transport)


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Socket, "127.0.0.1", port, backlog=4096)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(int(sys.argv[1])))
