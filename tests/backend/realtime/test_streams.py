"""A stream of events tells what a socket in the same room tells, and ends as one does."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from inglenook.realtime.connections.connection import RETRY_WINDOWS_MS
from tests.conftest import Serve
from tests.testkit.events import Stream, events_url, say, visitor_headers
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, Frame, new_cid, open_session


def durable(client: Client | Stream) -> list[Frame]:
    return [frame for frame in client.frames if frame["type"] in ("message", "room")]


async def test_a_stream_and_a_socket_get_the_same_frames_in_the_same_order(
    server: Server, key: str
) -> None:
    amber = await Client.greet(server, key, "lobby")
    stream = await Stream.open(server, key)
    first = await stream.expect("sync")
    assert (first["mode"], first["upto"]) == ("snapshot", 0)
    for number in range(5):
        await amber.ack(await amber.say(f"number *{number}*"))
    await say(server, key, stream.token, "by POST", cid="00000001")
    for act in (
        {"type": "react", "seq": 6, "emoji": "👍", "on": True},
        {"type": "edit", "seq": 1, "body": "Line one\nline two \u2028 \r end"},
        {"type": "delete", "seq": 2},
    ):
        await amber.send({"room": "lobby", "cid": new_cid(), **act})
    await amber.send({"type": "typing", "room": "lobby"})
    await stream.expect("typing")
    server.run("room", "archive", "--site", key, "--slug", "lobby")
    await stream.expect("room", rev=10)
    await amber.expect("room", rev=10)
    assert [frame["rev"] for frame in durable(stream)] == list(range(1, 11))
    assert durable(stream) == durable(amber)
    for number, frame in zip(stream.ids, stream.frames, strict=True):
        rev = frame.get("upto", frame.get("rev"))
        assert number == (None if rev is None else f"{first['epoch']}:{rev}")
    assert stream.of("welcome", "ping") == []


async def test_a_stream_resumes_at_its_last_event_whatever_the_query_says(
    server: Server, key: str
) -> None:
    first = await Stream.open(server, key)
    for number in range(3):
        await say(server, key, first.token, f"number {number}", cid=f"0000000{number}")
    await first.expect("message", rev=3)
    last = first.ids[first.frames.index(first.of("message")[1])]
    await first.close()
    epoch = first.of("sync")[0]["epoch"]
    for headers, query in (
        ({"Last-Event-ID": last}, {"epoch": epoch, "since": 0}),
        ({}, {"epoch": epoch, "since": 2}),
    ):
        again = await Stream.open(server, key, token=first.token, headers=headers, **query)
        sync = await again.expect("sync")
        assert (sync["mode"], sync["since"], sync["upto"]) == ("resume", 2, 3)
        assert [message["rev"] for message in sync["messages"]] == [3]


async def test_a_stream_reads_on_by_itself_until_it_is_live(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    for number in range(9):
        await amber.ack(await amber.say(f"number {number}"))
    epoch = amber.of("sync")[0]["epoch"]
    stream = await Stream.open(server, key, epoch=epoch, since=0, limit=4)
    await stream.expect("sync", since=0, upto=4, more=True)
    await stream.expect("sync", since=4, upto=9)
    await amber.ack(await amber.say("live"))
    assert (await stream.expect("message"))["rev"] == 10
    resumed = [message["rev"] for sync in stream.of("sync") for message in sync["messages"]]
    assert resumed == list(range(1, 10))


async def test_a_silent_stream_shows_that_it_lives(server: Server, key: str) -> None:
    stream = await Stream.open(server, key)
    await stream.expect("sync")
    await asyncio.sleep(2.5)
    # Every 15 s, and never more rarely than a socket is pinged: here that is each second.
    assert stream.comments >= 2
    assert stream.of("ping") == []


async def test_what_stands_over_a_stream_keeps_it_from_being_kept(server: Server, key: str) -> None:
    stream = await Stream.open(server, key)
    headers = stream.response.headers
    assert stream.response.status_code == 200
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Content-Encoding" not in headers
    assert "Content-Length" not in headers
    assert "Set-Cookie" not in headers


async def test_a_page_may_ask_for_a_stream_with_its_last_event(server: Server, key: str) -> None:
    wanted = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,last-event-id",
    }
    async with httpx.AsyncClient() as http:
        answer = await http.options(events_url(server.base_url, key), headers=wanted)
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    allowed = answer.headers["Access-Control-Allow-Headers"].replace(" ", "").split(",")
    assert {"authorization", "last-event-id"} <= set(allowed)


async def test_who_may_not_follow_is_refused_as_json(server: Server, key: str) -> None:
    token = (await open_session(server.base_url, key))["token"]
    good = visitor_headers(token)
    cases: list[tuple[str, dict[str, str], int, str]] = [
        ("lobby", {**good, "Origin": "http://evil.test"}, 403, "origin_not_allowed"),
        ("lobby", {"Authorization": good["Authorization"]}, 403, "origin_not_allowed"),
        ("lobby", {"Origin": ORIGIN}, 401, "invalid_token"),
        ("lobby", {**good, "Authorization": f"Bearer {token}x"}, 401, "invalid_token"),
        ("cellar", good, 404, "not_found"),
        ("p_aaaaaaaaaaaaaaaaaaaaaaaaaa", good, 404, "not_found"),
    ]
    async with httpx.AsyncClient(timeout=20) as http:
        for room, headers, status, code in cases:
            for more, wait in (({"Accept": "text/event-stream"}, {}), ({}, {"wait": 25})):
                answer = await http.get(
                    events_url(server.base_url, key, room),
                    headers={**headers, **more},
                    params=wait,
                )
                assert (answer.status_code, answer.json()["error"]) == (status, code)
                allowed = answer.headers.get("Access-Control-Allow-Origin")
                assert allowed == (ORIGIN if headers.get("Origin") == ORIGIN else None)


async def test_who_reads_a_stream_is_here_until_it_ends(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    stream = await Stream.open(server, key)
    await amber.expect("presence", online=2)
    await stream.expect("presence", online=2)
    await stream.close()
    left = await amber.expect("presence", online=1, where=lambda frame: bool(frame.get("left")))
    assert [who["id"] for who in left["left"]] == [stream.visitor["id"]]


async def test_what_the_operator_withdraws_ends_a_stream(server: Server, key: str) -> None:
    banned = await Stream.open(server, key)
    other = await Stream.open(server, key)
    await asyncio.to_thread(
        server.run, "visitor", "ban", "--site", key, "--visitor", banned.visitor["id"]
    )
    assert (await banned.expect("bye", seconds=4))["code"] == 4504
    assert await banned.ended() is True
    words = ("site", "origins", "--site", key, "--remove", ORIGIN, "--add", "http://else.test")
    await asyncio.to_thread(server.run, *words)
    assert (await other.expect("bye", seconds=4))["code"] == 4505
    assert await other.ended() is True
    assert other.frames[-1]["type"] == "bye"


async def test_streams_polls_and_sockets_of_one_visitor_are_six(server: Server, key: str) -> None:
    first = await Client.greet(server, key, "lobby")
    epoch = first.of("sync")[0]["epoch"]
    streams = [await Stream.open(server, key, token=first.token) for _ in range(4)]
    for stream in streams:
        await stream.expect("sync")
    async with httpx.AsyncClient(timeout=20) as http:

        async def wait() -> httpx.Response:
            return await http.get(
                events_url(server.base_url, key),
                params={"epoch": epoch, "since": 0, "wait": 25},
                headers=visitor_headers(first.token),
            )

        sixth = asyncio.ensure_future(wait())
        await asyncio.sleep(0.5)
        seventh = await wait()
        assert (seventh.status_code, seventh.json()["error"]) == (429, "rate")
        assert int(seventh.headers["Retry-After"]) >= 1
        refused = await Stream.open(server, key, token=first.token)
        assert (await refused.expect("bye"))["code"] == 4506
        assert await refused.ended() is True
        socket = await Client.open(server.ws_url, key)
        await socket.send({"type": "hello", "v": 1, "token": first.token, "rooms": []})
        assert await socket.closed() == 4506
        cid = await first.say("we are six")
        for stream in streams:
            await stream.expect("message", cid=cid)
        assert (await sixth).json()["upto"] == 1


@pytest.mark.parametrize("kind", ["uvicorn", "daphne"])
async def test_a_server_that_ends_tells_its_streams_when_to_come_back(
    serve: Serve, kind: str
) -> None:
    server = serve(server=kind)
    key = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)["site_key"]
    streams = [await Stream.open(server, key) for _ in range(3)]
    for stream in streams:
        await stream.expect("sync")
    async with httpx.AsyncClient(timeout=60) as http:
        poll = asyncio.ensure_future(
            http.get(
                events_url(server.base_url, key),
                params={"epoch": streams[0].of("sync")[0]["epoch"], "since": 0, "wait": 25},
                headers=visitor_headers(streams[0].token),
            )
        )
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.stop)
        answer = await poll
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    low, high = RETRY_WINDOWS_MS["restart"]
    assert low <= answer.json()["retry_ms"] <= high
    assert int(answer.headers["Retry-After"]) >= 1
    for stream in streams:
        bye = await stream.expect("bye")
        assert (bye["code"], bye["retry_ms"]) == (1012, [low, high])
        assert await stream.ended() is True
