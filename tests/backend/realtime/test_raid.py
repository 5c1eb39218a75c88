"""A raid: twenty spammers from five addresses, and one moderator with five calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest

from tests.conftest import Serve
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, SECONDS, Client, Frame, new_cid

ADDRESSES = [f"203.0.113.{10 * n}" for n in range(1, 6)]
SPAM = "Cheap candles at candles.example"
# From the first call of the moderator until nothing of theirs stands, and the newcomer is through.
WITHIN_SECONDS = 60.0
MOST_CALLS = 5
# The pace of a calm.
CALM_SLOW_SECONDS = 10.0


class Program:
    """A program with one key. `calls` counts all that it asks, also what only reads."""

    def __init__(self, server: Server, key: str) -> None:
        self.calls = 0
        headers = {"Authorization": f"Bearer {key}"}
        base = f"{server.base_url}/api/v1/manage/"
        self._http = httpx.AsyncClient(base_url=base, headers=headers, timeout=SECONDS)

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Frame:
        self.calls += 1
        answer = await self._http.request(method, path, json=body)
        assert answer.status_code in (200, 201, 204), answer.text
        found: Frame = answer.json() if answer.content else {}
        return found

    async def items(self, path: str) -> list[Frame]:
        found: list[Frame] = (await self.ask("GET", path))["items"]
        return found

    async def close(self) -> None:
        await self._http.aclose()


class Raid:
    """A shop's room with people in it. Nobody prepared it: newcomers write at once.

    `sleepers` became known before, one from each address; `crowd` are the fifteen new ones.
    """

    server: Server
    key: str
    owner: Program
    moderator: Program
    honest: Client
    sleepers: list[Client]
    crowd: list[Client]

    @property
    def spammers(self) -> list[Client]:
        return [*self.sleepers, *self.crowd]

    async def arrive(self, address: str) -> Client:
        return await Client.greet(self.server, self.key, "lobby", address=address)

    async def begin(self, server: Server) -> None:
        self.server = server
        made = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
        self.key = made["site_key"]
        self.owner = Program(server, made["secret_key"])
        # Known after two messages; without a wait, so that the test need not wait either.
        known = {"known_minutes": 0, "known_messages": 2}
        await self.owner.ask("PATCH", "site", {"trust": known})
        scopes = ["moderation", "messages:read"]
        secret = await self.owner.ask("POST", "keys", {"name": "Moderator", "scopes": scopes})
        self.moderator = Program(server, secret["key"])
        self.honest = await self.arrive("198.51.100.7")
        self.sleepers = [await self.arrive(address) for address in ADDRESSES]
        for _ in range(2):
            assert is_sent(await say_all([self.honest, *self.sleepers], "Hi")) == [True] * 6
        self.crowd = [await self.arrive(address) for address in ADDRESSES for _ in range(3)]
        assert is_sent(await say_all(self.spammers, SPAM)) == [True] * 20

    async def writers_on_show(self) -> set[str]:
        """Who wrote what stands in the room. It is no call of the moderator's."""
        found = await self.owner.items("rooms/lobby/messages?limit=200")
        return {frame["author"]["id"] for frame in found if frame["deleted"] is None}

    async def ban_who_spams(self) -> list[Frame]:
        """Two calls: who wrote it, and all of them banned."""
        found = await self.moderator.items("rooms/lobby/messages?limit=200")
        theirs = {it["author"]["id"] for it in found if SPAM in it["body"]}
        ban = {"kind": "ban", "reason": "raid", "scope": "address", "delete_messages": True}
        body = {"visitors": sorted(theirs), **ban}
        made: list[Frame] = (await self.moderator.ask("POST", "sanctions/bulk", body))["items"]
        return made

    async def approve(self, newcomer: Client) -> None:
        """Two calls: what waits, and the newcomer's of it approved."""
        held = await self.moderator.items("held?limit=200")
        (wanted,) = [it for it in held if it["visitor"] == newcomer.visitor["id"]]
        await self.moderator.ask("POST", f"held/{wanted['id']}/approve", {})


@pytest.fixture
async def raid(serve: Serve) -> AsyncIterator[Raid]:
    it = Raid()
    await it.begin(serve(INGLENOOK_TRUSTED_PROXIES="127.0.0.1"))
    yield it
    for program in (it.owner, it.moderator):
        await program.close()


async def say_all(people: Iterable[Client], body: str) -> list[Frame]:
    """What each one's message is answered with: an `ack`, or a `nack`."""

    async def say(person: Client) -> Frame:
        cid = await person.say(f"{body} {new_cid()[:8]}")
        answer = asyncio.ensure_future(person.expect("ack", cid=cid))
        refusal = asyncio.ensure_future(person.expect("nack", cid=cid))
        done, left = await asyncio.wait({answer, refusal}, return_when=asyncio.FIRST_COMPLETED)
        for each in left:
            each.cancel()
        return done.pop().result()

    return list(await asyncio.gather(*[say(person) for person in people]))


def is_sent(answers: list[Frame]) -> list[bool]:
    return [answer["type"] == "ack" and answer["held"] is False for answer in answers]


def assert_noticed_nothing(honest: Client) -> None:
    """They saw the spam go, and were never refused, held, or put out."""
    spam = {frame["seq"] for frame in honest.of("message") if SPAM in frame["body"]}
    gone = {frame["seq"] for frame in honest.of("message") if frame["deleted"] == "moderator"}
    # Twenty tombstones may come as one look at the room.
    gone |= {it["seq"] for sync in honest.of("sync") for it in sync["messages"] if it["deleted"]}
    assert len(spam) == 20
    assert spam <= gone
    assert not [frame for frame in honest.of("sync") if frame["may"]["send"] or frame["held"]]
    assert not [frame for kind in ("nack", "refused", "bye", "error") for frame in honest.of(kind)]


async def test_one_moderator_stops_a_raid_with_five_calls(raid: Raid) -> None:
    begin = time.monotonic()
    await raid.moderator.ask("PUT", "calm", {"minutes": 30})
    # It goes on while the moderator looks; and an honest newcomer comes in the midst of it.
    newcomer = await raid.arrive("198.51.100.8")
    hello = await newcomer.say("Hello, I am new here")
    assert (await newcomer.ack(hello))["held"] is True
    late = [await raid.arrive(address) for address in ADDRESSES]
    assert all(answer["held"] for answer in await say_all(late, SPAM))
    assert len(await raid.ban_who_spams()) == 20
    await raid.approve(newcomer)
    assert raid.moderator.calls == MOST_CALLS

    for spammer in raid.spammers:
        assert await spammer.closed(WITHIN_SECONDS) == 4504
    for reader in (raid.honest, newcomer):
        shown = await reader.expect("message", cid=hello)
        assert shown["author"]["id"] == newcomer.visitor["id"]
    honest_ones = {raid.honest.visitor["id"], newcomer.visitor["id"]}
    assert await raid.writers_on_show() == honest_ones
    # Who is known writes on, at the pace of the calm.
    await asyncio.sleep(max(0.0, begin + CALM_SLOW_SECONDS - time.monotonic()))
    mine = await raid.honest.say("It is quiet again")
    assert (await raid.honest.ack(mine))["held"] is False
    assert time.monotonic() - begin < WITHIN_SECONDS

    # They come again with cleared storage: nothing of it stands, and all of it waits.
    again = [await raid.arrive(address) for address in ADDRESSES]
    assert all(answer["held"] for answer in await say_all(again, SPAM))
    await raid.owner.ask("DELETE", "calm")
    assert all(answer["held"] for answer in await say_all(again, SPAM))
    assert await raid.writers_on_show() == honest_ones
    assert_noticed_nothing(raid.honest)


async def test_without_a_calm_four_calls_do_and_nobody_else_is_slowed(raid: Raid) -> None:
    begin = time.monotonic()
    sanctions = await raid.ban_who_spams()
    for spammer in raid.spammers:
        assert await spammer.closed(WITHIN_SECONDS) == 4504
    assert await raid.writers_on_show() == {raid.honest.visitor["id"]}
    # The newcomer shares an address with one of them: a school, or a phone's network.
    newcomer = await raid.arrive(ADDRESSES[0])
    hello = await newcomer.say("Hello, I am new here")
    assert (await newcomer.ack(hello))["held"] is True
    await raid.approve(newcomer)
    await raid.honest.expect("message", cid=hello)
    assert raid.moderator.calls < MOST_CALLS
    assert time.monotonic() - begin < WITHIN_SECONDS
    for _ in range(3):
        assert is_sent(await say_all([raid.honest], "It is quiet again")) == [True]
    assert_noticed_nothing(raid.honest)
    assert not raid.honest.of("room")

    # One of them was no spammer: what the ban took comes back.
    of_the_first = next(it for it in sanctions if it["visitor"] == raid.sleepers[0].visitor["id"])
    undone = await raid.owner.ask("POST", f"undo/{of_the_first['undo']}", {})
    assert undone["restored"] == 3
