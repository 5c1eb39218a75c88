"""What one reader alone gets: what waits, and what they may do; in time, on every transport."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from typing import Any

import httpx

from tests.testkit.events import Stream, poll
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, Frame

# A change reaches an open socket within 2.5 s; a busy machine may take longer to say so.
WITHIN_SECONDS = 8.0


def may_be(code: str | None) -> Any:
    return lambda frame: frame["may"]["send"] == code


async def change(owner: httpx.AsyncClient, **settings: Any) -> None:
    answer = await owner.patch("rooms/lobby", json=settings)
    assert answer.status_code == 200, answer.text


async def waiting(owner: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await owner.get("held")).json()["items"]
    return found


SANCTION = """
import sys
import django
django.setup()
from inglenook.moderation.services import impose
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import SiteKey
key, visitor, kind, seconds = sys.argv[1:]
site = SiteKey.objects.get(key=key).site
impose(site=site, visitor_id=visitor, kind=kind, seconds=int(seconds), by=SYSTEM)
"""


def sanction(server: Server, key: str, visitor: Frame, kind: str, seconds: int) -> None:
    """By the service itself, in another process: the open sockets learn of it by the database."""
    env = {**os.environ, **server.env, "DJANGO_SETTINGS_MODULE": "inglenook.config.settings"}
    words = [sys.executable, "-c", SANCTION, key, visitor["id"], kind, str(seconds)]
    subprocess.run(words, env=env, check=True, timeout=60)


async def test_what_waits_is_acked_seen_in_another_tab_and_approved(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    await change(owner, approval="all")
    amber = await Client.greet(server, key, "lobby")
    other_tab = await Client.greet(server, key, "lobby", token=amber.token)
    olive = await Client.greet(server, key, "lobby")
    cid = await amber.say("Hello")
    ack = await amber.ack(cid)
    assert (ack["held"], ack["as_sent"], ack["seq"], ack["rev"]) == (True, False, None, None)
    seen = await other_tab.expect("sync", where=lambda frame: bool(frame["held"]))
    assert [it["cid"] for it in seen["held"]] == [cid]
    assert (seen["mode"], seen["messages"]) == ("resume", [])
    (held,) = await waiting(owner)
    assert (await owner.post(f"held/{held['id']}/approve")).status_code == 200
    for client in (amber, other_tab, olive):
        message = await client.expect("message", cid=cid)
        assert (message["seq"], message["author"]["id"]) == (2, amber.visitor["id"])
    assert (await amber.say("Again", cid=cid)) == cid
    assert (await amber.ack(cid))["dup"] is True


async def test_what_is_rejected_says_so_to_its_author_alone(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    await change(owner, approval="all")
    amber = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    cid = await amber.say("Hello")
    await amber.ack(cid)
    (held,) = await waiting(owner)
    await owner.post(f"held/{held['id']}/reject", json={"message": "Not here."})
    refused = await amber.expect("refused", cid=cid)
    assert refused["message"] == "Not here."
    await amber.expect("sync", where=lambda frame: not frame["held"])
    await amber.say("Hello", cid=cid)
    nack = await amber.expect("nack", cid=cid)
    assert (nack["code"], nack["final"], nack["message"]) == ("forbidden", True, "Not here.")
    assert not [frame for frame in olive.frames if frame.get("cid") == cid]


async def test_a_lock_with_an_end_arrives_and_ends(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    until = time.time() + 3
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(until)) + ".000Z"
    await change(owner, locked=True, locked_until=stamp)
    frame = await amber.expect("sync", where=may_be("room_locked"), seconds=WITHIN_SECONDS)
    assert frame["may"]["until"] == stamp
    cid = await amber.say("Hello")
    nack = await amber.expect("nack", cid=cid)
    assert (nack["code"], nack["until"]) == ("room_locked", stamp)
    await amber.expect("sync", where=may_be(None), seconds=WITHIN_SECONDS)
    opened = await amber.expect("room", locked=False, seconds=WITHIN_SECONDS)
    assert opened["locked_until"] is None
    await amber.ack(await amber.say("Hello again"))


async def test_a_mute_arrives_with_its_end_and_its_end_too(server: Server, key: str) -> None:
    amber = await Client.greet(server, key, "lobby")
    await asyncio.to_thread(sanction, server, key, amber.visitor, "mute", 4)
    frame = await amber.expect("sync", where=may_be("muted"), seconds=WITHIN_SECONDS)
    assert frame["may"]["until"]
    nack = await amber.expect("nack", cid=await amber.say("Hello"))
    assert (nack["code"], nack["until"]) == ("muted", frame["may"]["until"])
    await amber.expect("sync", where=may_be(None), seconds=WITHIN_SECONDS + 4)
    await amber.ack(await amber.say("Hello again"))


async def mute(owner: httpx.AsyncClient, visitor: Frame) -> None:
    wanted = {"visitor": visitor["id"], "kind": "mute", "seconds": 600}
    answer = await owner.post("sanctions", json=wanted)
    assert answer.status_code == 201, answer.text


async def test_a_mute_reaches_each_transport_before_any_wait_is_over(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    stream = await Stream.open(server, key, token=amber.token)
    await stream.expect("sync", where=may_be(None))
    cursor = {"epoch": amber.of("sync")[0]["epoch"], "since": 0}
    long_poll = asyncio.ensure_future(poll(server, key, amber.token, wait=25, **cursor))
    await asyncio.sleep(0.4)
    assert not long_poll.done()
    started = time.monotonic()
    await mute(owner, amber.visitor)
    for follower in (amber, stream):
        sync = await follower.expect("sync", where=may_be("muted"), seconds=WITHIN_SECONDS)
        assert sync["may"]["until"]
    sync = (await asyncio.wait_for(long_poll, WITHIN_SECONDS)).json()
    assert time.monotonic() - started < WITHIN_SECONDS
    assert (sync["may"]["send"], sync["upto"]) == ("muted", 0)


async def test_a_mute_between_two_long_polls_answers_the_second_at_once(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    cursor = {"epoch": amber.of("sync")[0]["epoch"], "since": 0}
    for code in (None, "muted"):
        if code:
            await mute(owner, amber.visitor)
        wait = 25 if code else 1
        answer = poll(server, key, amber.token, wait=wait, **cursor)
        sync = (await asyncio.wait_for(answer, WITHIN_SECONDS)).json()
        assert sync["may"]["send"] == code
    again = asyncio.ensure_future(poll(server, key, amber.token, wait=25, **cursor))
    await asyncio.sleep(0.4)
    assert not again.done()
    again.cancel()


async def test_calm_arrives_as_the_slow_mode_in_force(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    amber = await Client.greet(server, key, "lobby")
    assert (await owner.put("calm", json={"minutes": 5})).status_code == 200
    assert (await amber.expect("room"))["slow_s"] == 10
    ack = await amber.ack(await amber.say("Hello"))
    assert ack["held"] is True
    assert [it["reason"] for it in await waiting(owner)] == ["calm"]
    nack = await amber.expect("nack", cid=await amber.say("Again"))
    assert (nack["code"], nack["final"]) == ("slow_mode", False)
    assert (await owner.delete("calm")).status_code == 204
    assert (await amber.expect("room"))["slow_s"] == 0


async def test_a_shadow_banned_visitor_notices_nothing_and_reaches_nobody(
    server: Server, key: str
) -> None:
    amber = await Client.greet(server, key, "lobby")
    olive = await Client.greet(server, key, "lobby")
    await asyncio.to_thread(sanction, server, key, amber.visitor, "shadow", 600)
    await amber.send({"type": "typing", "room": "lobby"})
    before = len(olive.frames)
    cid = await amber.say("Hello")
    ack = await amber.ack(cid)
    assert (ack["held"], ack["as_sent"], ack["seq"]) == (True, True, None)
    again = await Client.greet(server, key, "lobby", token=amber.token)
    (sync,) = again.of("sync")
    assert [(it["cid"], it["as_sent"]) for it in sync["held"]] == [(cid, True)]
    assert sync["may"] == {"send": None, "until": None, "files": []}
    # On another transport, and for somebody else.
    path = f"{server.base_url}/api/v1/{key}/rooms/lobby"
    async with httpx.AsyncClient(timeout=20) as client:
        for token, expected in ((amber.token, [cid]), (olive.token, [])):
            headers = {"Authorization": f"Bearer {token}", "Origin": ORIGIN}
            polled = (await client.get(f"{path}/events", headers=headers)).json()
            assert [it["cid"] for it in polled["held"]] == expected
            assert polled["messages"] == []
            history = (await client.get(f"{path}/messages", headers=headers)).json()
            assert history["messages"] == []
        headers = {"Authorization": f"Bearer {amber.token}", "Origin": ORIGIN}
        body = {"cid": "by-another-way", "body": "Hello"}
        posted = await client.post(f"{path}/messages", json=body, headers=headers)
        assert (posted.status_code, posted.json()["as_sent"]) == (201, True)
        posted = await client.post(f"{path}/messages", json=body, headers=headers)
        assert (posted.status_code, posted.json()["dup"]) == (200, True)
    await olive.ack(await olive.say("Is anybody here?"))
    sent = [frame for frame in olive.frames[before:] if frame["type"] not in ("ping", "presence")]
    assert {frame["type"] for frame in sent} <= {"message", "ack", "typing"}
    assert all(frame.get("cid") != cid for frame in sent)
    assert all(amber.visitor["id"] not in str(frame) for frame in sent if frame["type"] != "typing")


async def test_what_waits_is_202_over_http(
    server: Server, key: str, owner: httpx.AsyncClient
) -> None:
    await change(owner, approval="all")
    amber = await Client.greet(server, key, "lobby")
    path = f"{server.base_url}/api/v1/{key}/rooms/lobby/messages"
    headers = {"Authorization": f"Bearer {amber.token}", "Origin": ORIGIN}
    async with httpx.AsyncClient(timeout=20) as client:
        body = {"cid": "by-another-way", "body": "Hello"}
        posted = await client.post(path, json=body, headers=headers)
        assert (posted.status_code, posted.json()["held"]) == (202, True)
    seen = await amber.expect("sync", where=lambda frame: bool(frame["held"]))
    assert seen["held"][0]["cid"] == "by-another-way"
