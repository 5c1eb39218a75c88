"""One hub a process: it hands every event to the rooms and people that the event concerns.

    on_event, any thread ──> on_events ──> HubRoom.on_change ──> every subscriber of the room
                          └─> Relay ──> the hubs of the other processes

Its parts, each with its own file: ServedRooms (subscriptions), People (connections, access),
OwnUpdates (what one reader alone gets), Repair and RegularCheck (what no event brought), Relay,
drain.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from typing import Any, Literal

from inglenook.chat import events, publish
from inglenook.chat.events import Change, Event, RoomEvent, VisitorRenamed
from inglenook.chat.own_part import OwnPart
from inglenook.chat.posting.batcher import Batcher, batcher_of_this_loop
from inglenook.protocol import frames
from inglenook.realtime.admission.admit import admit_visitors
from inglenook.realtime.admission.flood_cool_down import FloodCoolDown
from inglenook.realtime.hub import presence
from inglenook.realtime.hub.batched_reads import BatchedReads
from inglenook.realtime.hub.check import RegularCheck
from inglenook.realtime.hub.drain import drain_connections
from inglenook.realtime.hub.encoded_frames import encode_frame
from inglenook.realtime.hub.own_updates import OwnUpdates
from inglenook.realtime.hub.people import People
from inglenook.realtime.hub.polled_parts import PolledParts
from inglenook.realtime.hub.renames import Renames
from inglenook.realtime.hub.repair import Repair
from inglenook.realtime.hub.rooms import HubRoom, Subscriber
from inglenook.realtime.hub.served_rooms import ServedRooms
from inglenook.realtime.hub.tasks import BackgroundTasks
from inglenook.realtime.relay.relay import Relay
from inglenook.visitors.participants import is_member_id

logger = logging.getLogger(__name__)


class Hub:
    """Lives in one event loop; only `on_event` may be called from elsewhere."""

    def __init__(self, batcher: Batcher | None = None) -> None:
        self.tasks = BackgroundTasks()
        self.people = People()
        self.batcher = batcher or Batcher()
        self.admissions = BatchedReads(admit_visitors)
        self.flood_cool_down = FloodCoolDown()
        self.polled_parts = PolledParts()
        self.is_draining = False
        self._loop = asyncio.get_running_loop()
        self._published: deque[Event] = deque()
        self._is_scheduled = False
        self._renames = Renames()
        check_at_once = asyncio.Event()
        self.relay = Relay(self.on_events, self.tasks.start, check_at_once.set)
        self.rooms = ServedRooms(self.relay, self.tasks, self._on_stale_room, self._on_own_part)
        self._own = OwnUpdates(self.rooms, self.tasks)
        self.people.on_moved = self._own.suspect_site
        self._repair = Repair(self.rooms, self.tasks, self._own.suspect)
        self.check = RegularCheck(
            rooms=self.rooms,
            people=self.people,
            repair=self._repair,
            renames=self._renames,
            relay=self.relay,
            at_once=check_at_once,
        )
        self._unsubscribe_from_events = publish.subscribe(self.on_event)
        self.tasks.start(self.check.run_for_ever())

    # --- connections

    def send_to(self, connection: Subscriber, slug: str | None, frame: Any) -> None:
        """One connection's own frame about a room: behind what was broadcast there before."""
        subscription = connection.subscriptions.get(slug) if slug else None
        if subscription is None:
            connection.send(frame)
        else:
            subscription.room.fan_out.send_to(connection, encode_frame(frame))

    def remove(self, connection: Subscriber) -> None:
        """The connection has ended."""
        self.rooms.unsubscribe_from_all(connection)
        self.people.remove(connection)

    async def drain(self, seconds: float = 2.0) -> None:
        """Lets nobody in any more, ends every connection, then all work of this hub."""
        self.is_draining = True
        await drain_connections(self.people, seconds)
        self._unsubscribe_from_events()
        self.tasks.cancel_all()

    # --- events

    def on_event(self, event: Event) -> None:
        """From any thread: takes an event of this process; several at one moment go together."""
        self._published.append(event)
        if self._is_scheduled:
            return
        self._is_scheduled = True
        try:
            self._loop.call_soon_threadsafe(self._take_published)
        except RuntimeError:
            logger.info("an event came too late", extra={"kind": type(event).__name__})

    def _take_published(self) -> None:
        self._is_scheduled = False  # before the first is taken: an event from now on calls again
        published = [self._published.popleft() for _ in range(len(self._published))]
        for event in published:
            self.relay.send(event)
            if isinstance(event, VisitorRenamed):
                self._renames.note(event)
        self.on_events(published)

    def on_events(self, received: Iterable[Event]) -> None:
        """In the loop: hands the events of any process to the rooms and people they concern."""
        rooms = self.rooms.by_key
        changed: dict[HubRoom, None] = {}
        for event in received:
            match event:
                case events.MessagePosted() | events.MessageChanged() | events.RoomChanged():
                    room = rooms.get((event.site_id, event.slug))
                    if room is not None:
                        changed[room] = None
                        self._on_change(room, event)
                case events.AccessChanged():
                    self.tasks.start(self.people.judge_site(event.site_id))
                case VisitorRenamed():
                    self._on_renamed(event)
                case events.VisitorChanged():
                    self._on_visitor_changed(event)
                case _:
                    room = rooms.get((event.site_id, event.slug))
                    if room is not None:
                        self._on_room_event(room, event)
        for room in changed:
            room.fan_out.release()

    def _on_change(self, room: HubRoom, event: Change) -> None:
        if not room.on_change(event):
            self._repair.suspect(room)
        if isinstance(event, events.RoomChanged):
            self._own.suspect(room)

    def _on_renamed(self, event: VisitorRenamed) -> None:
        self.people.rename(event.site_id, event.visitor_id, event.name)
        for connection in self.people.of(event.site_id, event.visitor_id):
            for subscription in connection.subscriptions.values():
                presence.schedule_update(subscription.room, self.relay.process)

    def _on_visitor_changed(self, event: events.VisitorChanged) -> None:
        self.people.set_role(event.site_id, event.visitor_id, event.role)
        for connection in self.people.of(event.site_id, event.visitor_id):
            for subscription in connection.subscriptions.values():
                self._own.suspect(subscription.room)

    def _on_room_event(self, room: HubRoom, event: RoomEvent) -> None:
        match event:
            case events.HeadMoved():
                is_new = event.epoch != room.epoch or event.head > room.received
                if room.epoch is not None and is_new:
                    self._repair.start(room)
            case events.TypingStarted():
                presence.on_typing(room, event)
            case events.ReadMarkMoved():
                self._on_read_mark(room, event)
            case events.HeldChanged():
                own = tuple(self.people.of(event.site_id, event.author_id))
                self._own.on_held_changed(room, event, own)
            case events.PresenceChanged() if event.process != self.relay.process:
                presence.on_presence(room, event, self.relay.process)

    def _on_read_mark(self, room: HubRoom, event: events.ReadMarkMoved) -> None:
        """Tells the reader's other connections."""
        frame = encode_frame(frames.Seen(room.slug, event.rev))
        for connection in self.people.of(event.site_id, event.reader_id):
            subscription = room.subscriptions.get(connection)
            if subscription is None:
                continue
            subscription.seen = max(subscription.seen, event.rev)
            if connection.id != event.connection_id:
                room.fan_out.send_to(connection, frame)
        if room.is_private:
            self._send_receipt(room, event)

    def _send_receipt(self, room: HubRoom, event: events.ReadMarkMoved) -> None:
        """Tells the other side of a private room how far this one has read."""
        by_team = is_member_id(event.reader_id)
        by: Literal["team", "visitor"] = "team" if by_team else "visitor"
        frame = encode_frame(frames.Receipt(room.slug, event.rev, by))
        for connection in room.subscriptions:
            who = connection.participant
            if who is not None and who.is_team != by_team:
                room.fan_out.send_to(connection, frame)

    def _on_stale_room(self, room: HubRoom) -> None:
        self._repair.suspect(room)

    def _on_own_part(self, room: HubRoom, own: OwnPart | None) -> None:
        self._own.note(room, own)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_of_this_loop() -> Hub:
    """The process's hub, made on first use."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(batcher_of_this_loop())
    return hub
