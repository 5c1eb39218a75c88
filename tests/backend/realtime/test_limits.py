"""Limits of part 7 hold wherever somebody connects: in one process, and in two over Redis."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.testkit import services
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, close_all, new_cid, open_session

OTHER_ORIGIN = "http://other.test"


@dataclass
class House:
    """`first` and `second` are two processes, or the same one twice."""

    first: Server
    second: Server
    key: str
    other_key: str

    @property
    def both(self) -> tuple[Server, Server]:
        return self.first, self.second


@pytest.fixture(scope="module", params=["alone", "redis"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp(f"limits-{request.param}")
    env = {
        "INGLENOOK_TRUSTED_PROXIES": "127.0.0.1",
        "INGLENOOK_SECRET_KEY": f"a secret of the tests alone, {request.param}, for two processes",
        "INGLENOOK_REDIS_WAIT_MS": "8000",
        "INGLENOOK_SOCKETS_PER_ADDRESS": "3",
        "INGLENOOK_SOCKETS_PER_SITE": "12",
        "INGLENOOK_SESSIONS_PER_MINUTE": "4",
        "INGLENOOK_ROOM_SENDS_PER_10S": "20",
    }
    if request.param == "redis":
        env["REDIS_URL"] = services.redis().url
    first = Server(folder, env=env).start()
    second = Server(folder, env=env).start() if request.param == "redis" else first
    keys = [
        first.ask("site", "create", "--name", name, "--origin", origin)["site_key"]
        for name, origin in (("Shop", ORIGIN), ("Other", OTHER_ORIGIN))
    ]
    for slug in ("busy", "calm"):
        first.run("room", "create", "--site", keys[0], "--slug", slug, "--name", slug.title())
    yield House(first, second, *keys)
    for server in {first, second}:
        server.stop()
        server.assert_clean()


@pytest.fixture(autouse=True)
async def _clients_end() -> Any:
    yield
    await close_all()


async def status_from(server: Server, key: str, address: str) -> int:
    """What the handshake is answered: 101 (and the socket stays open), or a refusal."""
    try:
        await Client.open(server.ws_url, key, headers={"X-Forwarded-For": address})
    except InvalidStatus as error:
        return error.response.status_code
    return 101


async def test_the_seventh_socket_of_a_visitor_is_refused_wherever_it_connects(
    house: House,
) -> None:
    first = await Client.greet(house.first, house.key)
    more = [
        await Client.greet(house.both[number % 2], house.key, token=first.token)
        for number in range(1, 6)
    ]
    for server in house.both:
        seventh = await Client.open(server.ws_url, house.key)
        await seventh.send({"type": "hello", "v": 1, "token": first.token, "rooms": []})
        assert await seventh.closed() == 4506
    await more.pop().close()
    again = await comes_in_again(house, first.token)
    assert not [client for client in (first, again, *more) if client.of("bye")]


async def comes_in_again(house: House, token: str) -> Client:
    for _ in range(40):  # a server notices a moment later that a socket has gone
        try:
            return await Client.greet(house.first, house.key, token=token)
        except AssertionError:
            await asyncio.sleep(0.05)
    raise AssertionError("nothing was free again")


async def test_an_address_has_so_many_sockets_in_all(house: House) -> None:
    asked = [
        await status_from(house.both[number % 2], house.key, f"2001:db8::{number}")
        for number in range(5)
    ]
    assert asked == [101, 101, 101, 429, 429]
    assert await status_from(house.second, house.key, "2001:db8:0:1::1") == 101
    await close_all()
    for _ in range(40):  # the server notices it a moment later
        if await status_from(house.second, house.key, "2001:db8::9") == 101:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was free again")


async def test_a_site_has_so_many_sockets_in_all_and_another_its_own(house: House) -> None:
    await asyncio.sleep(0.3)  # who left a moment ago is gone everywhere
    asked = [
        await status_from(house.both[number % 2], house.key, f"198.51.{number}.1")
        for number in range(14)
    ]
    assert asked == [101] * 12 + [429] * 2
    await Client.open(house.second.ws_url, house.other_key, origin=OTHER_ORIGIN)


async def test_an_address_opens_so_many_sessions_in_all(house: House) -> None:
    async with httpx.AsyncClient() as http:
        answers = [
            await http.post(
                f"{house.both[number % 2].base_url}/api/v1/{house.key}/session",
                json={"token": None},
                headers={"Origin": ORIGIN, "X-Forwarded-For": "198.51.100.20"},
            )
            for number in range(5)
        ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert answers[-1].json()["error"] == "rate"
    assert 0 < answers[-1].json()["retry_ms"] <= 15_000


async def test_a_visitor_sends_so_much_in_all(house: House) -> None:
    first = await Client.greet(house.first, house.key, "lobby")
    second = await Client.greet(house.second, house.key, "lobby", token=first.token)
    number, nack, took = await until_refused([first, second], "lobby")
    assert (nack["code"], nack["final"]) == ("rate", False)
    assert 0 < nack["retry_ms"] <= 2000
    assert 10 <= number <= 11 + took * 0.5


async def test_a_room_takes_so_much_in_all_and_says_that_it_is_the_room(house: House) -> None:
    people = [await Client.greet(house.both[number % 2], house.key, "busy") for number in range(6)]
    number, nack, took = await until_refused(people, "busy")
    assert nack["code"] == "rate"
    assert "room is very busy" in nack["message"]
    assert 40 <= number <= 41 + took * 2
    await people[2].ack(await people[2].say("elsewhere", room="lobby"))


async def until_refused(people: list[Client], room: str) -> tuple[int, dict[str, Any], float]:
    """They send in turn.

    How many fitted, the refusal, and how many seconds it took: meanwhile there was room again.
    """
    started = time.monotonic()
    for number in range(60):
        client = people[number % len(people)]
        cid = await client.say(f"number {number}", room=room)
        # A poll: the client has no event for "one or the other".
        while not (client.of("ack", cid=cid) or client.of("nack", cid=cid)):  # noqa: ASYNC110  the client sets no event
            await asyncio.sleep(0.005)
        if nacks := client.of("nack", cid=cid):
            return number, nacks[0], time.monotonic() - started
    raise AssertionError("nobody was refused")


async def test_slow_mode_is_one_for_all_processes(house: House) -> None:
    with closing(sqlite3.connect(house.first.folder / "data" / "inglenook.sqlite3")) as database:
        database.execute("UPDATE chat_room SET slow_s = 60 WHERE slug = 'calm'")
        database.commit()
    first = await Client.greet(house.first, house.key, "calm")
    second = await Client.greet(house.second, house.key, "calm", token=first.token)
    await first.ack(await first.say("once", room="calm"))
    for client in (second, first):
        nack = await client.expect("nack", cid=await client.say("twice", room="calm"))
        assert (nack["code"], nack["final"]) == ("slow_mode", False)
        assert 0 < nack["retry_ms"] <= 60_000


async def test_somebody_who_goes_on_after_a_hundred_refusals_is_let_go(house: House) -> None:
    flooder = await Client.greet(house.first, house.key, "lobby")
    for number in range(130):
        await flooder.say(f"number {number}")
    assert await flooder.closed(30) == 4507
    assert flooder.of("bye")[0]["code"] == 4507
    assert 100 <= len(flooder.of("nack", code="rate")) <= 101
    back = await Client.greet(house.second, house.key, "lobby", token=flooder.token)
    await back.close()


SPEAKS = 25


async def talk(server: Server, key: str) -> None:
    """Three new visitors speak in turn within the limits, and each message reaches its reader."""
    people = [await Client.greet(server, key, "lobby", origin=OTHER_ORIGIN) for _ in range(3)]
    for number in range(SPEAKS):
        cid = await people[number % 3].say(f"measured {number}")
        await people[0].expect("message", cid=cid)
    assert not any(client.of("bye") or client.of("nack") for client in people)


async def test_a_site_that_is_flooded_takes_nothing_from_another(serve: Any) -> None:
    """50 sockets send as fast as they can. `make faults` measures what that costs the neighbour."""
    server = serve()
    keys = [
        server.ask("site", "create", "--name", name, "--origin", origin)["site_key"]
        for name, origin in (("Shop", ORIGIN), ("Other", OTHER_ORIGIN))
    ]
    token = (await open_session(server.base_url, keys[0]))["token"]
    flooders = [await Client.greet(server, keys[0], token=token) for _ in range(6)]
    for _ in range(8):
        token = (await open_session(server.base_url, keys[0]))["token"]
        flooders += [await Client.greet(server, keys[0], token=token) for _ in range(6)]
    flooders = flooders[:50]

    async def flood(client: Client) -> None:
        for _ in range(1000):
            if client.of("bye"):
                return
            await client.send({"type": "send", "cid": new_cid(), "room": "lobby", "body": "flood"})
            await asyncio.sleep(0.02)  # faster, and this process would measure its own sending

    floods = [asyncio.ensure_future(flood(client)) for client in flooders]
    await asyncio.sleep(0.2)
    await talk(server, keys[1])
    for task in floods:
        task.cancel()
    await asyncio.gather(*floods, return_exceptions=True)
    codes = [client.socket.close_code for client in flooders if client.of("bye")]
    assert set(codes) <= {4507}
