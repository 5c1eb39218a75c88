"""The layer publishes over one connection that it keeps, and makes anew when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import redis.asyncio
from redis.exceptions import RedisError

from inglenook.realtime.relay.pubsub_layer import PublishingShard, PubSubLayer
from tests.testkit import services


@pytest.fixture
async def layer() -> AsyncIterator[PubSubLayer]:
    host = {"address": services.redis().url, "socket_timeout": None, "socket_connect_timeout": 2}
    made = PubSubLayer(hosts=[host], prefix="pubsub-test")
    yield made
    await made.flush()


@pytest.fixture
async def client() -> AsyncIterator[redis.asyncio.Redis]:
    async with redis.asyncio.Redis.from_url(services.redis().url) as made:
        yield made


def shard_of(layer: PubSubLayer) -> PublishingShard:
    (shard,) = layer._get_layer()._shards
    assert type(shard) is PublishingShard, "channels_redis makes its shards in another way"
    return shard


async def listening(layer: PubSubLayer) -> str:
    channel: str = await layer.new_channel("hub.")
    await layer.group_add("room", channel)
    return channel


async def received(layer: PubSubLayer, channel: str) -> Any:
    async with asyncio.timeout(5):
        return await layer.receive(channel)


async def test_what_is_sent_comes_in_order_over_one_connection(layer: PubSubLayer) -> None:
    channel = await listening(layer)
    publishers = set()
    for number in range(5):
        await layer.group_send("room", {"type": "news", "number": number})
        publishers.add(id(shard_of(layer)._publisher))
    assert [(await received(layer, channel))["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(publishers) == 1


async def test_many_groups_get_each_its_own_in_order(layer: PubSubLayer) -> None:
    channel = await listening(layer)
    await layer.group_add("hall", channel)
    sent = [(group, {"type": "news", "number": n}) for n in range(3) for group in ("room", "hall")]
    await layer.group_send_all([*sent, ("nobody's", {"type": "news", "number": -1})])
    received_by_now = [(await received(layer, channel))["number"] for _ in sent]
    assert received_by_now == [0, 0, 1, 1, 2, 2]
    await layer.group_send("room", {"type": "news", "number": 3})
    assert (await received(layer, channel))["number"] == 3


async def test_it_sends_to_a_channel_too(layer: PubSubLayer) -> None:
    channel = await listening(layer)
    await layer.send(channel, {"type": "beat"})
    assert await received(layer, channel) == {"type": "beat"}


async def test_many_senders_at_once_do_not_read_each_others_answers(layer: PubSubLayer) -> None:
    channel = await listening(layer)
    sends = [layer.group_send("room", {"type": "news", "number": n}) for n in range(50)]
    await asyncio.gather(*sends)
    numbers = [(await received(layer, channel))["number"] for _ in range(50)]
    assert sorted(numbers) == list(range(50))


async def test_a_connection_that_redis_closed_fails_once_and_is_made_anew(
    layer: PubSubLayer, client: redis.asyncio.Redis
) -> None:
    channel = await listening(layer)
    await layer.group_send("room", {"type": "news", "number": 1})
    assert (await received(layer, channel))["number"] == 1
    number = await own_number(layer)
    await client.client_kill_filter(_id=str(number))
    with pytest.raises((RedisError, OSError)):
        await layer.group_send("room", {"type": "news", "number": 2})
    await layer.group_send("room", {"type": "news", "number": 3})
    assert (await received(layer, channel))["number"] == 3


async def test_a_send_that_was_given_up_leaves_no_answer_for_the_next(
    layer: PubSubLayer, client: redis.asyncio.Redis
) -> None:
    await layer.group_send("room", {"type": "news", "number": 1})
    first = shard_of(layer)._publisher
    await client.execute_command("CLIENT", "PAUSE", "300", "ALL")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await layer.group_send("room", {"type": "news", "number": 2})
    assert not first.is_connected
    await layer.group_send("room", {"type": "news", "number": 3})
    assert await own_number(layer) > 0


async def test_flush_closes_the_connection(layer: PubSubLayer) -> None:
    await layer.group_send("room", {"type": "news", "number": 1})
    publisher = shard_of(layer)._publisher
    await layer.flush()
    assert not publisher.is_connected
    await layer.group_send("room", {"type": "news", "number": 2})


async def own_number(layer: PubSubLayer) -> int:
    """The number that Redis gave the connection: its answer is the one to this question."""
    publisher = shard_of(layer)._publisher
    await publisher.send_command("CLIENT", "ID")
    return int(await publisher.read_response())
