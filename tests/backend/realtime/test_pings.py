"""WebSocket pings: the server answers the first few at once, and of many only the newest.

It keeps no answer for a client that does not read.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator

import pytest

from tests.backend.realtime.test_liveness import new_key, resident_kib
from tests.conftest import serving
from tests.testkit.faults.frame_socket import FrameSocket
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, open_session

PING = b"\x89\x84\0\0\0\0%04d"
EMPTY_PING, EMPTY_PONG = b"\x89\x80\0\0\0\0", b"\x8a\x80\0\0\0\0"
FRAGMENT = b"\x00\x80\0\0\0\0"
LONG_PING = b"\x89\xfd\0\0\0\0" + b"x" * 125
MOST_KIB = 8 * 1024


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served")) as serve:
        yield serve(server=request.param, INGLENOOK_PING_S="1", INGLENOOK_PONG_S="3")


async def opened(server: Server, key: str) -> FrameSocket:
    return await FrameSocket.open(
        server.port, f"/ws/v1/{key}/", lambda _text: None, origin=ORIGIN, receive_buffer=4096
    )


async def test_the_first_pings_and_the_last_of_many_are_answered(server: Server) -> None:
    amber = await Client.greet(server, new_key(server), "lobby")
    first = [await amber.socket.ping(f"first {n}") for n in range(3)]
    await asyncio.wait_for(asyncio.gather(*first), 5)
    many = [await amber.socket.ping(f"{n:04}") for n in range(300)]
    await asyncio.wait_for(many[-1], 5)  # the library counts an answer to the last as one to all
    await amber.ack(await amber.say("still here"))


@pytest.mark.parametrize(
    ("begin", "flood"),
    [
        (b"", EMPTY_PING),
        (b"", LONG_PING),
        (b"", EMPTY_PONG),
        (b"\x01\x80\0\0\0\0", FRAGMENT),
        (b"", b"\x81\x82\0\0\0\0{}"),
    ],
    ids=["pings", "long pings", "pongs", "empty fragments", "frames"],
)
async def test_a_flood_that_nobody_reads_holds_little_and_delays_nobody(
    server: Server, begin: bytes, flood: bytes
) -> None:
    key = new_key(server)
    amber = await Client.greet(server, key, "lobby")
    await amber.ack(await amber.say("warm"))
    before = resident_kib(server)
    flooders = [await opened(server, key) for _ in range(10)]
    for flooder in flooders:
        flooder.stop_reading()
        flooder.write_raw(begin + flood * (2_000_000 // len(flood)))
    for _ in range(6):
        await amber.ack(await amber.say("hello"))
        await asyncio.sleep(0.5)
    grown = resident_kib(server) - before
    for flooder in flooders:
        flooder.vanish()
    assert grown < MOST_KIB


async def test_whoever_answers_no_ping_is_let_go_whatever_it_keeps_in_flight(
    server: Server,
) -> None:
    key = new_key(server)
    token = (await open_session(server.base_url, key))["token"]
    silent = await FrameSocket.open(
        server.port, f"/ws/v1/{key}/", lambda _text: None, origin=ORIGIN
    )
    hello = {"type": "hello", "v": 1, "token": token, "rooms": [{"room": "lobby"}]}
    silent.send(json.dumps(hello).encode())
    began = time.monotonic()
    ask = json.dumps({"type": "history", "room": "lobby"}).encode()
    while not silent.closed.done() and time.monotonic() - began < 15:
        for _ in range(5):  # so the server always has one in hand
            silent.send(ask)
        await asyncio.sleep(0.02)
    assert silent.closed.done(), "the socket is still open"
    assert silent.closed.result() == 4000


async def test_what_is_sent_in_pieces_is_read_in_order(server: Server) -> None:
    """Many messages in one segment, pings and fragments among them."""
    amber = await Client.greet(server, new_key(server), "lobby")
    amber.socket.transport.write(b"".join(_piece(n) for n in range(60)))
    for n in range(60):
        await amber.expect("error", room=f"r{n}")
    assert [frame["room"] for frame in amber.of("error")] == [f"r{n}" for n in range(60)]


def _piece(n: int) -> bytes:
    text = json.dumps({"type": "sync", "room": f"r{n}", "epoch": "a" * (n * 3), "since": 0})
    half = len(text) // 2
    if n % 3:
        return _frame(0x81, text.encode())
    return _frame(0x01, text[:half].encode()) + PING % n + _frame(0x80, text[half:].encode())


def _frame(first: int, payload: bytes) -> bytes:
    if len(payload) < 126:
        return bytes([first, 0x80 | len(payload)]) + b"\0\0\0\0" + payload
    return bytes([first, 0xFE]) + len(payload).to_bytes(2, "big") + b"\0\0\0\0" + payload
