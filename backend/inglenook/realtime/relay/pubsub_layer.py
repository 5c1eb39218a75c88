"""The layer of channels_redis, with a publish that keeps its connection, and one for many groups.

For each PUBLISH the client of channels_redis lends a connection from a pool, with retries, metrics
and locks around it. Without that a lone ack costs 0.92 of the processor time, and comes after 0.91
of the time.

CHANNEL_LAYERS names `PubSubLayer`. channels_redis makes its shards by itself, so each is replaced
by one of ours; `test_pubsub_layer.py` fails where a new version makes them in another way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisSingleShardConnection


class PublishingShard(RedisSingleShardConnection):  # type: ignore[misc]  # the base has no types
    """One Redis, with one connection to publish and the layer's own to subscribe."""

    _publisher: Any = None

    async def publish(self, channel: str, message: bytes) -> None:
        await self.publish_all([(channel, message)])

    async def publish_all(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publishes to each channel its message, in one write.

        Raises what the client raises; the next message connects anew.
        """
        commands = [("PUBLISH", *message) for message in messages]
        async with self._lock:
            if self._publisher is None:
                self._ensure_redis()
                self._publisher = self._redis.connection_pool.make_connection()
            try:
                packed = self._publisher.pack_commands(commands)
                await self._publisher.send_packed_command(packed)
                for _ in commands:
                    await self._publisher.read_response()
            except BaseException:
                # An answer that was not waited for would be the next one's.
                await self._publisher.disconnect(nowait=True)
                raise

    async def flush(self) -> None:
        async with self._lock:
            publisher, self._publisher = self._publisher, None
            if publisher is not None:
                await publisher.disconnect(nowait=True)
        await super().flush()


class PubSubLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # the base has no types
    async def group_send_all(self, messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """As `group_send` for each (group, message), in one write for each Redis."""
        layer = self._get_layer()
        by_shard: dict[PublishingShard, list[tuple[str, bytes]]] = {}
        for group, message in messages:
            channel = layer._get_group_channel_name(group)  # noqa: SLF001  only sending names it
            shard = layer._get_shard(channel)  # noqa: SLF001  the base finds it while sending alone
            by_shard.setdefault(shard, []).append((channel, self.serialize(message)))
        for shard, published in by_shard.items():
            await shard.publish_all(published)

    def _get_layer(self) -> Any:
        is_new = asyncio.get_running_loop() not in self._layers
        layer: Any = super()._get_layer()
        if is_new:
            shards = layer._shards  # noqa: SLF001  the base has no place to name their class
            shards[:] = [PublishingShard(shard.host, layer) for shard in shards]
        return layer
