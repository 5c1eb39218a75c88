"""In a private line each side learns how far the other has read: live, over HTTP, and later."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from tests.backend.realtime.team import Member, new_site
from tests.testkit.events import Stream, poll
from tests.testkit.server import Server
from tests.testkit.wire import Client, open_session

WAIT_SECONDS = 25


@pytest.fixture
def site(server: Server) -> dict[str, Any]:
    return new_site(server)


@pytest.fixture
async def line(server: Server, key: str) -> tuple[Client, str]:
    """A visitor on a socket, and their private room with two messages of theirs."""
    session = await open_session(server.base_url, key, room="private")
    (room,) = [room["slug"] for room in session["rooms"] if room["kind"] == "private"]
    visitor = await Client.greet(server, key, room, token=session["token"])
    for text in ("Is it still there?", "The red one"):
        await visitor.ack(await visitor.say(text, room=room))
    return visitor, room


async def on_a_page(server: Server, key: str, room: str) -> Client:
    """A member of the team on a socket of the workspace."""
    member = Member(server).sign_in(key)
    client = await member.open(server, key)
    await client.send({"type": "hello", "v": 1, "rooms": [{"room": room}]})
    await client.expect("welcome")
    return client


async def test_what_the_team_reads_the_visitor_learns_at_once_and_after_a_reload(
    server: Server, key: str, line: tuple[Client, str]
) -> None:
    visitor, room = line
    assert visitor.of("sync")[0]["receipts"] == {"team": 0, "visitor": 0}
    member = await on_a_page(server, key, room)
    assert (await member.expect("sync"))["receipts"] == {"team": 0, "visitor": 0}
    await member.send({"type": "seen", "room": room, "rev": 1})
    assert await visitor.expect("receipt") == {
        "type": "receipt",
        "room": room,
        "rev": 1,
        "by": "team",
    }
    await member.send({"type": "seen", "room": room, "rev": 2})
    assert (await visitor.expect("receipt"))["rev"] == 2
    assert member.of("receipt") == []
    later = await Client.greet(server, key, room, token=visitor.token)
    assert later.of("sync")[0]["receipts"] == {"team": 2, "visitor": 0}


async def test_the_team_learns_what_the_visitor_has_read(
    server: Server, key: str, line: tuple[Client, str]
) -> None:
    visitor, room = line
    member = await on_a_page(server, key, room)
    await member.expect("sync")
    await visitor.send({"type": "seen", "room": room, "rev": 2})
    receipt = await member.expect("receipt")
    assert (receipt["rev"], receipt["by"]) == (2, "visitor")
    assert visitor.of("receipt") == []


async def test_who_opens_the_conversation_in_the_inbox_has_read_it(
    server: Server, key: str, line: tuple[Client, str]
) -> None:
    visitor, room = line
    member = Member(server).sign_in(key)
    site = re.search(r"/dashboard/sites/(\d+)/", member.get("/dashboard/").text)
    assert site is not None
    page = member.get(f"/dashboard/sites/{site[1]}/inbox/{room}/")
    assert page.status_code == 200, page.url
    receipt = await visitor.expect("receipt")
    assert (receipt["rev"], receipt["by"]) == (2, "team")


async def test_a_stream_has_the_frame_and_a_poll_that_waits_is_answered(
    server: Server, key: str, line: tuple[Client, str]
) -> None:
    visitor, room = line
    epoch = visitor.of("sync")[0]["epoch"]
    stream = await Stream.open(server, key, token=visitor.token, room=room)
    await stream.expect("sync")
    asked: dict[str, Any] = {"room": room, "epoch": epoch, "since": 2, "wait": WAIT_SECONDS}
    first = (await poll(server, key, visitor.token, room=room, epoch=epoch, since=1)).json()
    assert first["receipts"] == {"team": 0, "visitor": 0}
    waiting = asyncio.ensure_future(poll(server, key, visitor.token, **asked))
    member = await on_a_page(server, key, room)
    await member.expect("sync")
    await member.send({"type": "seen", "room": room, "rev": 2})
    assert (await stream.expect("receipt"))["rev"] == 2
    answer = (await asyncio.wait_for(waiting, WAIT_SECONDS - 5)).json()
    assert answer["receipts"] == {"team": 2, "visitor": 0}


async def test_other_rooms_have_no_receipts(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    await amber.ack(await amber.say("Hello"))
    member = await on_a_page(server, key, "lobby")
    sync = await member.expect("sync")
    assert sync["receipts"] is None
    await member.send({"type": "seen", "room": "lobby", "rev": 1})
    await amber.ack(await amber.say("Anybody?"))
    await member.expect("message")
    other = await Client.greet(server, key, "lobby", token=amber.token)
    assert other.of("sync")[0]["receipts"] is None
    assert amber.of("receipt") == []


async def test_nobody_else_gets_one(server: Server, key: str, line: tuple[Client, str]) -> None:
    visitor, room = line
    stranger = await Client.greet(server, key, "lobby")
    member = await on_a_page(server, key, room)
    await member.expect("sync")
    await member.send({"type": "seen", "room": room, "rev": 2})
    await visitor.expect("receipt")
    await visitor.ack(await visitor.say("Hello all", room="lobby"))
    await stranger.expect("message")
    assert stranger.of("receipt") == []
