"""What each subscription's reader alone knows of a room, and when that is another.

access version moved (sanctions, calm, trust, rejections) ─┐
the room changed, its reader's trust changed ──────────────┼─> one read for the room's readers
an end passes (a mute, a lock, a time of trust) ───────────┘        │
something of theirs is held, or no more ────────────────────────────┴─> an unasked `sync` to each
                                                                      whom it tells something new
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from django.utils import timezone

from inglenook.chat.events import HeldChanged
from inglenook.chat.models import Room
from inglenook.chat.own_part import OwnPart, own_parts
from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError
from inglenook.realtime.hub.encoded_frames import encode_frame
from inglenook.realtime.hub.rooms import HubRoom, Subscriber
from inglenook.realtime.hub.served_rooms import ServedRooms
from inglenook.realtime.hub.tasks import BackgroundTasks
from inglenook.sites.database import read
from inglenook.visitors.participants import Participant

# Several changes of one moment cost one read.
GATHER_SECONDS = 0.02
# A little after the end, by whatever clock it was set.
LATE_SECONDS = 0.05
# Then it looks again: the database is away, or a first page is under way.
AGAIN_SECONDS = 1.0
# `call_later` takes no more than some weeks.
LONGEST_SECONDS = 24 * 60 * 60.0


class OwnUpdates:
    def __init__(self, rooms: ServedRooms, tasks: BackgroundTasks) -> None:
        self._rooms = rooms
        self._tasks = tasks

    def suspect(self, room: HubRoom) -> None:
        """What its readers may do there may be another."""
        self._look_in(room, GATHER_SECONDS)

    def suspect_site(self, site_id: int) -> None:
        for room in list(self._rooms.by_key.values()):
            if room.site_id == site_id:
                self.suspect(room)

    def note(self, room: HubRoom, own: OwnPart | None) -> None:
        """A reader was sent this. Looks again when time makes something else of it."""
        if own is not None and own.changes_at is not None:
            left = (own.changes_at - timezone.now()).total_seconds()
            self._look_in(room, min(max(0.0, left) + LATE_SECONDS, LONGEST_SECONDS))

    def on_held_changed(
        self, room: HubRoom, event: HeldChanged, connections: Sequence[Subscriber]
    ) -> None:
        """Tells the author's connections: `refused`, and what still waits."""
        for connection in connections:
            if connection in room.subscriptions:
                if event.refused:
                    refused = frames.Refused(room.slug, event.cid, event.refused)
                    room.fan_out.send_to(connection, encode_frame(refused))
                self._tasks.start(self._tell(connection, room))

    def _look_in(self, room: HubRoom, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + seconds
        if room.own_timer is not None:
            if room.own_timer.when() <= due:
                return
            room.own_timer.cancel()
        room.own_timer = loop.call_at(due, self._on_timer, room)

    def _on_timer(self, room: HubRoom) -> None:
        room.own_timer = None
        if self._rooms.by_key.get((room.site_id, room.slug)) is room:
            self._tasks.start(self._look(room))

    async def _look(self, room: HubRoom) -> None:
        readers = [it.participant for it in room.subscriptions if it.participant is not None]
        try:
            found = await read(_own_parts_at, room.site_id, room.slug, readers)
        except ChatError:
            self._look_in(room, AGAIN_SECONDS)
            return
        for connection, subscription in list(room.subscriptions.items()):
            who = connection.participant
            own = found.get(who.id) if who is not None else None
            if own is None:
                continue
            if subscription.own is None:
                self._look_in(room, AGAIN_SECONDS)  # its first page may be from before the change
            elif own.as_seen() != subscription.own.as_seen():
                self._tasks.start(self._tell(connection, room))
            else:
                subscription.own = own
                self.note(room, own)

    async def _tell(self, connection: Subscriber, room: HubRoom) -> None:
        if not await self._rooms.refresh(connection, room.slug):
            self._look_in(room, AGAIN_SECONDS)


def _own_parts_at(site_id: int, slug: str, readers: list[Participant]) -> dict[str, OwnPart]:
    room = Room.objects.filter(site_id=site_id, slug=slug, gone=False).first()
    return own_parts(room, readers) if room else {}
