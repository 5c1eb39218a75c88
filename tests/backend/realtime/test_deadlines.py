"""Every state of an HTTP connection has a deadline; who is only slow, and who waits for an answer,
keeps it.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.backend.realtime.http_server import SHORT, HttpServer, RawClient, http_server

GET = b"GET /room HTTP/1.1\r\nHost: chat\r\n\r\n"
HALF = b"GET /room HTTP/1.1\r\nHo"
API = b"POST /api/v1/key/session HTTP/1.1\r\nHost: chat\r\n"
FORM = b"POST /accounts/login/ HTTP/1.1\r\nHost: chat\r\n"
OK, LATE = b"HTTP/1.1 200 ", b"HTTP/1.1 408 "


async def drip(client: RawClient, piece: bytes, seconds: float, rest: bytes = b"") -> bytes:
    """Writes `piece` again and again until the server closes; what it answered."""
    reading = asyncio.ensure_future(client.rest())
    while not reading.done():
        await client.write(piece)
        await asyncio.wait({reading}, timeout=seconds)
    return await reading


async def lasted(server: HttpServer, *segments: bytes) -> tuple[bytes, float]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    return await server.ask(*segments), loop.time() - began


async def test_a_connection_that_says_nothing_is_closed_without_a_word() -> None:
    async with http_server() as server:
        assert await server.ask() == b""


async def test_a_head_that_drips_gets_408_and_a_close() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(HALF)
        assert (await drip(client, b"x", 0.05)).startswith(LATE)


@pytest.mark.parametrize("more", [b"", b"\r\n"])
async def test_silence_after_an_answer_ends(more: bytes) -> None:
    async with http_server() as server:
        answer = await server.ask(GET + more)
        assert answer.startswith(OK)
        assert answer.count(b"HTTP/1.1") == 1


async def test_empty_lines_are_no_request() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(GET)
        assert (await client.answer()).startswith(OK)
        assert await drip(client, b"\r\n", 0.05) == b""


@pytest.mark.parametrize("in_one_segment", [True, False])
async def test_half_of_a_next_request_is_not_waited_for(in_one_segment: bool) -> None:
    async with http_server() as server:
        answers = await (server.ask(GET + HALF) if in_one_segment else server.ask(GET, HALF))
        assert answers.startswith(OK)
        assert answers.count(LATE) == 1


@pytest.mark.parametrize(
    "head",
    [
        API + b"Content-Length: 1000\r\n\r\n",
        FORM + b"Content-Length: 1000000\r\n\r\n",
        API + b"Transfer-Encoding: chunked\r\n\r\n",
        API + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y",
        API + b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
    ],
)
async def test_a_body_that_never_ends_gets_408_and_a_close(head: bytes) -> None:
    async with http_server() as server:
        assert LATE in await server.ask(head)
        assert (server.seen.bodies, server.seen.left) == ([], 1)


async def test_a_body_that_drips_gets_408_and_a_close() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(FORM + b"Content-Length: 1000000\r\n\r\n")
        assert (await drip(client, b"x" * 20, 0.05)).startswith(LATE)


async def test_so_is_one_that_was_quick_and_then_stops() -> None:
    async with http_server() as server:
        answer, seconds = await lasted(
            server, FORM + b"Content-Length: 1000000\r\n\r\n" + b"x" * 300_000
        )
        assert answer.startswith(LATE)
        assert seconds < 2


async def test_extensions_of_chunks_are_no_body() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(FORM + b"Transfer-Encoding: chunked\r\n\r\n")
        assert LATE in await drip(client, b"1;" + b"x" * 1000 + b"\r\nx\r\n", 0.02)


async def test_a_small_body_has_a_time_in_all_and_a_large_one_goes_on() -> None:
    async with http_server() as server:
        api, form = await server.client(), await server.client()
        await api.write(API + b"Content-Length: 60000\r\n\r\n")
        await form.write(FORM + b"Content-Length: 60000\r\n\r\n")
        pace = b"x" * 300  # 1000 bytes in 0.4 s are asked for
        slow = asyncio.ensure_future(drip(api, pace, 0.02))
        for _ in range(200):
            await form.write(pace)
            await asyncio.sleep(0.02)
        assert (await form.answer()).endswith(b"\r\n\r\n60000")
        assert (await slow).startswith(LATE)


async def test_a_body_that_nobody_wants_any_more_has_the_same_deadline() -> None:
    async with http_server() as server:
        head = b"POST /early HTTP/1.1\r\nHost: chat\r\nContent-Length: 1000\r\n\r\n"
        answer = await server.ask(head)
        assert answer.startswith(OK)
        assert answer.count(b"HTTP/1.1") == 1


async def test_who_waits_for_an_answer_is_not_hurried() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(GET.replace(b"/room", b"/slow"))
        assert (await client.answer()).startswith(OK)


async def test_nor_is_what_comes_behind_a_request_that_is_still_worked_on() -> None:
    async with http_server() as server:
        client = await server.client()
        await client.write(
            GET.replace(b"/room", b"/slow") + API + b"Content-Length: 10\r\n\r\nhello"
        )
        assert (await client.answer()).startswith(OK)
        await client.write(b"world")
        assert (await client.answer()).endswith(b"\r\n\r\n10")


async def test_an_answer_that_nobody_reads_ends_the_connection() -> None:
    async with http_server() as server:
        client = await server.client()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # asyncio's
        await client.write(GET.replace(b"/room", b"/large"))
        async with asyncio.timeout(8 * SHORT.unread):
            while not server.seen.bodies or server.state.connections:  # noqa: ASYNC110  uvicorn's
                await asyncio.sleep(0.02)


async def test_nothing_stays_behind_a_connection() -> None:
    async with http_server() as server:
        clients = [await server.client() for _ in range(10)]
        for client in clients:
            await client.write(GET)
            await client.answer()
            client.writer.transport.abort()
        async with asyncio.timeout(5):
            while server.state.connections:  # noqa: ASYNC110  they are the server's
                await asyncio.sleep(0.01)
