"""How events travel between processes: groups of the channel layer, and messages that carry events.

The layer may lose, double and reorder what it carries. The hub finds in the database what it
misses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from channels.layers import get_channel_layer

from inglenook.chat import events
from inglenook.chat.events import Event, SiteEvent

SEND_SECONDS: Final = 2.0

# The group of every process that serves rooms.
PROCESSES: Final = "processes"

Message = dict[str, Any]


def group_name(site_id: int, slug: str = "") -> str:
    """The group of a room; without a slug the group of a site.

    Slugs are ASCII by rule, as groups must be.
    """
    return f"room.{site_id}.{slug}" if slug else f"site.{site_id}"


def group_of(event: Event) -> str:
    if isinstance(event, SiteEvent):
        return group_name(event.site_id)
    return group_name(event.site_id, event.slug)


def message_of(group_events: Sequence[Event], process: str = "") -> Message:
    """The message that carries events of one group, in order.

    `process` names the hub that sends it.
    """
    return {"type": "events", "process": process, "data": events.encode(group_events)}


def events_of(message: Message) -> tuple[str, list[Event]]:
    """Which hub sent the message, and its events.

    No event where another program wrote the message.
    """
    process, data = message.get("process"), message.get("data")
    if not isinstance(process, str) or not isinstance(data, bytes):
        return "", []
    return process, events.decode(data)


def doubt_of(process: str) -> Message:
    """What a process tells the others when it was away from the layer: it carried nothing of what
    that process stored meanwhile.
    """
    return {"type": "doubt", "process": process}


def is_doubt(message: Message, process: str) -> bool:
    """Whether another process than this one was away."""
    return message.get("type") == "doubt" and message.get("process") != process


async def send_alone(event: Event) -> None:
    """Sends one event from a process without a hub, and closes the line.

    Raises whatever the layer raises.
    """
    # Typed as Any: the pub/sub layer has more than the base class that the stubs know.
    layer: Any = get_channel_layer()
    async with asyncio.timeout(SEND_SECONDS):
        await layer.group_send(group_of(event), message_of([event]))
    await layer.flush()
