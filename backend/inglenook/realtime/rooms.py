"""What one process knows of one room it serves: who sits in it, and up to which number they were told.

A seat is in one of four modes, so that what concerns one room reaches one socket in one order:

    READING  its page is being read: live frames are held until the page is sent
    AHEAD    its page was newer than what the hub has fanned out: frames it already holds are left out
    LIVE     it gets every frame as it comes
    BEHIND   its page said `more`: nothing live until it has asked for the rest
"""

from __future__ import annotations

import asyncio
import time
from enum import Enum
from typing import TYPE_CHECKING

from inglenook.chat.doorbell import Bell
from inglenook.chat.sync import Page
from inglenook.protocol import frames
from inglenook.realtime.wire import Wire, wire_of

if TYPE_CHECKING:
    from inglenook.realtime.connection import Connection

# Beyond this a reading seat is read again instead of holding more.
MOST_HELD = 1000
MOST_WAITING = 1000


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
        self.held: list[tuple[int, Wire]] = []
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
    """`epoch` is None until the first page was read; from then on `head` is what this process has fanned out."""

    def __init__(self, site_id: int, slug: str) -> None:
        self.site_id = site_id
        self.slug = slug
        self.room_id: int | None = None
        self.epoch: str | None = None
        self.head = 0
        self.seats: dict[Connection, Seat] = {}
        self.live: dict[Connection, Seat] = {}
        self.waiting: dict[int, Bell] = {}
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
        """The connection's seat, set to READING: what comes now is held until `settle`."""
        seat = self.seats.get(connection)
        if seat is None:
            seat = self.seats[connection] = Seat(connection, self)
        self.live.pop(connection, None)
        seat.mode = Mode.READING
        seat.held = []
        return seat

    def leave(self, connection: Connection) -> None:
        self.seats.pop(connection, None)
        self.live.pop(connection, None)

    def settle(self, seat: Seat, page: Page, wire: Wire) -> None:
        """Sends the seat its page, then what came meanwhile and is newer."""
        if self.epoch is None:
            self.epoch, self.head, self.room_id = page.epoch, page.head, page.room.pk
            self._take_waiting()
        self.room_id = self.room_id or page.room.pk
        seat.connection.write(wire)
        seat.sent = page.upto
        held, seat.held = seat.held, []
        if page.more:
            seat.mode = Mode.BEHIND
            return
        for rev, held_wire in held:
            if rev > seat.sent:
                seat.connection.write(held_wire)
                seat.sent = rev
        self._go_live(seat)

    def _go_live(self, seat: Seat) -> None:
        if seat.sent > self.head:
            seat.mode = Mode.AHEAD
        else:
            seat.mode = Mode.LIVE
            self.live[seat.connection] = seat

    # --- fan-out

    def hear(self, bell: Bell) -> bool:
        """Takes a change's bell. False when something before it is missing and should be looked for."""
        if self.epoch is None:
            self._wait(bell)
            return True
        if bell.epoch != self.epoch:
            return False
        if bell.rev <= self.head:
            return True
        if bell.rev > self.head + 1:
            self._wait(bell)
            return False
        self.fan_out(bell.rev, Wire(bell.frame, bell.epoch, bell.rev), bell.author_id)
        self._take_waiting()
        return not self.waiting

    def fan_out(self, rev: int, wire: Wire, author_id: str = "") -> None:
        """The same bytes to every seat, in the room's order. Nobody is waited for."""
        self.head = rev
        for seat in self.live.values():
            seat.connection.write(wire)
        if len(self.live) != len(self.seats):
            self._to_the_others(rev, wire)
        if author_id:
            self.typing.pop(author_id, None)

    def _to_the_others(self, rev: int, wire: Wire) -> None:
        for seat in self.seats.values():
            if seat.mode is Mode.READING:
                if len(seat.held) < MOST_HELD:
                    seat.held.append((rev, wire))
            elif seat.mode is Mode.AHEAD and rev >= seat.sent:
                if rev > seat.sent:
                    seat.connection.write(wire)
                seat.sent = rev
                seat.mode = Mode.LIVE
                self.live[seat.connection] = seat

    def fan_out_page(self, page: Page) -> None:
        """An unasked `sync` to every seat, where frames alone would not say enough."""
        self.head = page.upto
        self.waiting = {rev: bell for rev, bell in self.waiting.items() if rev > page.upto}
        for seat in list(self.seats.values()):
            participant = seat.connection.participant
            if participant is None:
                continue
            wire = wire_of(page.for_reader(participant.id, seat.seen))
            if seat.mode is Mode.READING:
                seat.held.append((page.upto, wire))
            elif seat.mode in (Mode.LIVE, Mode.AHEAD):
                if page.upto > seat.sent or seat.mode is Mode.LIVE:
                    seat.connection.write(wire)
                    seat.sent = page.upto
                if page.more:
                    seat.mode = Mode.BEHIND
                    self.live.pop(seat.connection, None)
                elif seat.mode is Mode.AHEAD:
                    self._go_live(seat)

    def write_all(self, wire: Wire) -> None:
        """Something without a number, to everyone who is in step."""
        for seat in self.live.values():
            seat.connection.write(wire)

    def _wait(self, bell: Bell) -> None:
        if len(self.waiting) < MOST_WAITING:
            self.waiting[bell.rev] = bell

    def _take_waiting(self) -> None:
        while (bell := self.waiting.pop(self.head + 1, None)) is not None:
            if bell.epoch == self.epoch:
                self.fan_out(bell.rev, Wire(bell.frame, bell.epoch, bell.rev), bell.author_id)
        self.waiting = {rev: bell for rev, bell in self.waiting.items() if rev > self.head}

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
