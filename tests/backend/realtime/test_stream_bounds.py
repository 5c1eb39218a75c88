"""On real servers: a stream's reader that stops, and an address that has enough."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.testkit.events import Stream, events_url, visitor_headers
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, open_session

# 8 KB, as long as a message can be.
LONG = '{"type":"send","room":"lobby","cid":"%s","body":"' + "🦦" * 2000 + '"}'


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def strict(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Lets nobody be more than 128 KiB behind, and an address three connections; knows one by its
    proxy's word.
    """
    served = Server(
        tmp_path_factory.mktemp(f"strict-{request.param}"),
        server=request.param,
        env={
            "INGLENOOK_UNPROVEN_BYTES": str(128 * 1024),
            "INGLENOOK_SOCKETS_PER_ADDRESS": "3",
            "INGLENOOK_TRUSTED_PROXIES": "127.0.0.1",
            "INGLENOOK_BURST": "5000",
            "INGLENOOK_SENDS_PER_10S": "5000",
        },
    ).start()
    yield served
    served.stop()
    served.assert_clean()


@pytest.fixture
def strict_key(strict: Server) -> str:
    return str(strict.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)["site_key"])


async def test_an_address_has_so_many_sockets_streams_and_polls(
    strict: Server, strict_key: str
) -> None:
    here = {"X-Forwarded-For": "203.0.113.9"}
    streams = [await Stream.open(strict, strict_key, headers=here) for _ in range(2)]
    for stream in streams:
        await stream.expect("sync")
    socket_there = await Client.open(strict.ws_url, strict_key, headers=here)
    for query in ({}, {"wait": 25}):
        refused = await Stream.open(strict, strict_key, headers=here, **query)
        assert refused.response.status_code == 429
        assert refused.response.headers["Content-Type"] == "application/json"
        assert int(refused.response.headers["Retry-After"]) >= 1
        assert refused.response.headers["Access-Control-Allow-Origin"] == ORIGIN
    elsewhere = await Stream.open(strict, strict_key, headers={"X-Forwarded-For": "203.0.113.10"})
    await elsewhere.expect("sync")
    await streams[0].close()
    await socket_there.close()
    for _ in range(20):
        again = await Stream.open(strict, strict_key, headers=here)
        if again.response.status_code == 200:
            break
        await asyncio.sleep(0.1)
    await again.expect("sync")


async def test_a_stream_that_is_not_read_slows_nobody_and_ends_with_4001(
    strict: Server, strict_key: str, request: pytest.FixtureRequest
) -> None:
    amber = await Client.greet(strict, strict_key, "lobby")
    session = await open_session(strict.base_url, strict_key)
    stalled = Stalled(strict, strict_key, session["token"])
    request.addfinalizer(stalled.socket.close)
    witness = await Stream.open(strict, strict_key)
    await witness.expect("sync")
    await amber.expect("presence", online=3)
    memory = resident_kib(strict)
    has_left = False
    # The kernel takes some megabytes for a reader that stopped before the transport notices.
    for number in range(1500):
        cid = f"stalled-{number}"
        await amber.socket.send(LONG % cid)
        await witness.expect("message", cid=cid)
        left = [who for frame in amber.of("presence") for who in frame.get("left", [])]
        if has_left := session["visitor"]["id"] in [who["id"] for who in left]:
            break
    assert has_left
    assert resident_kib(strict) - memory < 40 * 1024
    rest = await asyncio.to_thread(stalled.read_to_the_end)
    # It finds the reason behind what it had not read; or it was cut while it still did not read.
    assert b'"code":4001' in rest[-400:] or b'"bye"' not in rest
    assert witness.of("bye") == []


async def test_whoever_hangs_up_leaves_nothing_open(strict: Server, strict_key: str) -> None:
    before = open_connections(strict)
    threads = thread_count(strict)
    token = (await open_session(strict.base_url, strict_key))["token"]
    tokens = [(await open_session(strict.base_url, strict_key))["token"] for _ in range(10)]
    async with httpx.AsyncClient(timeout=20) as http:
        requests = [
            http.build_request(
                "GET",
                events_url(strict.base_url, strict_key),
                headers={**visitor_headers(token), "Accept": "text/event-stream"},
            )
            for token in tokens
            for _ in range(5)
        ]
        answers = await asyncio.gather(*(http.send(r, stream=True) for r in requests))
        assert {answer.status_code for answer in answers} == {200}
        amber = await Client.greet(strict, strict_key, "lobby", token=token)
        await amber.expect("presence", online=11)
        # A stream keeps no thread.
        assert thread_count(strict) - threads < 20
        for answer in answers:
            await answer.aclose()
    await amber.expect("presence", online=1)
    for _ in range(50):
        if open_connections(strict) <= before + 1:
            break
        await asyncio.sleep(0.1)
    assert open_connections(strict) <= before + 1


class Stalled:
    """A visitor whose kernel takes 4 KiB and who reads nothing, as a phone in a tunnel."""

    def __init__(self, server: Server, key: str, token: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.sendall(
            f"GET /api/v1/{key}/rooms/lobby/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Authorization: Bearer {token}\r\nOrigin: {ORIGIN}\r\n"
            "Accept: text/event-stream\r\n\r\n".encode()
        )

    def read_to_the_end(self) -> bytes:
        """It is a slow reader now: with 4 KiB of room, some hundred KiB a second."""
        self.socket.settimeout(5)
        deadline = time.monotonic() + 30
        data = b""
        try:
            while (chunk := self.socket.recv(65536)) and time.monotonic() < deadline:
                data += chunk
                if data.endswith(b"0\r\n\r\n"):
                    break
        except (TimeoutError, ConnectionError):
            pass
        return data


def status_of(server: Server, name: str) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1])


def resident_kib(server: Server) -> int:
    return status_of(server, "VmRSS")


def thread_count(server: Server) -> int:
    return status_of(server, "Threads")


def open_connections(server: Server) -> int:
    found = 0
    for link in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(OSError):  # closed in the meantime
            found += os.readlink(link).startswith("socket:")
    return found
