"""What an owner changes about the look reaches every open widget, by each transport."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx

from tests.testkit.events import Stream, poll
from tests.testkit.server import Server
from tests.testkit.wire import Client

# The promise is 2.5 s; the rest is for a busy machine.
SECONDS = 4.0
LOOK: dict[str, Any] = {
    "theme": {"accent": "#a31", "welcome": "Hello"},
    "texts": {"de": {"composer.send": "Ab damit"}},
}
ON_THE_WIRE = {"accent": "#aa3311", "welcome": "Hello"}


async def test_open_sockets_get_the_new_look_once(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    assert (await owner.patch("site", json=LOOK)).status_code == 200
    frame = await amber.expect("site", seconds=SECONDS)
    assert frame["theme"] == ON_THE_WIRE
    assert frame["texts"] == LOOK["texts"]
    assert (frame["name"], frame["consent"], frame["away"]) == ("Shop", None, None)
    # What is no look announces none.
    await owner.patch("site", json={"repeat_s": 60})
    await asyncio.sleep(2.5)
    assert len(amber.of("site")) == 1


async def test_a_socket_that_comes_later_gets_no_old_news(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    await owner.patch("site", json=LOOK)
    amber = await Client.greet(server, key, "lobby")
    await owner.patch("site", json={"repeat_s": 60})
    await asyncio.sleep(2.5)
    assert amber.of("site") == []


async def test_a_stream_gets_it(server: Server, key: str, owner: httpx.AsyncClient) -> None:
    amber = await Client.greet(server, key, "lobby")
    stream = await Stream.open(server, key, token=amber.token)
    await stream.expect("sync")
    await owner.patch("site", json=LOOK)
    assert (await stream.expect("site", seconds=SECONDS))["theme"] == ON_THE_WIRE


async def test_a_poll_learns_of_it_by_a_header_and_at_once(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    sync = amber.of("sync")[0]
    cursor = {"epoch": sync["epoch"], "since": sync["upto"]}
    before = (await poll(server, key, amber.token, **cursor)).headers["Inglenook-Look"]
    held = asyncio.ensure_future(poll(server, key, amber.token, wait=25, **cursor))
    await asyncio.sleep(0.4)
    started = time.monotonic()
    await owner.patch("site", json=LOOK)
    assert (await held).json()["type"] == "sync"
    assert time.monotonic() - started < SECONDS
    after = await poll(server, key, amber.token, **cursor)
    assert after.headers["Inglenook-Look"] != before
    assert "inglenook-look" in after.headers["Access-Control-Expose-Headers"].lower()
