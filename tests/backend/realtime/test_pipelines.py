"""Requests of one connection that come at once: each is answered, in order, and who takes no answer holds little."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.backend.realtime.test_liveness import resident_kib
from tests.conftest import Serve
from tests.server import Server

REQUEST = b"GET /healthz?%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SHORT = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
MOST_KIB = (
    8 * 1024
)  # what a process grows by when it serves at all; 512 KiB of it may wait for the reader


@pytest.fixture(params=["uvicorn", "daphne"])
def server(request: pytest.FixtureRequest, serve: Serve) -> Server:
    return serve(server=request.param)


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
