"""A long poll waits by a subscription to the room, and is answered once."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest

from tests.testkit.events import Stream, poll, say
from tests.testkit.server import Server
from tests.testkit.wire import SECONDS, Client, new_cid, open_session

WAIT_SECONDS = 25  # the longest that the wire allows


async def waiting(server: Server, key: str, token: str, **query: Any) -> asyncio.Task[Any]:
    """A poll that is under way, and has subscribed by now."""
    task = asyncio.ensure_future(poll(server, key, token, **{"wait": WAIT_SECONDS, **query}))
    await asyncio.sleep(0.4)
    assert not task.done()
    return task


@pytest.fixture
async def amber(server: Server, key: str) -> Client:
    return await Client.greet(server, key, "lobby")


async def test_it_is_answered_at_once_when_there_is_something_new(
    server: Server, key: str, amber: Client
) -> None:
    epoch = amber.of("sync")[0]["epoch"]
    await amber.ack(await amber.say("Hello"))
    for cursor, mode in (
        ({}, "snapshot"),
        ({"epoch": epoch, "since": 0}, "resume"),
        ({"epoch": epoch, "since": 7}, "snapshot"),
        ({"epoch": "another1", "since": 1}, "snapshot"),
    ):
        started = time.monotonic()
        sync = (await poll(server, key, amber.token, wait=WAIT_SECONDS, **cursor)).json()
        assert time.monotonic() - started < WAIT_SECONDS - 1
        assert (sync["mode"], len(sync["messages"]), sync["upto"]) == (mode, 1, 1)


async def test_a_change_wakes_it_at_once(server: Server, key: str, amber: Client) -> None:
    epoch = amber.of("sync")[0]["epoch"]
    for since in range(3):
        task = await waiting(server, key, amber.token, epoch=epoch, since=since)
        started = time.monotonic()
        await amber.say(f"number {since}")
        answer = await task
        assert time.monotonic() - started < WAIT_SECONDS - 1
        sync = answer.json()
        assert (sync["mode"], sync["since"], sync["upto"]) == ("resume", since, since + 1)
        assert [message["body"] for message in sync["messages"]] == [f"number {since}"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Type"] == "application/json"


async def test_every_reader_gets_its_own_reactions(server: Server, key: str, amber: Client) -> None:
    epoch = amber.of("sync")[0]["epoch"]
    await amber.ack(await amber.say("Tea?"))
    olive = (await open_session(server.base_url, key))["token"]
    tasks = [
        await waiting(server, key, token, epoch=epoch, since=1) for token in (amber.token, olive)
    ]
    await amber.send(
        {"type": "react", "cid": new_cid(), "room": "lobby", "seq": 1, "emoji": "👍", "on": True}
    )
    own, others = [(await task).json()["messages"][0] for task in tasks]
    assert own["reactions"] == others["reactions"] == {"👍": 1}
    assert (own["mine"], others["mine"]) == (["👍"], [])
    assert "reacted" not in own


async def test_after_its_time_it_says_that_nothing_is_new(
    server: Server, key: str, amber: Client
) -> None:
    epoch = amber.of("sync")[0]["epoch"]
    await amber.ack(await amber.say("Hello"))
    started = time.monotonic()
    task = asyncio.ensure_future(poll(server, key, amber.token, epoch=epoch, since=1, wait=1))
    await asyncio.sleep(0.3)
    # Who types and who comes is no news: a `sync` has no place for it.
    await amber.send({"type": "typing", "room": "lobby"})
    await Client.greet(server, key, "lobby")
    sync = (await task).json()
    assert 1 <= time.monotonic() - started < WAIT_SECONDS - 1
    assert (sync["mode"], sync["messages"], sync["upto"]) == ("resume", [], 1)


async def test_a_wait_that_is_none_is_named(server: Server, key: str, amber: Client) -> None:
    for wait in ("26", "-1", "abc", "1.5", "", "1e1", "٣"):
        for accept in ("application/json", "text/event-stream"):
            answer = await poll(server, key, amber.token, wait=wait, headers={"Accept": accept})
            assert (answer.status_code, answer.json()["field"]) == (400, "wait"), wait
    epoch = amber.of("sync")[0]["epoch"]
    started = time.monotonic()
    sync = (await poll(server, key, amber.token, epoch=epoch, since=0, wait=0)).json()
    assert time.monotonic() - started < WAIT_SECONDS - 1
    assert (sync["mode"], sync["messages"]) == ("resume", [])


async def test_a_ban_answers_a_poll_that_waits(server: Server, key: str, amber: Client) -> None:
    task = await waiting(server, key, amber.token, epoch=amber.of("sync")[0]["epoch"], since=0)
    words = ("visitor", "ban", "--site", key, "--visitor", amber.visitor["id"])
    await asyncio.to_thread(server.run, *words)
    answer = await asyncio.wait_for(task, SECONDS)
    assert (answer.status_code, answer.json()["error"]) == (403, "banned")


async def test_who_waits_is_here_and_who_hangs_up_is_not(
    server: Server, key: str, amber: Client
) -> None:
    session = await open_session(server.base_url, key)
    epoch = amber.of("sync")[0]["epoch"]
    async with httpx.AsyncClient(timeout=60) as http:
        task = asyncio.ensure_future(
            http.get(
                f"{server.base_url}/api/v1/{key}/rooms/lobby/events"
                f"?epoch={epoch}&since=0&wait={WAIT_SECONDS}",
                headers={
                    "Authorization": f"Bearer {session['token']}",
                    "Origin": "http://shop.test",
                },
            )
        )
        await amber.expect("presence", online=2)
        task.cancel()
    left = await amber.expect("presence", online=1, where=lambda frame: bool(frame.get("left")))
    assert [who["id"] for who in left["left"]] == [session["visitor"]["id"]]


async def test_a_private_room_wakes_its_visitor_with_the_first_message(
    server: Server, key: str
) -> None:
    session = await open_session(server.base_url, key, room="private")
    (slug,) = [room["slug"] for room in session["rooms"] if room["kind"] == "private"]
    empty = (await poll(server, key, session["token"], room=slug, wait=WAIT_SECONDS)).json()
    assert (empty["head"], empty["mode"]) == (0, "snapshot")
    stream = await Stream.open(server, key, room=slug, token=session["token"])
    await stream.expect("sync", upto=0)
    task = await waiting(server, key, session["token"], room=slug, epoch=empty["epoch"], since=0)
    await say(server, key, session["token"], "A question", cid="00000001", room=slug)
    sync = (await asyncio.wait_for(task, SECONDS)).json()
    assert [message["body"] for message in sync["messages"]] == ["A question"]
    assert sync["epoch"] == empty["epoch"]
    assert (await stream.expect("message"))["rev"] == 1
