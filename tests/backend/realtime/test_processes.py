"""One installation in several processes, over Redis and PostgreSQL, and without Redis by the
database alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import redis.asyncio

from inglenook.realtime.relay.pubsub_layer import PubSubLayer
from inglenook.realtime.relay.shared_rooms import NEW_SECONDS
from tests.backend.realtime.team import new_site
from tests.conftest import serving
from tests.testkit import services
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN, Client, new_cid


async def test_visitors_of_two_processes_see_one_room(pair: tuple[Server, Server]) -> None:
    key = str(new_site(pair[0])["site_key"])
    amber = await Client.greet(pair[0], key, "lobby")
    olive = await Client.greet(pair[1], key, "lobby")
    sent = []
    for number in range(10):
        speaker = (amber, olive)[number % 2]
        sent.append(await speaker.say(f"number {number}"))
        await speaker.ack(sent[-1])
    await amber.send(
        {"type": "react", "cid": new_cid(), "room": "lobby", "seq": 1, "emoji": "🎉", "on": True}
    )
    await amber.send({"type": "edit", "cid": new_cid(), "room": "lobby", "seq": 1, "body": "first"})
    await amber.expect("ack", rev=12)
    await in_step(amber, olive, last_change=("first", {"🎉": 1}))
    assert shown_by(amber) == shown_by(olive)
    assert [cid for _, cid, _, _ in shown_by(olive)] == sent
    assert shown_by(olive)[0][2:] == ("first", {"🎉": 1})


async def in_step(one: Client, other: Client, last_change: tuple[str, dict[str, int]]) -> None:
    """Returns when both show the same with what came last, or after what a lost event may cost and
    more.
    """
    for _ in range(80):
        shown = shown_by(one)
        if shown == shown_by(other) and shown and shown[0][2:] == last_change:
            return
        await asyncio.sleep(0.05)


def shown_by(client: Client) -> list[tuple[int, str, str, dict[str, int]]]:
    """What the client's rules make of its frames: the newest state of each message."""
    state: dict[int, dict[str, Any]] = {}
    for frame in client.frames:
        messages = frame["messages"] if frame["type"] == "sync" else [frame]
        for message in messages:
            if (
                message["type"] == "message"
                and message["rev"] >= state.get(message["seq"], message)["rev"]
            ):
                state[message["seq"]] = message
    return [
        (seq, state[seq]["cid"], state[seq]["body"], state[seq]["reactions"])
        for seq in sorted(state)
    ]


async def test_what_the_operator_withdraws_closes_live_sockets_of_every_process(
    pair: tuple[Server, Server],
) -> None:
    key = str(new_site(pair[0])["site_key"])
    clients = [await Client.greet(server, key, "lobby") for server in pair]
    pair[0].run("visitor", "ban", "--site", key, "--visitor", clients[0].visitor["id"])
    assert await clients[0].closed(4) == 4504
    third = await Client.greet(pair[0], key, "lobby")
    pair[0].run("site", "origins", "--site", key, "--remove", ORIGIN, "--add", "http://else.test")
    for client in (clients[1], third):
        assert await client.closed(4) == 4505
        assert client.of("bye")[0]["code"] == 4505
    fourth = await Client.greet(pair[1], key, "lobby", origin="http://else.test")
    pair[0].run("site", "disable", "--site", key)
    assert await fourth.closed(4) == 4503


async def test_a_room_is_sent_over_redis_from_when_a_second_process_serves_it(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as serve:
        first = serve(redis=True)
        second = serve(beside=first)
        key = str(new_site(first)["site_key"])
        amber = await Client.greet(first, key, "lobby")
        async with carried_by_redis() as carried:
            # Until others who serve it can have said so, it is sent.
            await amber.ack(await amber.say("too early to know"))
            early = await place_of(b"too early to know", carried)
            await asyncio.sleep(NEW_SECONDS)
            await amber.ack(await amber.say("to nobody else"))
            olive = await Client.greet(second, key, "lobby")
            late = await place_of(b"to nobody else", carried)
            assert b"asks" in b"".join(carried[early:late]), "it was sent before anybody came"
            for number, speaker in enumerate((amber, olive) * 3):
                await speaker.ack(await speaker.say(f"together {number}"))
            for number in range(6):
                await place_of(f"together {number}".encode(), carried)
        await in_step(amber, olive, last_change=("too early to know", {}))
        assert [body for _, _, body, _ in shown_by(olive)] == [
            "too early to know",
            "to nobody else",
            *(f"together {number}" for number in range(6)),
        ]
        assert shown_by(amber) == shown_by(olive)


@asynccontextmanager
async def carried_by_redis() -> AsyncIterator[list[bytes]]:
    """Everything that Redis carries to rooms meanwhile, in order."""
    carried: list[bytes] = []
    client = redis.asyncio.Redis.from_url(services.redis().url)
    listener = client.pubsub()
    await listener.psubscribe("*__group__room.*")

    async def listen() -> None:
        async for message in listener.listen():
            data = message["data"]  # a number where it is the answer to a subscription
            carried.append(data if isinstance(data, bytes) else b"")

    task = asyncio.ensure_future(listen())
    try:
        yield carried
    finally:
        task.cancel()
        await client.aclose()


async def place_of(words: bytes, carried: list[bytes]) -> int:
    """The place of the first message with these words, which may still be on its way."""
    for _ in range(200):
        for place, message in enumerate(carried):
            if words in message:
                return place
        await asyncio.sleep(0.05)
    raise AssertionError(f"{words!r} has not come")


async def test_rooms_are_shared_out_among_several_redis_and_each_delivers() -> None:
    """Two layers as two processes have them, each with both addresses in the same order."""
    url = services.redis().url.rpartition("/")[0]
    hosts = [{"address": f"{url}/{number}"} for number in range(2)]
    one, other = (PubSubLayer(hosts=hosts, prefix="sharded") for _ in range(2))
    channel = await other.new_channel("hub.")
    groups = [f"room-{number}" for number in range(6)]
    for group in groups:
        await other.group_add(group, channel)
    for group in groups:
        await one.group_send(group, {"type": "news", "room": group})
    async with asyncio.timeout(10):
        received = {(await other.receive(channel))["room"] for _ in groups}
    assert received == set(groups)
    await one.flush()
    await other.flush()
