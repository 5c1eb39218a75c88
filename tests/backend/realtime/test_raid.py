"""A raid: twenty spammers from five addresses, and one moderator with five calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import httpx

from tests.conftest import Serve
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, SECONDS, Client, Frame, new_cid

ADDRESSES = [f"203.0.113.{10 * n}" for n in range(1, 6)]
SPAM = "Cheap candles at candles.example"
# From the first call of the moderator until nothing of theirs stands, and the newcomer is through.
WITHIN_SECONDS = 60.0
MOST_CALLS = 5


class Program:
    """A program with one key. `calls` counts what it changed."""

    def __init__(self, server: Server, key: str) -> None:
        self.calls = 0
        headers = {"Authorization": f"Bearer {key}"}
        base = f"{server.base_url}/api/v1/manage/"
        self._http = httpx.AsyncClient(base_url=base, headers=headers, timeout=SECONDS)

    async def change(self, method: str, path: str, body: dict[str, Any]) -> Frame:
        self.calls += 1
        answer = await self._http.request(method, path, json=body)
        assert answer.status_code in (200, 201), answer.text
        found: Frame = answer.json()
        return found

    async def items(self, path: str) -> list[Frame]:
        answer = await self._http.get(path)
        assert answer.status_code == 200, answer.text
        found: list[Frame] = answer.json()["items"]
        return found

    async def close(self) -> None:
        await self._http.aclose()


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


async def writers_on_show(program: Program) -> set[str]:
    """Who wrote what stands in the room."""
    found = await program.items("rooms/lobby/messages")
    return {frame["author"]["id"] for frame in found if frame["deleted"] is None}


async def test_one_moderator_stops_a_raid_with_five_calls(serve: Serve) -> None:
    server = serve(INGLENOOK_TRUSTED_PROXIES="127.0.0.1")
    made = server.ask("site", "create", "--name", "Shop", "--origin", ORIGIN)
    key = made["site_key"]
    owner = Program(server, made["secret_key"])
    # Known after two messages; without a wait, so that the test need not wait either.
    await owner.change("PATCH", "site", {"trust": {"known_minutes": 0, "known_messages": 2}})

    async def arrive(address: str) -> Client:
        return await Client.greet(server, key, "lobby", address=address)

    honest = await arrive("198.51.100.7")
    sleepers = [await arrive(address) for address in ADDRESSES]
    for _ in range(2):
        assert {answer["type"] for answer in await say_all([honest, *sleepers], "Hi")} == {"ack"}
    await owner.change("PATCH", "rooms/lobby", {"approval": "new"})
    secret = await owner.change(
        "POST", "keys", {"name": "Moderator", "scopes": ["moderation", "messages:read"]}
    )
    moderator = Program(server, secret["key"])

    crowd = [await arrive(address) for address in ADDRESSES for _ in range(3)]
    newcomer = await arrive("198.51.100.8")
    spammers = [*sleepers, *crowd]
    answers = await say_all(spammers, SPAM)
    assert [answer.get("held", False) for answer in answers] == [False] * 5 + [True] * 15
    hello = await newcomer.say("Hello, I am new here")
    assert (await newcomer.ack(hello))["held"] is True
    assert await writers_on_show(moderator) == {it.visitor["id"] for it in (honest, *sleepers)}
    mine_before = await honest.say("What is this?")
    await honest.ack(mine_before)

    begin = time.monotonic()
    for sleeper in sleepers:
        ban = {"visitor": sleeper.visitor["id"], "kind": "ban", "reason": "raid"}
        await moderator.change(
            "POST", "sanctions", {**ban, "scope": "address", "delete_messages": True}
        )
    assert moderator.calls == MOST_CALLS
    assert await writers_on_show(moderator) == {honest.visitor["id"]}
    for sleeper in sleepers:
        assert await sleeper.closed(WITHIN_SECONDS) == 4504
    # The newcomer's one is found among what waits, and approved.
    (wanted,) = [
        it for it in await moderator.items("held") if it["visitor"] == newcomer.visitor["id"]
    ]
    await moderator.change("POST", f"held/{wanted['id']}/approve", {})
    for reader in (honest, newcomer):
        shown = await reader.expect("message", cid=hello)
        assert shown["author"]["id"] == newcomer.visitor["id"]
    assert time.monotonic() - begin < WITHIN_SECONDS

    # They go on, and come again with cleared storage: nothing of it stands, and all of it waits.
    again = [await arrive(address) for address in ADDRESSES]
    assert all(answer["held"] for answer in await say_all([*crowd, *again], SPAM))
    await owner.change("PATCH", "rooms/lobby", {"approval": "none"})
    assert all(answer["held"] for answer in await say_all(again, SPAM))
    mine_after = await honest.say("It is quiet again")
    await honest.ack(mine_after)
    await honest.expect("message", cid=mine_after)
    assert await writers_on_show(moderator) == {it.visitor["id"] for it in (honest, newcomer)}

    # Whoever was known before saw the spam go, and nothing else of all this.
    spam = {frame["seq"] for frame in honest.of("message") if SPAM in frame["body"]}
    gone = {frame["seq"] for frame in honest.of("message") if frame["deleted"] == "moderator"}
    assert len(spam) == 5
    assert spam < gone
    assert not [frame for frame in honest.of("sync") if frame["may"]["send"] is not None]
    assert not [frame for kind in ("nack", "refused", "bye", "error") for frame in honest.of(kind)]
    for program in (owner, moderator):
        await program.close()
