"""What daphne does where uvicorn has our bounds: heads, deadlines, handshakes that are none
(docs/production.md, "4. What stands in front").
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.backend.realtime.http_server import RawClient
from tests.testkit.server import Server

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
HANDSHAKE = GET + (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
SILENCE_SECONDS = 20
TIMEOUT_SECONDS = 30


@pytest.fixture(scope="module")
def daphne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("daphne"), server="daphne").start()
    yield served
    served.stop()
    served.assert_clean()


async def ask(server: Server, data: bytes, drip: bytes = b"") -> tuple[bytes, float]:
    """What is answered until the server closes, and after how long; `b"open"` where it does not
    close.
    """
    client = RawClient(*await asyncio.open_connection("127.0.0.1", server.port))
    loop = asyncio.get_running_loop()
    began = loop.time()
    reading = asyncio.ensure_future(client.reader.read())
    await client.write(data)
    while not reading.done() and loop.time() - began < TIMEOUT_SECONDS:
        await asyncio.wait({reading}, timeout=1)
        await client.write(drip)
    seconds = loop.time() - began
    client.writer.transport.abort()
    if not reading.done():
        reading.cancel()
        return b"open", seconds
    try:
        return reading.result(), seconds
    except OSError:
        return b"", seconds


def fields(count: int) -> bytes:
    return b"".join(b"X-%d: x\r\n" % n for n in range(count))


async def test_a_head_has_sixteen_kilobytes_and_five_hundred_fields(daphne: Server) -> None:
    passes, many, long = await asyncio.gather(
        ask(daphne, GET + fields(400) + b"Connection: close\r\n\r\n"),
        ask(daphne, GET + fields(600) + b"\r\n"),
        ask(daphne, GET + b"X: " + b"x" * 20_000 + b"\r\n\r\n"),
    )
    assert passes[0].startswith(b"HTTP/1.1 200 ")
    assert many[0].startswith(b"HTTP/1.1 400 ")
    assert b" 200 " not in long[0]
    assert long[0] != b"open"


async def test_silence_ends_after_twenty_seconds_and_drips_do_not(daphne: Server) -> None:
    silent = [(b"", b""), (GET + b"\r\n\r\n", b""), (GET + b"\r\n" + GET, b""), (POST, b"")]
    dripping = [(GET + b"X: ", b"x"), (POST, b"x")]
    asked = await asyncio.gather(*(ask(daphne, *words) for words in [*silent, *dripping]))
    ends, kept = asked[: len(silent)], asked[len(silent) :]
    assert all(answer != b"open" for answer, _ in ends)
    assert min(seconds for _, seconds in ends) > SILENCE_SECONDS - 2
    assert [answer for answer, _ in kept] == [b"open", b"open"]


@pytest.mark.parametrize(
    "rest",
    [
        fields(129),
        b"X: " + b"x" * 20_000 + b"\r\n",
        b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
    ],
)
async def test_a_handshake_that_is_none_ends(daphne: Server, rest: bytes) -> None:
    answer, _ = await ask(daphne, HANDSHAKE + rest + b"\r\n")
    assert answer != b"open"
    assert b" 101 " not in answer
