"""This process's line to the others, through the channel layer: one channel, one group for each room and site it serves.

The layer may be away at any time: what it does not carry is found in the database by the hub's check.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from msgspec.structs import replace

from inglenook.chat import doorbell
from inglenook.chat.doorbell import Bell

logger = logging.getLogger(__name__)

PUBLISH_MOST = 10_000
RETRY_SECONDS = 1.0

RoomKey = tuple[int, str]


class Relay:
    """Without a REDIS_URL there is nobody to talk to, and every call does nothing."""

    def __init__(
        self, hear: Callable[[Bell], None], spawn: Callable[[Coroutine[Any, Any, None]], Any]
    ) -> None:
        self.process = secrets.token_hex(6)
        self.is_used = bool(settings.REDIS_URL)
        self.is_away = False
        self._hear = hear
        self._outgoing: asyncio.Queue[Bell] = asyncio.Queue(PUBLISH_MOST)
        self._channel = ""
        # Typed as Any: the pub/sub layer has more than the base class that the stubs know.
        self._layer: Any = get_channel_layer() if self.is_used else None
        if self.is_used:
            spawn(self._publish_for_ever())
            spawn(self._receive_for_ever())

    def publish(self, bell: Bell) -> None:
        """To the other processes, in order, when the layer takes it; what overflows is repaired by the check."""
        if self.is_used and not self._outgoing.full():
            self._outgoing.put_nowait(replace(bell, process=self.process))

    async def subscribe(self, key: RoomKey) -> None:
        if self.is_used:
            async with self._or_away():
                await self._join(key)

    async def unsubscribe(self, key: RoomKey) -> None:
        if self.is_used and self._channel:
            async with self._or_away():
                await self._layer.group_discard(doorbell.group_name(*key), self._channel)

    async def come_back(self, keys: Iterable[RoomKey]) -> None:
        """When the layer was away: subscribe to everything again, and see whether it takes a bell."""
        if not self.is_away:
            return
        async with self._or_away():
            for key in keys:
                await self._join(key)
            await doorbell.send(Bell(kind="presence", site_id=0, process=self.process))
            self.is_away = False
            logger.info("the layer is back")

    async def _join(self, key: RoomKey) -> None:
        await self._make_channel()
        await self._layer.group_add(doorbell.group_name(*key), self._channel)
        await self._layer.group_add(doorbell.group_name(key[0]), self._channel)

    async def _make_channel(self) -> None:
        if not self._channel:
            self._channel = await self._layer.new_channel("hub.")

    async def _publish_for_ever(self) -> None:
        while True:
            bell = await self._outgoing.get()
            if not self.is_away:  # else the others find it in the database
                async with self._or_away():
                    await doorbell.send(bell)

    async def _receive_for_ever(self) -> None:
        while True:
            try:
                await self._make_channel()
                bell = doorbell.from_layer(await self._layer.receive(self._channel))
            except Exception as error:  # noqa: BLE001  whatever the layer raises, it is away
                self._lost(error)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if bell is not None and bell.process != self.process:
                self._hear(bell)

    @asynccontextmanager
    async def _or_away(self) -> Any:
        try:
            async with asyncio.timeout(doorbell.SEND_SECONDS):
                yield
        except Exception as error:  # noqa: BLE001  whatever the layer raises, it is away
            self._lost(error)

    def _lost(self, error: Exception) -> None:
        if not self.is_away:
            logger.warning(
                "the layer is away; the check of heads takes over", extra={"why": repr(error)}
            )
        self.is_away = True
