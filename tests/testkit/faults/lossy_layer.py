"""A channel layer that does to every event what the specification of channel
layers allows, and worse.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from inglenook.realtime.relay.pubsub_layer import PubSubLayer

LOST = 0.2
DOUBLED = 0.1
SWAPPED = 0.1
# The group, and the message to it.
Sent = tuple[str, dict[str, Any]]


class LossyLayer(PubSubLayer):
    """Of what is sent to a group one in five never leaves, one in ten leaves twice,
    one in ten after the next one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dice = random.Random()
        self._kept: Sent | None = None

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self.group_send_all([(group, message)])

    async def group_send_all(self, messages: Sequence[Sent]) -> None:
        left = [kept for message in messages for kept in self._left_of(message)]
        await super().group_send_all(left)

    def _left_of(self, message: Sent) -> list[Sent]:
        chance = self._dice.random()
        if chance < LOST:
            return []
        if chance < LOST + SWAPPED and self._kept is None:
            self._kept = message
            return []
        left = [message] * (2 if chance > 1 - DOUBLED else 1)
        if self._kept is not None:
            left.append(self._kept)
            self._kept = None
        return left
