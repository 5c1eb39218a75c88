"""Carries events between processes: one channel of the layer, in a group for each room and site.

    receive own heartbeat ─> subscribe to all ─> listen … silence, an error ─> away ─> again

The layer may be away at any time, and may not say so: a subscription whose other end vanished just
stays silent. So this process sends itself a heartbeat through the layer. If it does not come back,
the connection to the layer is dead. The hub's check finds in the database what the layer did not
carry. A process that comes back says so to the others, which then check at once: while it was away
it sent them nothing. chat/layer.py has the form of the messages. Events of a room that no other
process serves are not sent (shared_rooms.py).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from inglenook.chat import layer
from inglenook.chat.events import Event, PresenceChanged, SiteEvent
from inglenook.realtime.relay.shared_rooms import RoomKey, SharedRooms

logger = logging.getLogger(__name__)

OUTGOING_MOST = 10_000
SEND_AT_ONCE = 100
RETRY_SECONDS = 0.5
HEARTBEAT_SECONDS = 1.0
SILENCE_SECONDS = 2.5
HEARTBEAT = {"type": "beat"}


class Relay:
    """Without a REDIS_URL there is no other process, and every call does nothing.

    `start_task` starts background work. `on_doubt` is called when the layer went or came back, for
    this process or for another one: events that were sent meanwhile reached nobody.
    """

    def __init__(
        self,
        on_events: Callable[[list[Event]], None],
        start_task: Callable[[Coroutine[Any, Any, None]], Any],
        on_doubt: Callable[[], None],
    ) -> None:
        self.process = secrets.token_hex(6)
        self.is_used = bool(settings.REDIS_URL)
        self.is_away = False
        self._on_events = on_events
        self._on_doubt = on_doubt
        self._rooms = SharedRooms()
        self._outgoing: asyncio.Queue[Event] = asyncio.Queue(OUTGOING_MOST)
        self._channel = ""
        self._broken = asyncio.Event()
        self._is_tried = asyncio.Event()
        self._was_alive = False
        # Typed as Any: the pub/sub layer has more than the base class that the stubs know.
        self._layer: Any = get_channel_layer() if self.is_used else None
        if self.is_used:
            start_task(self._send_for_ever())
            start_task(self._keep_connected())

    def send(self, event: Event) -> None:
        """Sends an event to the other processes that it concerns, in order.

        What overflows is repaired by the check.
        """
        if not self.is_used or self.is_away:
            return
        # An announcement always goes: by it the others know that this process serves the room.
        if isinstance(event, SiteEvent | PresenceChanged) or not self._rooms.keep_if_alone(event):
            self._put(event)

    def _put(self, event: Event) -> None:
        if not self._outgoing.full():
            self._outgoing.put_nowait(event)

    async def subscribe(self, key: RoomKey) -> None:
        """While the layer is away this does not wait: the next connection begins with every key."""
        if not self.is_used:
            return
        self._rooms.add(key)
        await self._is_tried.wait()
        if self._channel and not self.is_away:
            await self._try(self._join(key, self._channel))

    async def unsubscribe(self, key: RoomKey) -> None:
        self._rooms.remove(key)
        if self._channel and not self.is_away:
            await self._try(self._layer.group_discard(layer.group_name(*key), self._channel))

    # --- out

    async def _send_for_ever(self) -> None:
        while True:
            events = [await self._outgoing.get()]
            with suppress(asyncio.QueueEmpty):  # events that came meanwhile go with it
                while len(events) < SEND_AT_ONCE:
                    events.append(self._outgoing.get_nowait())
            by_group: dict[str, list[Event]] = {}
            for event in events:
                by_group.setdefault(layer.group_of(event), []).append(event)
            messages = [
                (group, layer.message_of(in_order, self.process))
                for group, in_order in by_group.items()
            ]
            if not self.is_away:  # else the others find it in the database
                await self._try(self._layer.group_send_all(messages))

    # --- in

    async def _keep_connected(self) -> None:
        while True:
            self._broken.clear()
            try:
                async with asyncio.timeout(layer.SEND_SECONDS):
                    channel = await self._open()
                if self._on_connected(channel):
                    doubt = layer.doubt_of(self.process)
                    await self._try(self._layer.group_send(layer.PROCESSES, doubt))
                await self._listen(channel)
            except Exception as error:  # noqa: BLE001  whatever the layer raises, it is away
                self._on_lost(error)
            self._channel = ""
            # Whatever is left of the old connection must not keep the new one from opening.
            await self._try(self._layer.flush())
            await asyncio.sleep(RETRY_SECONDS)

    async def _open(self) -> str:
        """Opens a channel that a heartbeat went round, and that is subscribed to every key."""
        channel: str = await self._layer.new_channel("hub.")
        await self._layer.send(channel, HEARTBEAT)
        await self._layer.receive(channel)
        await self._layer.group_add(layer.PROCESSES, channel)
        joined: set[RoomKey] = set()
        while missing := self._rooms.served - joined:
            for key in missing:
                await self._join(key, channel)
            joined |= missing
        return channel

    def _on_connected(self, channel: str) -> bool:
        """Whether the layer was away before."""
        self._channel = channel
        self._is_tried.set()
        was_away, self.is_away = self.is_away, False
        if was_away:
            self._doubt()
            logger.info("the layer is back")
        return was_away

    async def _listen(self, channel: str) -> None:
        """Listens until the connection is dead, and raises the error."""
        receives = asyncio.ensure_future(self._receive_for_ever(channel))
        heartbeats = asyncio.ensure_future(self._send_heartbeats(channel))
        broken = asyncio.ensure_future(self._broken.wait())
        try:
            while not broken.done():
                self._was_alive = False
                await asyncio.wait(
                    {receives, broken}, timeout=SILENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if receives.done():
                    receives.result()
                if not self._was_alive:
                    raise ConnectionError("silence on the layer")
        finally:
            for task in (receives, heartbeats, broken):
                task.cancel()

    async def _receive_for_ever(self, channel: str) -> None:
        while True:
            message = await self._layer.receive(channel)
            self._was_alive = True
            if layer.is_doubt(message, self.process):
                self._doubt()
            process, events = layer.events_of(message)
            if events and process != self.process:
                self._take(events)

    def _take(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, PresenceChanged):
                for kept in self._rooms.on_announced((event.site_id, event.slug)):
                    self._put(kept)
        self._on_events(events)

    def _doubt(self) -> None:
        self._rooms.forget()
        self._on_doubt()

    async def _send_heartbeats(self, channel: str) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._try(self._layer.send(channel, HEARTBEAT))

    async def _join(self, key: RoomKey, channel: str) -> None:
        await self._layer.group_add(layer.group_name(*key), channel)
        await self._layer.group_add(layer.group_name(key[0]), channel)

    # --- away

    async def _try(self, call: Coroutine[Any, Any, Any]) -> None:
        """Waits for the layer, but not for long. A call that fails ends the connection."""
        try:
            async with asyncio.timeout(layer.SEND_SECONDS):
                await call
        except Exception as error:  # noqa: BLE001  whatever the layer raises, it is away
            self._on_lost(error)

    def _on_lost(self, error: Exception) -> None:
        if not self.is_away:
            self._doubt()
            logger.warning(
                "the layer is away; the check of heads takes over", extra={"why": repr(error)}
            )
        self.is_away = True
        self._is_tried.set()
        self._broken.set()
        with suppress(asyncio.QueueEmpty):
            while True:
                self._outgoing.get_nowait()
