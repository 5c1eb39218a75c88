"""How a room's frames leave, in one order for every seat that is in step: at once when alone, in a busy room several in one message.

    say(wire) … release() ──> nothing went out just now ──> at once, as it is
                          └─> else it waits, with whatever comes ──> 5 ms after the END of the last fan-out: one array, made
                              once and written to all, some at a time so that the event loop breathes
    tell(connection, wire) ──> one seat's own (its ack): behind what waits for everybody

The window is counted from the end: a room whose fan-out takes longer than the window would otherwise do nothing else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from inglenook.protocol.limits import MESSAGE_BYTES
from inglenook.realtime.wire import Wire, packed

if TYPE_CHECKING:
    from inglenook.realtime.connection import Connection

BATCH_SECONDS = 0.005
# A burst goes out in several batches, so that those who read have read of it what would be too much at once.
BATCH_BYTES = MESSAGE_BYTES
# Sockets written to before anything else gets a turn: about 2 ms of work.
AT_ONCE = 256


Own = dict["Connection", list[tuple[int, Wire]]]


class FanOut:
    """`members` are the connections that get everything as it comes. `step` is told each batch before they get it."""

    def __init__(self, step: Callable[[list[Wire]], None]) -> None:
        self.members: dict[Connection, None] = {}
        self._step = step
        self._waiting: list[Wire] = []
        self._said = 0
        self._behind: Own = {}  # what is one's own, behind so many that were said
        # The batch that goes out now, who does not have it yet, and what is their own behind it.
        self._parcels: list[Wire] = []
        self._to_come: dict[Connection, None] = {}
        self._own: Own = {}
        self._is_going_out = False
        self._opens_window = False
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_at = 0.0

    def __len__(self) -> int:
        return len(self.members)

    # --- members

    def enter(self, connection: Connection) -> None:
        """From here on it gets what comes; it has everything that went out."""
        self.members[connection] = None

    def leave(self, connection: Connection) -> None:
        """It is given all that it has coming, and nothing after that."""
        if connection not in self.members:
            return
        del self.members[connection]
        if connection in self._to_come:
            del self._to_come[connection]
            self._hand(connection, self._parcels)
            self._hand(connection, _wires(self._own.pop(connection, ())))
        if not connection.is_closing:
            self._hand(connection, packed(self._waiting))
        self._hand(connection, _wires(self._behind.pop(connection, ())))

    # --- what goes out

    def say(self, wire: Wire) -> None:
        """To everybody, in this order, when it is released."""
        self._waiting.append(wire)
        self._said += 1

    def tell(self, connection: Connection, wire: Wire) -> None:
        """To one, behind what was said before."""
        if self._waiting and connection in self.members:
            self._behind.setdefault(connection, []).append((self._said, wire))
        elif connection in self._to_come:
            self._own.setdefault(connection, []).append((0, wire))
        else:
            connection.write(wire)

    def release(self) -> None:
        """What was said goes out: now, or when the window ends."""
        if not self._waiting or self._is_going_out or self._timer is not None:
            return
        left = self._quiet_at - time.monotonic()
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._window_ends)
        else:
            self._begin()

    def finish_now(self) -> None:
        """Nothing waits and nobody lacks anything: before something that does not go this way."""
        self._write(len(self._to_come))
        while self._waiting:
            self._begin()
            self._write(len(self._to_come))

    def end(self) -> None:
        """Nobody is left."""
        if self._timer is not None:
            self._timer.cancel()

    # --- a batch

    def _window_ends(self) -> None:
        self._timer = None
        if not self._is_going_out:  # else `_is_out` goes on with it
            self._quiet_at = 0.0
            self.release()

    def _begin(self) -> None:
        wires = self._take()
        self._parcels = packed(wires)
        self._to_come = dict(self.members)
        # What has no number (who is here, who types) makes no message wait.
        self._opens_window = any(wire.epoch for wire in wires)
        self._step(wires)
        self._go_on()

    def _take(self) -> list[Wire]:
        """What goes out now, with what is anybody's own behind it."""
        waiting, size = self._waiting, 0
        for count, wire in enumerate(waiting):
            size += len(wire.text)
            if size > BATCH_BYTES and count:
                self._waiting = waiting[count:]
                self._own, self._behind = _split(self._behind, self._said - len(self._waiting))
                return waiting[:count]
        self._waiting = []
        self._own, self._behind = self._behind, {}
        return waiting

    def _go_on(self) -> None:
        self._write(AT_ONCE)
        self._is_going_out = True
        again = self._go_on if self._to_come else self._is_out
        # Also where all is written: a loop that gathers writes (uvloop) makes the system calls only after this.
        asyncio.get_running_loop().call_soon(again)

    def _is_out(self) -> None:
        if self._to_come:
            return  # `finish_now` came between, and the next batch is on its way already
        self._is_going_out = False
        if self._opens_window:
            self._quiet_at = time.monotonic() + BATCH_SECONDS
        self.release()

    def _write(self, most: int) -> None:
        to_come, parcels, own = self._to_come, self._parcels, self._own
        for _ in range(min(most, len(to_come))):
            connection, _ = to_come.popitem()
            for parcel in parcels:
                connection.write(parcel)
            if own:
                self._hand(connection, _wires(own.pop(connection, ())))

    def _hand(self, connection: Connection, wires: Iterable[Wire]) -> None:
        for wire in wires:
            connection.write(wire)


def _wires(own: Iterable[tuple[int, Wire]]) -> list[Wire]:
    return [wire for _, wire in own]


def _split(behind: Own, upto: int) -> tuple[Own, Own]:
    """What stands behind at most so many, and what stands behind more."""
    now: Own = {}
    later: Own = {}
    for connection, told in behind.items():
        for at, wire in told:
            (now if at <= upto else later).setdefault(connection, []).append((at, wire))
    return now, later
