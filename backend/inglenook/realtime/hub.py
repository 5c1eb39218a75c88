"""One hub a process: it takes every event, encodes nothing twice, waits for no reader, repairs what it missed.

on_event(event) in any thread ─> on_events ─> HubRoom.on_change ─> every seat of the room
                                    └─> the relay ─> the hubs of the other processes
every 1-2 s: heads of the served rooms, access versions of their sites ─> repair / judge again
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any

from inglenook.chat import events, publish, selectors
from inglenook.chat.events import Event, RoomEvent, VisitorRenamed
from inglenook.chat.posting.batcher import Batcher, batcher_of_this_loop
from inglenook.chat.sync import Asked, Cursor, Page, page_for, pages_and_marks
from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError
from inglenook.realtime import presence
from inglenook.realtime.admission import admit_visitors
from inglenook.realtime.batches import Batches
from inglenook.realtime.connection import Connection
from inglenook.realtime.flood_cool_down import FloodCoolDown
from inglenook.realtime.people import People
from inglenook.realtime.relay import Relay
from inglenook.realtime.renames import Renames
from inglenook.realtime.repair import frames_of, heads_of
from inglenook.realtime.rooms import HubRoom, Seat
from inglenook.realtime.wire import wire_of
from inglenook.sites.database import read
from inglenook.visitors.participants import Participant

logger = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
CHECK_SECONDS_ALONE = 1.0  # without a layer, or while it is away, the check is all there is
GAP_SECONDS = 0.05  # how long an event that overtook another is given before the database is asked
REPAIR_MOST = 100  # above this many changes at once an unasked `sync` is cheaper for everybody
ROOMS_A_QUERY = 400
# A drain takes 5 s at most, whatever the number of connections, so that those who come back do not come all at once.
DRAIN_AT_ONCE = 50
DRAIN_BATCHES = 20
DRAIN_EVERY_SECONDS = 0.25
DRAIN_BUSY_SECONDS = 2.0


class Hub:
    """Lives in one event loop; only `on_event` may be called from elsewhere."""

    def __init__(self, batcher: Batcher | None = None) -> None:
        self.rooms: dict[tuple[int, str], HubRoom] = {}
        self.people = People()
        self.batcher = batcher or Batcher()
        self.admissions = Batches(admit_visitors)
        self._pages = Batches(pages_and_marks)
        self.is_draining = False
        self._published: deque[Event] = deque()
        self.flood_cool_down = FloodCoolDown()
        self._renames = Renames()
        self._is_scheduled = False
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._check_at_once = asyncio.Event()
        self.relay = Relay(self.on_events, self._spawn, self._check_at_once.set)
        self._unsubscribe_from_events = publish.subscribe(self.on_event)
        self._spawn(self._check_for_ever())

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
        changed: dict[HubRoom, None] = {}
        for event in received:
            match event:
                case events.MessagePosted() | events.MessageChanged() | events.RoomChanged():
                    room = self.rooms.get((event.site_id, event.slug))
                    if room is not None:
                        changed[room] = None
                        if not room.on_change(event):
                            self._suspect(room)
                case events.AccessChanged():
                    self._spawn(self.people.judge_site(event.site_id))
                case VisitorRenamed():
                    self._on_renamed(event)
                case _:
                    room = self.rooms.get((event.site_id, event.slug))
                    if room is not None:
                        self._on_room_event(room, event)
        for room in changed:
            room.live.release()

    def _on_renamed(self, event: VisitorRenamed) -> None:
        self.people.rename(event.site_id, event.visitor_id, event.name)
        for connection in self.people.of(event.site_id, event.visitor_id):
            for seat in connection.seats.values():
                presence.gather(seat.room, self.relay.process)

    def _on_room_event(self, room: HubRoom, event: RoomEvent) -> None:
        match event:
            case events.HeadMoved():
                is_news = event.epoch != room.epoch or event.head > room.received
                if room.epoch is not None and is_news:
                    self._spawn(self._repair(room))
            case events.TypingStarted():
                presence.on_typing(room, event)
            case events.ReadMarkMoved():
                self._on_read_mark(room, event)
            case events.PresenceChanged() if event.process != self.relay.process:
                presence.on_presence(room, event, self.relay.process)

    def _on_read_mark(self, room: HubRoom, event: events.ReadMarkMoved) -> None:
        wire = wire_of(frames.Seen(room.slug, event.rev))
        for connection in self.people.of(event.site_id, event.reader_id):
            seat = room.seats.get(connection)
            if seat is None:
                continue
            seat.seen = max(seat.seen, event.rev)
            if connection.id != event.connection_id:
                room.live.tell(connection, wire)

    def tell(self, connection: Connection, slug: str | None, frame: Any) -> None:
        """One connection's own frame about a room: behind what it has coming of that room."""
        seat = connection.seats.get(slug) if slug else None
        if seat is None:
            connection.send(frame)
        else:
            seat.room.live.tell(connection, wire_of(frame))

    # --- seats

    async def sit(
        self, connection: Connection, participant: Participant, slug: str, cursor: Cursor
    ) -> None:
        """Gives the connection a seat and its `sync`: registered first, then read, so nothing falls between.

        Raises NotFound, Unavailable; then there is no seat.
        """
        async with connection.seating:
            await self._sit(connection, participant, slug, cursor)

    async def _sit(
        self, connection: Connection, participant: Participant, slug: str, cursor: Cursor
    ) -> None:
        key = (participant.site_id, slug)
        is_new = slug not in connection.seats
        if key not in self.rooms:
            # Nobody makes us serve, or subscribe to, a room that they may not see.
            await read(selectors.room_by_slug, participant.site_id, slug, participant)
        room = self.rooms.get(key)
        if room is None:
            room = self.rooms[key] = HubRoom(*key)
            room.subscribed = self._spawn(self._subscribe(room))
        seat = room.seat_of(connection)
        connection.seats[slug] = seat
        if room.subscribed is not None:
            await asyncio.wait({room.subscribed})
        try:
            asked = Asked(slug=slug, participant=participant, cursor=cursor)
            page, mark = await self._pages.ask(participant.site_id, asked)
        except BaseException:
            self.stand_up(connection, slug)
            raise
        if connection.is_closing or connection.seats.get(slug) is not seat:
            self.stand_up(connection, slug)
            return
        seat.seen = max(seat.seen, mark) if page.epoch == room.epoch else mark
        was_known = room.epoch is not None
        room.settle(seat, page, wire_of(page.for_reader(participant.id, seat.seen)))
        if was_known and page.epoch != room.epoch:
            self._suspect(room)
        if is_new:
            presence.greet(room, connection)
            presence.gather(room, self.relay.process)

    def stand_up(self, connection: Connection, slug: str) -> None:
        """Takes the connection's seat away; the last one out ends the subscription."""
        seat = connection.seats.pop(slug, None)
        if seat is None:
            return
        room = seat.room
        room.leave(connection)
        if room.seats:
            presence.gather(room, self.relay.process)
            return
        if self.rooms.get((room.site_id, room.slug)) is room:
            del self.rooms[(room.site_id, room.slug)]
            room.end()
            presence.announce(room, self.relay.process)
            self._spawn(self._unsubscribe(room))

    def remove(self, connection: Connection) -> None:
        for slug in list(connection.seats):
            self.stand_up(connection, slug)
        self.people.remove(connection)

    # --- repair

    def _suspect(self, room: HubRoom) -> None:
        """Something is missing; it may only be late."""
        if room.gap_timer is None:
            room.gap_timer = self._loop.call_later(GAP_SECONDS, self._gap_is_due, room)

    def _gap_is_due(self, room: HubRoom) -> None:
        room.gap_timer = None
        self._spawn(self._repair(room))

    async def _repair(self, room: HubRoom) -> None:
        """Fetches what this process was not told, once, whatever the number of seats."""
        if room.is_repairing or room.epoch is None or room.room_id is None:
            return
        room.is_repairing = True
        try:
            since, epoch = room.received, room.epoch
            readers = {
                seat.connection.participant.id
                for seat in room.seats.values()
                if seat.connection.participant
            }
            page = await read(
                page_for,
                room_id=room.room_id,
                cursor=Cursor(epoch, since, REPAIR_MOST),
                reader_ids=readers,
            )
            if page is not None:
                self._apply_repair(room, page, epoch)
        except ChatError:
            pass  # the database is away; the next check asks again
        finally:
            room.is_repairing = False

    def _apply_repair(self, room: HubRoom, page: Page, epoch: str) -> None:
        if page.epoch != epoch:
            room.begin_at(page.epoch, page.head)
            room.early.clear()
            for seat in list(room.seats.values()):
                self._sit_again(seat)
            return
        if page.upto <= room.received:
            return
        changes = frames_of(page, room.received)
        if changes is None or page.mode == "snapshot" or page.more:
            room.say_page(page)
        else:
            for rev, wire in changes:
                if rev == room.received + 1:
                    room.say(rev, wire)
            room.live.release()
        if page.head > room.received and not page.more:
            self._suspect(room)

    def _sit_again(self, seat: Seat) -> None:
        """An unasked snapshot: the room began anew, or was made only now."""
        connection = seat.connection
        if connection.participant is not None:
            self._spawn(self._sit_quietly(connection, connection.participant, seat.room.slug))

    async def _sit_quietly(
        self, connection: Connection, participant: Participant, slug: str
    ) -> None:
        try:
            await self.sit(connection, participant, slug, Cursor())
        except ChatError:
            connection.bye("resync", "the room changed; come back")

    # --- the check

    async def _check_for_ever(self) -> None:
        turn = 0
        while True:
            alone = not self.relay.is_used or self.relay.is_away
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS_ALONE if alone else CHECK_SECONDS):
                    await self._check_at_once.wait()
            self._check_at_once.clear()
            turn += 1
            try:
                await self._check_heads()
                await self.people.check_access_versions()
                self._send_renames_again()
                if turn % 8 == 0:
                    self._tell_people_again()
            except ChatError:
                continue  # the database is away: sockets stay, the next turn asks again
            except Exception:
                logger.exception("the check of heads failed")

    async def _check_heads(self) -> None:
        keys = [key for key, room in self.rooms.items() if room.epoch is not None]
        for start in range(0, len(keys), ROOMS_A_QUERY):
            for site_id, slug, pk, head, epoch in await read(
                heads_of, keys[start : start + ROOMS_A_QUERY]
            ):
                room = self.rooms.get((site_id, slug))
                if room is None or room.epoch is None:
                    continue
                room.room_id = pk  # a private room is made by its first message, after its seats
                if epoch != room.epoch or head > room.received:
                    self._suspect(room)

    def _send_renames_again(self) -> None:
        for event in self._renames.take_due():
            self.relay.send(event)

    def _tell_people_again(self) -> None:
        for room in self.rooms.values():
            presence.announce(room, self.relay.process)
            presence.tell(room)

    # --- the layer

    async def _subscribe(self, room: HubRoom) -> None:
        await self.relay.subscribe((room.site_id, room.slug))
        presence.announce(room, self.relay.process, asks=True)

    async def _unsubscribe(self, room: HubRoom) -> None:
        key = (room.site_id, room.slug)
        if key not in self.rooms:  # else somebody came back meanwhile
            await self.relay.unsubscribe(key)

    # --- the end

    async def drain(self, seconds: float = 2.0) -> None:
        """Nobody new; all are told when to come back, some at a time, each when what it is sending is stored."""
        self.is_draining = True
        connections = list(self.people.connections)
        size = max(DRAIN_AT_ONCE, -(-len(connections) // DRAIN_BATCHES))
        for start in range(0, len(connections), size):
            if start:
                await asyncio.sleep(DRAIN_EVERY_SECONDS)
            batch = connections[start : start + size]
            await asyncio.gather(*(_let_go(connection) for connection in batch))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.people.all_gone()
        self._unsubscribe_from_events()
        for task in list(self._tasks):
            task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("work of the hub failed", exc_info=error)


async def _let_go(connection: Connection) -> None:
    """The send that is under way is answered first: its sender need not wonder, nor send it again."""
    deadline = time.monotonic() + DRAIN_BUSY_SECONDS
    while connection.is_busy and time.monotonic() < deadline:  # noqa: ASYNC110  rare and short
        await asyncio.sleep(0.02)
    connection.bye("restart", "the server restarts; come back")


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub_of_this_loop() -> Hub:
    """The process's hub, made on first use."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(batcher_of_this_loop())
    return hub
