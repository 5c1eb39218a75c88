"""What one process knows of a room it serves: who is in it, and which changes each was sent.

A seat is in one of four modes, so that what concerns one room reaches one socket in one order:

    READING  its page is being read: live frames are held until the page is sent
    AHEAD    its page was newer than what the hub has fanned out: frames it already holds are left out
    LIVE     it gets every frame as it comes, in the order of the room's FanOut
    BEHIND   its page said `more`: nothing live until it has asked for the rest
"""

from __future__ import annotations

import asyncio
import time
from enum import Enum
from typing import TYPE_CHECKING

from inglenook.chat.events import Change, RoomChanged
from inglenook.chat.sync import Page
from inglenook.protocol import frames
from inglenook.realtime.fan_out import FanOut
from inglenook.realtime.wire import Wire, packed, wire_of

if TYPE_CHECKING:
    from inglenook.realtime.connection import Connection

# Beyond this a reading seat is read again instead of holding more.
MOST_HELD = 1000
MOST_EARLY = 1000


class Mode(Enum):
    READING = "reading"
    AHEAD = "ahead"
    LIVE = "live"
    BEHIND = "behind"


class Seat:
    """One connection's place in one room."""

    __slots__ = ("connection", "held", "mode", "room", "seen", "sent", "typed_at")

    def __init__(self, connection: Connection, room: HubRoom) -> None:
        self.connection = connection
        self.room = room
        self.mode = Mode.READING
        self.held: list[Wire] = []
        self.sent = 0
        self.seen = 0
        self.typed_at: float = 0.0

    @property
    def is_told(self) -> bool:
        """Whether a `ping` may name this room: not while its page is being read."""
        return self.mode is not Mode.READING

    def told(self) -> tuple[str, int]:
        return self.room.epoch or "", max(self.room.head, self.sent)


class HubRoom:
    """`epoch` is None until the first page was read.

    `received`: the hub has every change up to it; `head`: every seat was sent the changes up to it.
    """

    def __init__(self, site_id: int, slug: str) -> None:
        self.site_id = site_id
        self.slug = slug
        self.room_id: int | None = None
        self.epoch: str | None = None
        self.received = 0
        self.head = 0
        self.seats: dict[Connection, Seat] = {}
        self.live = FanOut(self._step)
        self.early: dict[int, Change] = {}  # changes that overtook another one
        self.is_repairing = False
        self.gap_timer: asyncio.TimerHandle | None = None
        self.subscribed: asyncio.Task[None] | None = None
        self.typing: dict[str, tuple[str, float]] = {}
        self.typing_timer: asyncio.TimerHandle | None = None
        self.people_elsewhere: dict[str, tuple[float, dict[str, str]]] = {}
        self.people_told: dict[str, str] = {}
        self.people_timer: asyncio.TimerHandle | None = None

    # --- seats

    def seat_of(self, connection: Connection) -> Seat:
        """The connection's seat, set to READING: what goes out now is held until `settle`."""
        seat = self.seats.get(connection)
        if seat is None:
            seat = self.seats[connection] = Seat(connection, self)
        self._step_out(seat)
        seat.mode = Mode.READING
        seat.held = []
        return seat

    def leave(self, connection: Connection) -> None:
        seat = self.seats.pop(connection, None)
        if seat is not None:
            self._step_out(seat)

    def end(self) -> None:
        """The last one has left."""
        self.live.end()
        for timer in (self.gap_timer, self.people_timer, self.typing_timer):
            if timer is not None:
                timer.cancel()

    def settle(self, seat: Seat, page: Page, wire: Wire) -> None:
        """Sends the seat its page, then what went out meanwhile and is newer."""
        if self.epoch is None:
            self.room_id = page.room.pk
            self.begin_at(page.epoch, page.head)
            self._take_early()
        self.room_id = self.room_id or page.room.pk
        seat.connection.write(wire)
        seat.sent = page.upto
        held, seat.held = seat.held, []
        if page.more:
            seat.mode = Mode.BEHIND
            return
        for held_wire in held:
            if held_wire.epoch == page.epoch and held_wire.number > seat.sent:
                seat.connection.write(held_wire)
                seat.sent = held_wire.number
        self._go_live(seat)

    def begin_at(self, epoch: str, head: int) -> None:
        """The numbers of this epoch count from here on.

        What was said in another one goes out first.
        """
        self.live.finish_now()
        self.epoch, self.received, self.head = epoch, head, head

    def _go_live(self, seat: Seat) -> None:
        if seat.sent > self.head:
            seat.mode = Mode.AHEAD
        else:
            seat.mode = Mode.LIVE
            self.live.enter(seat.connection)

    def _step_out(self, seat: Seat) -> None:
        if seat.mode is Mode.LIVE:
            self.live.leave(seat.connection)
            seat.sent = max(seat.sent, self.received)

    # --- fan-out

    def on_change(self, event: Change) -> bool:
        """Takes a change. False when a change before it is missing and should be looked for."""
        if self.epoch is None:
            self._keep_early(event)
            return True
        if event.epoch != self.epoch:
            return False
        if event.rev <= self.received:
            return True
        if event.rev > self.received + 1:
            self._keep_early(event)
            return False
        self._say_change(event)
        self._take_early()
        return not self.early

    def _say_change(self, event: Change) -> None:
        self.say(event.rev, Wire(event.frame, event.epoch, event.rev))
        if not isinstance(event, RoomChanged):
            self.typing.pop(event.author_id, None)

    def say(self, rev: int, wire: Wire) -> None:
        """The same bytes to every seat, in the room's order, when `live.release()` lets them go.

        Nobody is waited for.
        """
        self.received = rev
        self.live.say(wire)

    def say_to_all(self, wire: Wire) -> None:
        """Something without a number, to everyone who is in step."""
        self.live.say(wire)
        self.live.release()

    def _step(self, wires: list[Wire]) -> None:
        """A batch goes out to the live seats: what it means for the others."""
        changes = [wire for wire in wires if wire.epoch]
        if not changes:
            return
        self.head = changes[-1].number
        if len(self.live) != len(self.seats):
            for seat in self.seats.values():
                if seat.mode is Mode.READING:
                    seat.held += changes[: max(0, MOST_HELD - len(seat.held))]
                elif seat.mode is Mode.AHEAD:
                    self._catch_up(seat, changes)

    def _catch_up(self, seat: Seat, changes: list[Wire]) -> None:
        for wire in packed([wire for wire in changes if wire.number > seat.sent]):
            seat.connection.write(wire)
        seat.sent = max(seat.sent, self.head)
        if seat.sent == self.head:
            seat.mode = Mode.LIVE
            self.live.enter(seat.connection)

    def say_page(self, page: Page) -> None:
        """An unasked `sync` to every seat, where frames alone would not say enough."""
        self.live.finish_now()
        self.received = self.head = page.upto
        self.early = {rev: event for rev, event in self.early.items() if rev > page.upto}
        for seat in list(self.seats.values()):
            participant = seat.connection.participant
            if participant is None:
                continue
            wire = wire_of(page.for_reader(participant.id, seat.seen))
            if seat.mode is Mode.READING:
                seat.held.append(wire)
            elif seat.mode in (Mode.LIVE, Mode.AHEAD):
                if page.upto > seat.sent or seat.mode is Mode.LIVE:
                    seat.connection.write(wire)
                    seat.sent = page.upto
                if page.more:
                    self._step_out(seat)
                    seat.mode = Mode.BEHIND
                elif seat.mode is Mode.AHEAD:
                    self._go_live(seat)

    def _keep_early(self, event: Change) -> None:
        if len(self.early) < MOST_EARLY:
            self.early[event.rev] = event

    def _take_early(self) -> None:
        while (event := self.early.pop(self.received + 1, None)) is not None:
            if event.epoch == self.epoch:
                self._say_change(event)
        self.early = {rev: event for rev, event in self.early.items() if rev > self.received}

    # --- who is here

    def people_here(self) -> dict[str, str]:
        """Visitors with a seat in this process: id to name. The team is not counted."""
        found: dict[str, str] = {}
        for connection in self.seats:
            participant = connection.participant
            if participant is not None and not participant.is_team:
                found[participant.id] = participant.name
        return found

    def people(self) -> dict[str, str]:
        now = time.monotonic()
        self.people_elsewhere = {
            process: kept for process, kept in self.people_elsewhere.items() if kept[0] > now
        }
        found: dict[str, str] = {}
        for _, names in self.people_elsewhere.values():
            found.update(names)
        found.update(self.people_here())
        return found

    def typing_frame(self) -> frames.Typing:
        now = time.monotonic()
        self.typing = {key: kept for key, kept in self.typing.items() if kept[1] > now}
        return frames.Typing(
            self.slug, [{"id": key, "name": name} for key, (name, _) in self.typing.items()]
        )
