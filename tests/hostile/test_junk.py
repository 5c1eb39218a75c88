"""Bytes that are no HTTP request, or a broken one: the server refuses them without an error of its
own, and counts them in the log instead of writing a line for each.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.hostile.conftest import Stage
from tests.testkit.wire import ORIGIN

UPGRADE = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
JUNK = {
    "no HTTP": b"\x16\x03\x01\x00\xa5\x01\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another upgrade": b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "a path in no encoding": b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    "a query in no encoding": b"GET /?\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    "a name that is none": b"GET / HTTP/1.1\r\nHost: a\r\nA\xff: b\r\n\r\n",
    "a control in a value": b"GET / HTTP/1.1\r\nHost: a\r\nA: \x01\r\n\r\n",
    "an address that is none": b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a length that is none": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    "an encoding that is none": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: text/plain; a*=utf-99''%ff\r\nConnection: close\r\n\r\n",
    "headers in no encoding": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: \xff=\xff\r\n"
    b"Content-Type: \xff; charset=\xff\r\nAuthorization: \xff\r\nConnection: close\r\n\r\n",
    "a root path of a stranger's": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Daphne-Root-Path: /\xff\r\nConnection: close\r\n\r\n",
}
SUBPROTOCOLS = {
    "not ASCII": b"\xc3\xa9",
    "not even UTF-8": b"inglenook.v1\xff",
    "quoted": b"inglenook%2ev1",
    "no token": b"a b",
    "an empty one": b"a,, b",
    "a name and one that is not ASCII": b"inglenook.v1, \xff",
}


async def answers(stage: Stage, request: bytes, times: int = 1) -> list[int]:
    """The statuses of so many connections, 0 where there was no answer."""
    found = []
    for _ in range(times):
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.server.port)
        writer.write(request)
        line = await asyncio.wait_for(reader.readline(), 5)
        found.append(int(line.split(b" ")[1]) if line else 0)
        writer.transport.abort()
    return found


@pytest.mark.parametrize("name", JUNK)
async def test_junk_is_no_error_of_ours(stage: Stage, name: str) -> None:
    [status] = await answers(stage, JUNK[name])
    assert status < 500


@pytest.mark.parametrize("name", SUBPROTOCOLS)
async def test_a_subprotocol_that_is_none_is_no_error_of_ours(stage: Stage, name: str) -> None:
    request = (
        f"GET /ws/v1/{stage.key}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\n".encode()
        + UPGRADE
        + b"Sec-WebSocket-Protocol: "
        + SUBPROTOCOLS[name]
        + b"\r\n\r\n"
    )
    assert (await answers(stage, request))[0] in (101, 400)


async def test_junk_is_logged_in_counts(stage: Stage) -> None:
    before = len(stage.server.log_text().splitlines())
    for request in JUNK.values():
        await answers(stage, request, times=20)
    new = stage.server.log_text().splitlines()[before:]
    assert len(new) <= 2  # one for each kind of complaint
