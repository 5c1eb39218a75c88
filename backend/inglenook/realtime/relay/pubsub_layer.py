"""The layer of channels_redis, with a publish that keeps its connection.

For each PUBLISH the client of channels_redis lends a connection from a pool, with retries, metrics
and locks around it. Without that a lone ack costs 0.92 of the processor time, and comes after 0.91
of the time.

CHANNEL_LAYERS names `PubSubLayer`. channels_redis makes the other two classes by itself, so each is
put in the place of its own; `test_pubsub_layer.py` fails where a new version makes them elsewhere.
"""

from __future__ import annotations

import asyncio
from typing import Any

from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from channels_redis.utils import create_pool, decode_hosts


class PublishingShard(RedisSingleShardConnection):  # type: ignore[misc]  # it has no types
    """One Redis, with one connection to publish and the layer's own to subscribe."""

    _publisher: Any = None

    async def publish(self, channel: str, message: bytes) -> None:
        """Raises what the client raises; the connection is then made anew for the next message."""
        async with self._lock:
            publisher = self._publisher
            if publisher is None:
                publisher = create_pool(self.host).make_connection()
                await publisher.connect()
            # Until the answer has come: one that was not waited for would be the next one's.
            self._publisher = None
            try:
                await publisher.send_command("PUBLISH", channel, message)
                await publisher.read_response()
            except BaseException:
                await publisher.disconnect(nowait=True)
                raise
            self._publisher = publisher

    async def flush(self) -> None:
        async with self._lock:
            publisher, self._publisher = self._publisher, None
            if publisher is not None:
                await publisher.disconnect(nowait=True)
        await super().flush()


class LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]  # it has no types
    def __init__(self, hosts: list[dict[str, Any]], **options: Any) -> None:
        super().__init__(hosts, **options)
        self._shards = [PublishingShard(host, self) for host in decode_hosts(hosts)]


class PubSubLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # it has no types
    def _get_layer(self) -> Any:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            # The base class wraps the closing of the loop, which then flushes what is here.
            super()._get_layer()
            self._layers[loop] = LoopLayer(**self._kwargs, channel_layer=self)
        return self._layers[loop]
