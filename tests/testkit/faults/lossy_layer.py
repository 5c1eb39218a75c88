"""A channel layer that does to every event what the specification of channel
layers allows, and worse.
"""

from __future__ import annotations

import random
from typing import Any

from inglenook.realtime.relay.pubsub_layer import PubSubLayer

LOST = 0.2
DOUBLED = 0.1
SWAPPED = 0.1


class LossyLayer(PubSubLayer):
    """Of what is sent to a group one in five never leaves, one in ten leaves twice,
    one in ten after the next one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dice = random.Random()
        self._kept: tuple[str, dict[str, Any]] | None = None

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        send = self._get_layer().group_send
        chance = self._dice.random()
        if chance < LOST:
            return
        if chance < LOST + SWAPPED and self._kept is None:
            self._kept = (group, message)
            return
        await send(group, message)
        if chance > 1 - DOUBLED:
            await send(group, message)
        if self._kept is not None:
            kept, self._kept = self._kept, None
            await send(*kept)
