"""Repair of a room: what no event brought is read from the database, once for the process.

suspect ── 50 ms: it may only be late ──> page from `received` on ──> frames, or a `sync` to all
                                              └─ another epoch ──> each subscriber starts anew
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from inglenook.chat.sync import Cursor, Page, page_for
from inglenook.protocol.errors import ChatError
from inglenook.realtime.hub.repair_queries import frames_of
from inglenook.realtime.hub.rooms import HubRoom, Subscriber, Subscription
from inglenook.realtime.hub.served_rooms import ServedRooms
from inglenook.realtime.hub.tasks import BackgroundTasks
from inglenook.sites.database import read
from inglenook.visitors.participants import Participant

GAP_SECONDS = 0.05  # how long an event that overtook another is given before the database is asked
REPAIR_MOST = 100  # above this many changes at once an unasked `sync` is cheaper for everybody


class Repair:
    """`on_room_changed` is called with a room whose own change was found in the database."""

    def __init__(
        self,
        rooms: ServedRooms,
        tasks: BackgroundTasks,
        on_room_changed: Callable[[HubRoom], None],
    ) -> None:
        self._rooms = rooms
        self._tasks = tasks
        self._on_room_changed = on_room_changed

    def suspect(self, room: HubRoom) -> None:
        """Something is missing in the room; it may only be late."""
        if room.gap_timer is None:
            loop = asyncio.get_running_loop()
            room.gap_timer = loop.call_later(GAP_SECONDS, self._on_gap_timer, room)

    def start(self, room: HubRoom) -> None:
        """Something is missing in the room for certain."""
        self._tasks.start(self._repair(room))

    def _on_gap_timer(self, room: HubRoom) -> None:
        room.gap_timer = None
        self.start(room)

    async def _repair(self, room: HubRoom) -> None:
        if room.is_repairing or room.epoch is None or room.room_id is None:
            return
        room.is_repairing = True
        try:
            since, epoch = room.received, room.epoch
            readers = [
                connection.participant
                for connection in room.subscriptions
                if connection.participant
            ]
            page = await read(
                page_for,
                room_id=room.room_id,
                cursor=Cursor(epoch, since, REPAIR_MOST),
                readers=readers,
            )
            if page is not None:
                self._apply(room, page, epoch)
        except ChatError:
            pass  # the database is away; the next check asks again
        finally:
            room.is_repairing = False

    def _apply(self, room: HubRoom, page: Page, epoch: str) -> None:
        if page.epoch != epoch:
            room.start_epoch(page.epoch, page.head)
            room.early.clear()
            for subscription in list(room.subscriptions.values()):
                self._subscribe_anew(subscription)
            return
        if page.upto <= room.received:
            return
        if page.room.rev > room.received:
            self._on_room_changed(room)
        changes = frames_of(page, room.received)
        if changes is None or page.mode == "snapshot" or page.more:
            room.broadcast_page(page)
        else:
            for rev, frame in changes:
                if rev == room.received + 1:
                    room.broadcast_change(rev, frame)
            room.fan_out.release()
        if page.head > room.received and not page.more:
            self.suspect(room)

    def _subscribe_anew(self, subscription: Subscription) -> None:
        """An unasked snapshot: the room began anew, or was stored only now."""
        connection = subscription.connection
        if connection.participant is not None:
            slug = subscription.room.slug
            self._tasks.start(self._send_snapshot(connection, connection.participant, slug))

    async def _send_snapshot(
        self, connection: Subscriber, participant: Participant, slug: str
    ) -> None:
        try:
            await self._rooms.subscribe(connection, participant, slug, Cursor())
        except ChatError:
            connection.bye("resync", "the room changed; come back")
