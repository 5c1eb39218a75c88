"""Quiet followers stay connected, and a header that arrives byte by byte is cut off.

Both proxies are tried at once.
"""

from __future__ import annotations

import asyncio
import ssl
import time

import httpx

from tests.deploy.conftest import House
from tests.testkit.events import Stream, poll
from tests.testkit.wire import SECONDS, Client, hang_up, open_session

WAIT_SECONDS = 16  # long enough for a stream's comment
DRIPS = 50


async def test_a_quiet_follower_is_kept_and_a_dripping_request_is_closed(
    house: House, house_of_caddy: House
) -> None:
    fronts = (house, house_of_caddy)
    streams = await asyncio.gather(*(kept_stream(front) for front in fronts))
    for front, stream in zip(fronts, streams, strict=True):
        amber = await Client.greet(front, front.key, "lobby")
        cid = await amber.say("still here")
        await amber.ack(cid)
        await stream.expect("message", cid=cid)


async def kept_stream(house: House) -> Stream:
    """The stream that was kept."""
    stream = await Stream.open(house, house.key)
    await stream.expect("sync")
    began = time.monotonic()
    polling = asyncio.ensure_future(long_poll(house))
    drips = [asyncio.ensure_future(drip(house)) for _ in range(DRIPS)]
    async with httpx.AsyncClient(timeout=SECONDS) as http:
        while not polling.done():
            assert (await http.get(f"{house.base_url}/healthz")).status_code == 200
            await asyncio.sleep(0.5)
    answer = await polling
    assert (answer.status_code, answer.json()["messages"]) == (200, [])
    assert time.monotonic() - began > WAIT_SECONDS - 1
    assert stream.comments >= 1
    assert all([not await one for one in drips])
    return stream


async def long_poll(house: House) -> httpx.Response:
    """From where the room is now."""
    token = (await open_session(house.base_url, house.key))["token"]
    now = (await poll(house, house.key, token)).json()
    cursor = {"epoch": now["epoch"], "since": now["upto"]}
    return await poll(house, house.key, token, wait=WAIT_SECONDS, **cursor)


async def drip(house: House) -> bool:
    """Whether it was listened to until it had said all, a byte every half second."""
    context = ssl.create_default_context()
    reader, writer = await asyncio.open_connection("localhost", house.front.port, ssl=context)
    reading = asyncio.ensure_future(reader.read())
    try:
        for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 60:
            writer.write(bytes([byte]))
            await asyncio.wait({reading}, timeout=0.5)
            if reading.done():
                return False
    finally:
        reading.cancel()
        await hang_up(writer)
    return True
