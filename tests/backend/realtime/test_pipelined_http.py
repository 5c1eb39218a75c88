"""Requests of one connection that come at once: each is answered, in order, and who takes no answer
holds little.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests.backend.realtime.http_server import FOREVER_SECONDS, http_server
from tests.backend.realtime.test_liveness import resident_kib
from tests.conftest import serving
from tests.testkit.server import Server

REQUEST = b"GET /healthz?%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SHORT = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
MOST_KIB = (
    8 * 1024
)  # what a process grows by when it serves at all; 512 KiB of it may wait for the reader


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served")) as serve:
        yield serve(server=request.param)


async def test_each_of_many_requests_is_answered(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"".join(REQUEST % n for n in range(300)) + LAST)
    answers = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    assert answers.count(b"HTTP/1.1 200") == 301


@pytest.mark.parametrize("path", ["/healthz", "/embed.js", "/nowhere"])
async def test_who_takes_no_answer_holds_little(server: Server, path: str) -> None:
    request = SHORT.replace(b" / ", b" %s " % path.encode())
    await _ask_and_take_nothing(server, request, seconds=0.5)
    before = resident_kib(server)
    await _ask_and_take_nothing(server, request, seconds=5)
    assert resident_kib(server) - before < MOST_KIB


async def _ask_and_take_nothing(server: Server, request: bytes, seconds: float) -> None:
    """Ten connections that write as much as is taken of them."""
    pairs = [await asyncio.open_connection("127.0.0.1", server.port, limit=4096) for _ in range(10)]
    for _, writer in pairs:
        writer.write(request * 40_000)
    await asyncio.sleep(seconds)
    for _, writer in pairs:
        writer.transport.abort()
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{server.base_url}/healthz", timeout=10)).status_code == 200


LAST_BY_SERVER = b"GET /last HTTP/1.1\r\nHost: a\r\n\r\n"
LAST_BY_CLIENT = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("last", [LAST_BY_SERVER, LAST_BY_CLIENT])
async def test_the_last_answer_reaches_who_has_sent_more_behind_it(last: bytes) -> None:
    async with http_server() as server:
        answers = await server.ask(last + SHORT * 200_000)
        assert answers.startswith(b"HTTP/1.1 200 ")
        assert answers.count(b"HTTP/1.1") == 1


async def test_a_body_that_waits_for_its_turn_has_its_deadline_then() -> None:
    async with http_server() as server:
        client = await server.client()
        post = b"POST /api/v1/key/session HTTP/1.1\r\nHost: chat\r\nContent-Length: 9000\r\n\r\n"
        await client.write(SHORT.replace(b" / ", b" /slow ") + SHORT + post + b"x" * 5000)
        assert [(await client.answer())[:13] for _ in range(2)] == [b"HTTP/1.1 200 "] * 2
        await client.write(b"x" * 4000)
        assert (await client.answer()).endswith(b"\r\n\r\n9000")
        began = asyncio.get_running_loop().time()
        assert await client.rest() == b""
        assert asyncio.get_running_loop().time() - began < FOREVER_SECONDS
        answers = await server.ask(SHORT.replace(b" / ", b" /slow ") + SHORT + post + b"x" * 5000)
        assert answers.count(b"HTTP/1.1 200 ") == 2
        assert b"HTTP/1.1 408 " in answers


async def test_what_waits_behind_an_answer_that_nobody_reads_ends_with_it() -> None:
    async with http_server() as server:
        client = await server.client()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # asyncio's
        writing = asyncio.ensure_future(client.write(SHORT.replace(b" / ", b" /large ") * 100_000))
        async with asyncio.timeout(FOREVER_SECONDS):
            while not server.seen.scopes or server.state.connections:  # noqa: ASYNC110  uvicorn's
                await asyncio.sleep(0.02)
        assert len(server.seen.scopes) < 10
        writing.cancel()
