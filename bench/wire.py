"""WebSocket frames as bytes: what a generator of load writes, and how it finds
messages in what it reads.

Each message carries a MARK and its number, so that what came is counted in the raw bytes,
without taking frames apart.
"""

from __future__ import annotations

import base64
import os
import re
import struct

MARK = b"=|="
NUMBER_DIGITS = 9
BODY_BYTES = 120
NUMBERED = re.compile(rb"=\|=(\d{9})")
PING = re.compile(rb'"type": ?"ping", ?"n": ?(\d+)[,}]')
# Long enough for any of the patterns above to lie across two reads.
CARRY = 48


def body(number: int, size: int = BODY_BYTES) -> str:
    """The text of a message: its mark and number, filled up with words to `size` bytes."""
    head = f"{MARK.decode()}{number:0{NUMBER_DIGITS}d}"
    words = " lorem ipsum dolor sit amet consectetur" * (size // 38 + 1)
    return (head + words)[:size]


def client_frame(text: bytes) -> bytes:
    """A text frame from a client. RFC 6455 5.3 wants a mask; one of zeros is a mask too."""
    length = len(text)
    if length < 126:
        head = struct.pack("!BB", 0x81, 0x80 | length)
    elif length < 65536:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, length)
    else:
        head = struct.pack("!BBQ", 0x81, 0x80 | 127, length)
    return head + b"\0\0\0\0" + text


def server_frame(text: bytes) -> bytes:
    """A text frame from a server."""
    length = len(text)
    if length < 126:
        return struct.pack("!BB", 0x81, length) + text
    if length < 65536:
        return struct.pack("!BBH", 0x81, 126, length) + text
    return struct.pack("!BBQ", 0x81, 127, length) + text


def handshake(port: int, path: str, *, origin: str = "", subprotocol: str = "") -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    if origin:
        lines.append(f"Origin: {origin}")
    if subprotocol:
        lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Reader:
    """Counts marks in a stream that is cut anywhere."""

    __slots__ = ("tail",)

    def __init__(self) -> None:
        self.tail = b""

    def count(self, data: bytes | bytearray, length: int) -> int:
        """In the first `length` bytes of `data`."""
        # One that lies across two reads has two of its bytes at most in either.
        found = data.count(MARK, 0, length) + (self.tail[-2:] + data[: min(2, length)]).count(MARK)
        last = bytes(data[max(0, length - CARRY) : length])
        self.tail = last if length >= CARRY else (self.tail + last)[-CARRY:]
        return found
