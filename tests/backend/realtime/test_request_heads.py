"""The head of a request has a limit, and so have the trailers behind its body."""

from __future__ import annotations

import pytest

from tests.backend.realtime.http_server import http_server

GET = b"GET /room HTTP/1.1\r\nHost: chat\r\n"
CHUNKED = (
    b"POST /room HTTP/1.1\r\nHost: chat\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
)
UPGRADE = (
    b"GET /room HTTP/1.1\r\nHost: chat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def fields(count: int, size: int = 1) -> bytes:
    return b"".join(b"X-%d: %s\r\n" % (n, b"x" * size) for n in range(count))


def endless(size: int) -> list[bytes]:
    """One field without an end, in segments."""
    return [b"X: ", *(b"x" * 10_000 for _ in range(size // 10_000))]


TOO_MUCH = {
    "101 fields": [fields(101), b"\r\n"],
    "100,000 fields": [fields(100_000), b"\r\n"],
    "one field of 70 KB": [fields(1, 70_000), b"\r\n"],
    "8 MB of small fields": [fields(80_000, 90), b"\r\n"],
    "a field of 20 MB that does not end": endless(20_000_000),
}


@pytest.mark.parametrize("much", TOO_MUCH.values(), ids=TOO_MUCH)
async def test_a_head_that_is_too_large_gets_431_and_a_close(much: list[bytes]) -> None:
    async with http_server() as server:
        assert (await server.ask(GET, *much)).startswith(b"HTTP/1.1 431 ")
        assert server.seen.scopes == []


@pytest.mark.parametrize("much", TOO_MUCH.values(), ids=TOO_MUCH)
async def test_so_do_trailers(much: list[bytes]) -> None:
    async with http_server() as server:
        assert (await server.ask(CHUNKED, *much)).startswith(b"HTTP/1.1 431 ")
        assert server.seen.bodies == []


async def test_an_address_that_is_too_long_is_part_of_the_head() -> None:
    async with http_server() as server:
        answer = await server.ask(b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: chat\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 431 ")


async def test_lines_before_a_request_are_part_of_it() -> None:
    async with http_server() as server:
        assert (await server.ask(b"\r\n" * 50_000)).startswith(b"HTTP/1.1 431 ")


async def test_a_large_head_below_the_limit_passes() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(GET + fields(98, 600) + b"\r\n")
        assert (await client.answer()).startswith(b"HTTP/1.1 200 ")
        await client.write(GET + fields(98, 600) + b"\r\n")  # each request has its own
        assert (await client.answer()).startswith(b"HTTP/1.1 200 ")
        assert len(server.seen.scopes[1]["headers"]) == 99


async def test_a_trailer_is_no_header() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(CHUNKED + b"X-Forwarded-For: 203.0.113.9\r\n\r\n")
        assert (await client.answer()).endswith(b"\r\n\r\n5")
        names = [name for name, _ in server.seen.scopes[0]["headers"]]
        assert names == [b"host", b"transfer-encoding"]


async def test_requests_before_it_get_their_answers_first() -> None:
    async with http_server() as server:
        answers = await server.ask(GET + b"\r\n" + GET + b"\r\n" + GET + fields(200) + b"\r\n")
        statuses = [part.split(b" ")[0] for part in answers.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"200", b"431"]


@pytest.mark.parametrize(
    "rest",
    [
        fields(129) + b"\r\n",
        fields(1, 20_000) + b"\r\n",
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Length: 5\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"X: \x01\r\n\r\n",
        b"X: " + b"x" * 70_000,
    ],
)
async def test_a_handshake_that_is_none_gets_400_and_a_close(rest: bytes) -> None:
    async with http_server() as server:
        assert (await server.ask(UPGRADE + rest)).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "first",
    [
        b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n",
        b"POST /room HTTP/1.1\r\n",
        b"GET /\xff HTTP/1.1\r\n",
        b"GET http://chat/room HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"GET /room HTTP/1.0\r\n",
    ],
)
async def test_whatever_its_first_line_is_a_handshake_is_answered(first: bytes) -> None:
    async with http_server() as server:
        handshake = first + UPGRADE.partition(b"\r\n")[2] + b"\r\n"
        client = await server.client()
        await client.write(handshake)
        status = (await client.reader.readline()).split(b" ")[1]
        assert status in {b"101", b"400", b"405"}
        client.writer.transport.abort()


async def test_a_handshake_behind_an_open_answer_waits_for_it_and_is_refused() -> None:
    async with http_server() as server:
        answers = await server.ask(GET + b"\r\n" + UPGRADE + b"\r\n")
        statuses = [part.split(b" ")[0] for part in answers.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"400"]
