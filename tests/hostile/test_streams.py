"""Broken and hostile requests for streams and long polls: each has its exact outcome, and nobody
else notices.
"""

from __future__ import annotations

import asyncio
import time

import httpx

from tests.hostile.conftest import OTHER_ORIGIN, Stage
from tests.testkit.events import Stream, events_url, poll, say, visitor_headers
from tests.testkit.wire import ORIGIN, Client, open_session

CURSORS = [
    "",
    ":",
    "5",
    "epoch",
    "epoch:",
    ":5",
    "epoch:-1",
    "epoch:1.5",
    "epoch:5:5",
    "epoch:" + "9" * 17,
    "epoch:" + "9" * 5000,
    "a" * 65 + ":1",
    "otherEpoch1:1",
    "../etc:1",
    "epoch:0x1",
    "epoch :1",
    "epoch:1, epoch:2",
]


async def token_of(stage: Stage) -> str:
    return str((await open_session(stage.server.base_url, stage.key))["token"])


async def test_a_last_event_that_is_none_begins_anew(stage: Stage) -> None:
    token = await token_of(stage)
    await say(stage.server, stage.key, token, "Hello", cid="00000001")
    for cursor in CURSORS:
        stream = await Stream.open(
            stage.server, stage.key, token=token, headers={"Last-Event-ID": cursor}
        )
        assert (await stream.expect("sync"))["mode"] == "snapshot", cursor
        await stream.close()


ACCEPTS = [
    ("text/event-stream", True),
    ("TEXT/Event-Stream; charset=utf-8", True),
    ("text/html, text/event-stream;q=0.5", True),
    ("text/event-stream;q=0", False),
    ("text/event-stream2", False),
    ("*/*", False),
    ("text/*", False),
    ("", False),
    (",,;;=,\x7f", False),
]


async def test_only_who_asks_for_events_gets_a_stream(stage: Stage) -> None:
    token = await token_of(stage)
    async with httpx.AsyncClient(timeout=20) as http:
        for accept, is_stream in ACCEPTS:
            url = events_url(stage.server.base_url, stage.key)
            headers = {**visitor_headers(token), "Accept": accept}
            async with http.stream("GET", url, headers=headers) as answer:
                if answer.status_code == 400:
                    assert "\x7f" in accept  # the server itself refuses such a header
                    continue
                expected = "text/event-stream" if is_stream else "application/json"
                assert (answer.status_code, answer.headers["Content-Type"]) == (200, expected)


async def test_only_a_get_is_held_open(stage: Stage) -> None:
    headers = {**visitor_headers(await token_of(stage)), "Accept": "text/event-stream"}
    url = events_url(stage.server.base_url, stage.key)
    async with httpx.AsyncClient(timeout=5) as http:
        head = await http.head(url, headers=headers, params={"wait": 25})
        assert (head.status_code, head.content) == (200, b"")
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = await http.request(method, url, headers=headers)
            assert answer.status_code == 405


async def test_a_token_of_another_site_or_a_foreign_origin_follows_nothing(stage: Stage) -> None:
    foreign = await open_session(stage.server.base_url, stage.other_key, origin=OTHER_ORIGIN)
    token = await token_of(stage)
    url = events_url(stage.server.base_url, stage.key)
    cases = [
        (visitor_headers(foreign["token"]), 401),
        (visitor_headers(foreign["token"], OTHER_ORIGIN), 403),
        (visitor_headers(token, "null"), 403),
        (visitor_headers(token, "http://shop.test.evil.test"), 403),
    ]
    async with httpx.AsyncClient(timeout=5) as http:
        for headers, status in cases:
            for more, query in (({"Accept": "text/event-stream"}, {}), ({}, {"wait": 25})):
                answer = await http.get(url, headers={**headers, **more}, params=query)
                assert answer.status_code == status
        off = events_url(stage.server.base_url, stage.disabled_key)
        answer = await http.get(off, headers=visitor_headers(token), params={"wait": 25})
        assert (answer.status_code, answer.json()["error"]) == (403, "site_disabled")


async def test_who_opens_and_hangs_up_again_and_again_holds_no_place(stage: Stage) -> None:
    token = await token_of(stage)
    request = (
        f"GET /api/v1/{stage.key}/rooms/lobby/events HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{stage.server.port}\r\nAuthorization: Bearer {token}\r\n"
        f"Origin: {ORIGIN}\r\nAccept: text/event-stream\r\n\r\n"
    ).encode()
    # At every moment: before it is judged, while it subscribes, inside the first event; and with
    # another request behind it in the same packet.
    for number in range(40):
        _, writer = await asyncio.open_connection("127.0.0.1", stage.server.port)
        writer.write(request * (1 + number % 2))
        await asyncio.sleep(number * 0.002)
        writer.transport.abort()
    deadline = time.monotonic() + 5
    while True:
        stream = await Stream.open(stage.server, stage.key, token=token)
        try:
            await stream.expect("sync", seconds=1)
            break
        except AssertionError:
            assert time.monotonic() < deadline, stream.frames
            await stream.close()
    others = [await Client.greet(stage.server, stage.key, "lobby", token=token) for _ in range(5)]
    assert (await poll(stage.server, stage.key, token, wait=25, epoch="x", since=0)).json()[
        "error"
    ] == "rate"
    for client in others:
        await client.close()
