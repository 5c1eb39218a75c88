"""What an operator types reaches people who are connected right now."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.conftest import Serve
from tests.testkit.server import Server

ORIGIN = "https://shop.example"
# The promise is 2.5 s, which `make faults` measures. A busy machine gets more here, and a server
# that asks only every 30 s still fails.
SECONDS = 15


def new_site(served: Server) -> str:
    words = ("site", "create", "--name", "Shop", "--origin", ORIGIN)
    return str(served.ask(*words)["site_key"])


def session(served: Server, key: str) -> dict[str, Any]:
    url = f"{served.base_url}/api/v1/{key}/session"
    answer = httpx.post(url, json={"token": None, "room": None}, headers={"Origin": ORIGIN})
    return dict(answer.json())


async def open_socket(found: dict[str, Any]) -> ClientConnection:
    socket = await connect(
        found["ws_url"], origin=Origin(ORIGIN), subprotocols=[Subprotocol("inglenook.v1")]
    )
    hello = {"type": "hello", "v": 1, "token": found["token"], "rooms": [{"room": "lobby"}]}
    await socket.send(json.dumps(hello))
    assert "welcome" in str(await asyncio.wait_for(socket.recv(), 5))
    return socket


async def close_code(socket: ClientConnection) -> int | None:
    try:
        while True:
            await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("site", "disable"), 4503),
        (("site", "rotate-key", "--overlap", "0"), 4503),
        (("site", "origins", "--remove", ORIGIN), 4505),
        (("visitor", "ban", "--visitor", "VISITOR"), 4504),
    ],
)
async def test_a_change_closes_the_socket_it_concerns(
    serve: Serve, words: tuple[str, ...], code: int
) -> None:
    served = await asyncio.to_thread(serve)
    key = await asyncio.to_thread(new_site, served)
    found = await asyncio.to_thread(session, served, key)
    socket = await open_socket(found)
    typed = [found["visitor"]["id"] if word == "VISITOR" else word for word in words]
    await asyncio.to_thread(served.run, *typed, "--site", key)
    assert await asyncio.wait_for(close_code(socket), SECONDS) == code


async def test_a_room_that_is_archived_says_so_to_everybody_in_it(serve: Serve) -> None:
    served = await asyncio.to_thread(serve)
    key = await asyncio.to_thread(new_site, served)
    socket = await open_socket(await asyncio.to_thread(session, served, key))
    await asyncio.to_thread(served.run, "room", "archive", "--site", key, "--slug", "lobby")

    async def read_until_archived() -> None:
        while '"archived":true' not in str(await socket.recv()):
            pass

    await asyncio.wait_for(read_until_archived(), SECONDS)
    await socket.close()
