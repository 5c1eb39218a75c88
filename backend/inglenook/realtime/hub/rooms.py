"""What one process knows of a room that it serves: its subscriptions, and what each was sent.

A subscription is in one of four modes, so that a page from the database and live frames reach one
connection in one order:

    READING  its page is being read: live frames are held until the page is sent
    AHEAD    its page was newer than the fan-out: frames that the page contained are left out
    LIVE     it gets every frame as it comes, in the order of the room's FanOut
    BEHIND   its page said `more`: no change until the client has asked for the rest

Frames without a number (who is here, who types) wait for a page that is being read, and for nothing
else: nobody sends them again.
"""

from __future__ import annotations

import asyncio
import time
from enum import Enum
from typing import Any, Protocol

from inglenook.chat.events import Change, RoomChanged
from inglenook.chat.models import Room
from inglenook.chat.own_part import OwnPart
from inglenook.chat.sync import Page
from inglenook.protocol import frames
from inglenook.realtime.hub.encoded_frames import EncodedFrame, batch_frames, encode_frame
from inglenook.realtime.hub.fan_out import FanOut, Receiver
from inglenook.visitors.participants import Participant

# Frames that a subscription holds while its page is read. What it lacks then it asks for by `sync`.
MOST_HELD = 1000
MOST_EARLY = 1000


class Mode(Enum):
    """Where a subscription is: see the top of this file."""

    READING = "reading"
    AHEAD = "ahead"
    LIVE = "live"
    BEHIND = "behind"


class Subscriber(Receiver, Protocol):
    """A connection as the hub sees it: connections/connection.py is the one that there is.

    `subscriptions` are kept by the room's slug. `subscribing` is held while one is made or renewed.
    """

    id: str
    participant: Participant | None
    subscriptions: dict[str, Subscription]
    subscribing: asyncio.Lock
    is_busy: bool

    def send(self, frame: Any) -> None:
        """Encodes and writes a frame that is for this connection alone."""

    def bye(self, name: str, reason: str, retry_ms: tuple[int, int] | None = None) -> None:
        """Ends the connection. `name` is a close code's, of protocol.codes."""


class Subscription:
    """One connection in one room. `sent` and `seen` are numbers: the last sent, the last seen.

    `own` is what the last page said to its reader alone; None until the first.
    """

    __slots__ = ("connection", "held", "mode", "own", "room", "seen", "sent", "typed_at")

    def __init__(self, connection: Subscriber, room: HubRoom) -> None:
        self.connection = connection
        self.room = room
        self.mode = Mode.READING
        self.held: list[EncodedFrame] = []
        self.sent = 0
        self.seen = 0
        self.typed_at: float = 0.0
        self.own: OwnPart | None = None

    @property
    def has_cursor(self) -> bool:
        """Whether a `ping` may name this room: not while its page is being read."""
        return self.mode is not Mode.READING

    def cursor(self) -> tuple[str, int]:
        """The epoch and the number up to which this connection was sent the room."""
        return self.room.epoch or "", max(self.room.head, self.sent)


class HubRoom:
    """`epoch` is None until the first page was read.

    `received`: the hub has every change up to it. `head`: every subscription was sent the changes
    up to it.
    """

    def __init__(self, site_id: int, slug: str) -> None:
        self.site_id = site_id
        self.slug = slug
        self.room_id: int | None = None
        self.is_private = False
        self.epoch: str | None = None
        self.received = 0
        self.head = 0
        self.subscriptions: dict[Subscriber, Subscription] = {}
        self.fan_out = FanOut(self._on_batch)
        self.early: dict[int, Change] = {}  # changes that overtook another one
        self.is_repairing = False
        self.gap_timer: asyncio.TimerHandle | None = None
        # The relay's subscription to this room, under way or done.
        self.followed: asyncio.Task[None] | None = None
        self.typing: dict[str, tuple[str, float]] = {}
        self.typing_timer: asyncio.TimerHandle | None = None
        self.people_elsewhere: dict[str, tuple[float, dict[str, str]]] = {}
        self.people_sent: dict[str, str] = {}
        self.people_timer: asyncio.TimerHandle | None = None
        # When what readers may do is looked at next.
        self.own_timer: asyncio.TimerHandle | None = None

    # --- subscriptions

    def begin_reading(self, connection: Subscriber) -> Subscription:
        """The connection's subscription, set to READING: live frames are held until `send_page`."""
        subscription = self.subscriptions.get(connection)
        if subscription is None:
            subscription = self.subscriptions[connection] = Subscription(connection, self)
        self._leave_live(subscription)
        subscription.mode = Mode.READING
        subscription.held = []
        return subscription

    def remove(self, connection: Subscriber) -> None:
        subscription = self.subscriptions.pop(connection, None)
        if subscription is not None:
            self._leave_live(subscription)

    def close(self) -> None:
        """The last subscription has ended."""
        self.fan_out.close()
        for timer in (self.gap_timer, self.people_timer, self.typing_timer, self.own_timer):
            if timer is not None:
                timer.cancel()

    def send_page(self, subscription: Subscription, page: Page, sync: EncodedFrame) -> None:
        """Sends the subscription its page, then the frames that were held and are newer.

        `sync` is the page as it goes to this reader.
        """
        if self.epoch is None:
            self.room_id = page.room.pk
            self.start_epoch(page.epoch, page.head)
            self._take_early()
        self.room_id = self.room_id or page.room.pk
        self.is_private = page.room.kind == Room.Kind.PRIVATE
        subscription.connection.write(sync)
        subscription.sent = page.upto
        held, subscription.held = subscription.held, []
        if page.more:
            subscription.mode = Mode.BEHIND
            _write_unnumbered(subscription, held)
            return
        self._write_held(subscription, held)

    def give_up_page(self, subscription: Subscription) -> None:
        """The page of a subscription that had one cannot be read: it goes on without it."""
        held, subscription.held = subscription.held, []
        self._write_held(subscription, held)

    def _write_held(self, subscription: Subscription, held: list[EncodedFrame]) -> None:
        for frame in held:
            is_new = frame.epoch == self.epoch and frame.number > subscription.sent
            if is_new or not frame.epoch:
                subscription.connection.write(frame)
                subscription.sent = max(subscription.sent, frame.number)
        self._go_live(subscription)

    def start_epoch(self, epoch: str, head: int) -> None:
        """From now on numbers are those of this epoch.

        What is queued of the last one goes first.
        """
        self.fan_out.flush()
        self.epoch, self.received, self.head = epoch, head, head

    def _go_live(self, subscription: Subscription) -> None:
        if subscription.sent > self.head:
            subscription.mode = Mode.AHEAD
        else:
            subscription.mode = Mode.LIVE
            self.fan_out.add(subscription.connection)

    def _leave_live(self, subscription: Subscription) -> None:
        if subscription.mode is Mode.LIVE:
            self.fan_out.remove(subscription.connection)
            subscription.sent = max(subscription.sent, self.received)

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
        self._broadcast_event(event)
        self._take_early()
        return not self.early

    def _broadcast_event(self, event: Change) -> None:
        self.broadcast_change(event.rev, EncodedFrame(event.frame, event.epoch, event.rev))
        if not isinstance(event, RoomChanged):
            self.typing.pop(event.author_id, None)

    def broadcast_change(self, rev: int, frame: EncodedFrame) -> None:
        """The same bytes to every subscription, in the room's order, after `fan_out.release()`."""
        self.received = rev
        self.fan_out.broadcast(frame)

    def broadcast_now(self, frame: EncodedFrame) -> None:
        """A frame without a number, to every subscription."""
        self.fan_out.broadcast(frame)
        self.fan_out.release()

    def _on_batch(self, encoded: list[EncodedFrame]) -> None:
        """A batch goes out to the LIVE subscriptions: the others get what they may have of it."""
        changes = [frame for frame in encoded if frame.epoch]
        if changes:
            self.head = changes[-1].number
        if len(self.fan_out) != len(self.subscriptions):
            for subscription in list(self.subscriptions.values()):
                if subscription.mode is Mode.READING:
                    subscription.held += encoded[: max(0, MOST_HELD - len(subscription.held))]
                elif subscription.mode is Mode.AHEAD:
                    self._catch_up(subscription, encoded)
                elif subscription.mode is Mode.BEHIND:
                    _write_unnumbered(subscription, encoded)

    def _catch_up(self, subscription: Subscription, encoded: list[EncodedFrame]) -> None:
        sent = subscription.sent
        new = [frame for frame in encoded if not frame.epoch or frame.number > sent]
        for frame in batch_frames(new):
            subscription.connection.write(frame)
        subscription.sent = max(subscription.sent, self.head)
        if subscription.sent == self.head:
            subscription.mode = Mode.LIVE
            self.fan_out.add(subscription.connection)

    def broadcast_page(self, page: Page) -> None:
        """An unasked `sync` to every subscription, where frames alone would not say enough."""
        self.fan_out.flush()
        self.received = self.head = page.upto
        self.early = {rev: event for rev, event in self.early.items() if rev > page.upto}
        for subscription in list(self.subscriptions.values()):
            participant = subscription.connection.participant
            if participant is None:
                continue
            known = subscription.own
            frame = encode_frame(page.for_reader(participant.id, subscription.seen, known))
            if subscription.mode is Mode.READING:
                subscription.held.append(frame)
            elif subscription.mode in (Mode.LIVE, Mode.AHEAD):
                if page.upto > subscription.sent or subscription.mode is Mode.LIVE:
                    subscription.connection.write(frame)
                    subscription.sent = page.upto
                    subscription.own = page.own.get(participant.id, known)
                if page.more:
                    self._leave_live(subscription)
                    subscription.mode = Mode.BEHIND
                elif subscription.mode is Mode.AHEAD:
                    self._go_live(subscription)

    def _keep_early(self, event: Change) -> None:
        if len(self.early) < MOST_EARLY:
            self.early[event.rev] = event

    def _take_early(self) -> None:
        while (event := self.early.pop(self.received + 1, None)) is not None:
            if event.epoch == self.epoch:
                self._broadcast_event(event)
        self.early = {rev: event for rev, event in self.early.items() if rev > self.received}

    # --- who is here

    def people_here(self) -> dict[str, str]:
        """Visitors who subscribe in this process: id to name. The team is not counted."""
        found: dict[str, str] = {}
        for connection in self.subscriptions:
            participant = connection.participant
            if participant is not None and not participant.is_team:
                found[participant.id] = participant.name
        return found

    def people(self) -> dict[str, str]:
        """Visitors who subscribe in any process: id to name."""
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


def _write_unnumbered(subscription: Subscription, encoded: list[EncodedFrame]) -> None:
    for frame in encoded:
        if not frame.epoch:
            subscription.connection.write(frame)
