"""T8 on sockets: every frame that names a room, for every room that is not one's own, by everybody
who has no business there.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from typing import Any

import httpx
import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from inglenook.protocol import frames
from tests.hostile.conftest import Stage
from tests.testkit.wire import ORIGIN, Client, new_cid, open_session

PEOPLE = 200
AT_ONCE = 20
# May be repeated, so it is no mistake to leave a room in which one is not.
SILENT = {"leave"}
VALUES: dict[str, Any] = {"seq": 1, "body": "x", "emoji": "👍", "on": True, "rev": 1}
KINDS = sorted(
    name
    for name, struct in frames.CLIENT_FRAMES.items()
    if "room" in {field.name for field in msgspec.structs.fields(struct)}
)


def frame_of(kind: str, room: str) -> dict[str, Any]:
    """A whole frame of that type about that room."""
    needed = [f.name for f in msgspec.structs.fields(frames.CLIENT_FRAMES[kind]) if f.required]
    given = {"room": room, "cid": new_cid(), **VALUES}
    return {"type": kind, **{name: given[name] for name in needed}}


def stored(stage: Stage) -> list[Any]:
    """Every message and reaction, read past the product."""
    (file,) = stage.server.folder.glob("data/*.sqlite3")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        found = database.execute("SELECT room_id, seq, rev, body FROM chat_message").fetchall()
        found += database.execute("SELECT message_id, emoji FROM chat_reaction").fetchall()
        found += database.execute("SELECT id, head, pinned FROM chat_room").fetchall()
    database.close()
    return sorted(map(str, found))


async def foreign_rooms(stage: Stage) -> list[str]:
    """Another's private room with a message in it, another site's, one that never was, and what is
    no slug.
    """
    session = await open_session(stage.server.base_url, stage.key, room="private")
    private = next(room["slug"] for room in session["rooms"] if room["kind"] == "private")
    owner = await Client.greet(stage.server, stage.key, private, token=session["token"])
    await owner.ack(await owner.say("a secret", room=private))
    await owner.close()
    elsewhere = ("--slug", "elsewhere", "--name", "Elsewhere")
    stage.server.run("room", "create", "--site", stage.other_key, *elsewhere)
    return [private, "elsewhere", "never", "p_" + "a" * 26, "LOBBY", "../lobby", "lobby\x00", ""]


async def test_no_frame_reaches_a_room_that_is_not_ones_own(stage: Stage) -> None:
    rooms = await foreign_rooms(stage)
    client = await Client.greet(stage.server, stage.key, "lobby")
    before = stored(stage)
    for kind in KINDS:
        answers = set()
        for room in rooms:
            frame = frame_of(kind, room)
            await client.send(frame)
            if kind in SILENT:
                continue
            name, wanted = ("nack", {"cid": frame["cid"]}) if "cid" in frame else ("error", {})
            answer = await client.expect(name, **wanted)
            assert answer["code"] == "not_found", (kind, room)
            answers.add(json.dumps({**answer, "cid": "", "room": ""}, sort_keys=True))
        # Nothing tells one that is somebody else's from one that never was.
        assert len(answers) <= 1, (kind, answers)
    await client.ack(await client.say("alive"))
    after = [row for row in stored(stage) if "alive" not in row]
    lobby = [row for row in before if "a secret" in row]
    assert [row for row in after if "a secret" in row] == lobby
    assert len(after) == len(before)
    assert not client.of("message", body="a secret")
    await client.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_acts_before_hello(stage: Stage, kind: str) -> None:
    client = await Client.open(stage.server.ws_url, stage.key)
    frame = frame_of(kind, "lobby")
    await client.send(frame)
    answer = await client.expect("nack" if "cid" in frame else "error")
    assert answer["code"] == "hello_required"
    await client.send(frame)
    assert await client.closed() == 4500


async def test_who_is_banned_is_not_let_in(stage: Stage) -> None:
    session = await open_session(stage.server.base_url, stage.key)
    banned = session["visitor"]["id"]
    stage.server.run("visitor", "ban", "--site", stage.key, "--visitor", banned)
    client = await Client.open(stage.server.ws_url, stage.key)
    hello = {"type": "hello", "v": 1, "token": session["token"], "rooms": [{"room": "lobby"}]}
    await client.send(hello)
    assert await client.closed() == 4504
    assert not client.of("sync")


async def test_the_team_of_another_site_is_a_stranger_here(stage: Stage) -> None:
    server = stage.server
    email = f"sly-{new_cid()}@evil.test"
    link = server.run("owner", "create", "--email", email, "--name", "Sly").stdout
    found = re.search(r"/login/\S+", link)
    assert found is not None, link
    async with httpx.AsyncClient(base_url=server.base_url, timeout=20) as http:
        page = await http.get(found[0])
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        sent = {"csrfmiddlewaretoken": token[1]}
        await http.post(found[0], data=sent, headers={"Referer": server.base_url})
        cookies = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    assert "inglenook_session" in cookies
    with pytest.raises(InvalidStatus) as caught:
        await Client.open(
            server.ws_url, f"staff/{stage.key}", origin=server.base_url, headers={"Cookie": cookies}
        )
    assert caught.value.response.status_code == 403


async def test_two_hundred_at_once_are_each_themselves(stage: Stage) -> None:
    """T31: nothing of one connection is another's."""

    async def come() -> Client:
        answer = await http.post(url, json={}, headers={"Origin": ORIGIN})
        session = answer.json()
        client = await Client.greet(stage.server, stage.key, token=session["token"])
        assert client.visitor == session["visitor"]
        return client

    clients: list[Client] = []
    url = f"{stage.server.base_url}/api/v1/{stage.key}/session"
    # One for all: each makes itself ready for TLS, which would keep the loop from answering pings.
    async with httpx.AsyncClient(timeout=30, verify=False) as http:
        for _ in range(0, PEOPLE, AT_ONCE):
            clients += await asyncio.gather(*(come() for _ in range(AT_ONCE)))
    ids = [client.visitor["id"] for client in clients]
    assert len(set(ids)) == PEOPLE
    # All are still here when they speak at once; what each said bears its own name.
    cids = await asyncio.gather(*(client.say(f"I am {client.visitor['id']}") for client in clients))
    acks = await asyncio.gather(
        *(client.ack(cid) for client, cid in zip(clients, cids, strict=True))
    )
    assert len({ack["seq"] for ack in acks}) == PEOPLE
    for client, cid in zip(clients, cids, strict=True):
        assert [ack["cid"] for ack in client.of("ack")] == [cid]
    by_seq = {ack["seq"]: client.visitor for ack, client in zip(acks, clients, strict=True)}
    before = max(by_seq) + 1
    while (seen := await page_before(stage, clients[0].token, before))[0]["seq"] > min(by_seq):
        before = check(seen, by_seq)
    check(seen, by_seq)


async def page_before(stage: Stage, token: str, before: int) -> list[dict[str, Any]]:
    url = f"{stage.server.base_url}/api/v1/{stage.key}/rooms/lobby/messages"
    headers = {"Authorization": f"Bearer {token}", "Origin": ORIGIN}
    async with httpx.AsyncClient(timeout=30) as http:
        answer = await http.get(url, params={"before": before, "limit": 100}, headers=headers)
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


def check(messages: list[dict[str, Any]], by_seq: dict[int, dict[str, Any]]) -> int:
    """Each message is its author's; the lowest place of the page."""
    for message in messages:
        visitor = by_seq.get(message["seq"])
        if visitor is not None:
            author = message["author"]
            assert (author["id"], author["name"]) == (visitor["id"], visitor["name"])
            assert message["body"] == f"I am {visitor['id']}"
    return int(messages[0]["seq"])
