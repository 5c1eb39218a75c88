"""One participant's line to the hub: frames are handed to its outlet without waiting; a reader that stops is let go.

hub ── write(wire) ──> Connection ──> Outlet (outlets.py): a socket, a stream, or one answer
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from inglenook.protocol import frames
from inglenook.protocol.codes import CLOSE, STRIKE_WINDOW_SECONDS, STRIKES, STRIKES_ALLOWED
from inglenook.protocol.limits import Limits
from inglenook.realtime.outlets import Outlet
from inglenook.realtime.wire import Wire, wire_of
from inglenook.visitors.participants import Participant

if TYPE_CHECKING:
    from inglenook.realtime.rooms import Seat

# When to come back, in ms, for the closes that have a window of their own.
# A restart says so to some at a time, so its window may be short: whoever else serves takes them in at once.
WINDOWS = {"restart": (100, 1_000), "going_away": (100, 1_000), "try_again_later": (1_000, 10_000)}
WINDOWS["unavailable"] = (2_000, 6_000)
BINARY_ALLOWED = 2
# So many frames of one socket may have come before its `pong` and wait for their turn, and so often it is asked whether they
# had it.
FRAMES_IN_LINE = 16
LINE_SECONDS = 0.25


class Connection:
    """A socket after its handshake, or a stream. Everything here runs in the event loop and returns at once."""

    __slots__ = (
        "_binary",
        "_hello_required",
        "_last_in_line",
        "_outlet",
        "_ping_n",
        "_pings",
        "_strikes",
        "_timer",
        "id",
        "is_busy",
        "is_closing",
        "limits",
        "participant",
        "seating",
        "seats",
        "taken",
    )

    def __init__(self, outlet: Outlet, limits: Limits) -> None:
        self.id = secrets.token_hex(6)
        self.limits = limits
        self.participant: Participant | None = None
        self.seats: dict[str, Seat] = {}
        self.seating = asyncio.Lock()
        self.is_closing = False
        self.is_busy = False
        self.taken = 0  # frames, from the first to the one that is being handled
        self._outlet = outlet
        self._strikes: list[float] = []  # a few; an empty deque is 600 bytes
        self._hello_required = 0
        self._binary = 0
        self._ping_n = 0
        self._pings: dict[int, int] = {}  # n -> what the outlet had written when it was sent
        self._last_in_line = 0
        self._timer: asyncio.TimerHandle | None = None

    # --- out

    def start(self) -> None:
        self._outlet.start()

    def send(self, frame: Any) -> None:
        self.write(wire_of(frame))

    def write(self, wire: Wire) -> None:
        """Hands over a frame, or lets go of a reader that is too far behind. Never waits, never raises."""
        if self.is_closing:
            return
        outlet = self._outlet
        if not outlet.write(wire):
            self.bye("slow_consumer", "too far behind; resume from your last number")
        elif outlet.wants_proof and not self._pings:
            self.ping()

    def bye(self, name: str, reason: str, retry_ms: tuple[int, int] | None = None) -> None:
        """Ends the connection: a `bye` frame, then its close code where it has one."""
        if self.is_closing:
            return
        self.is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._outlet.end(name, frames.Bye(CLOSE[name], reason, retry_ms or WINDOWS.get(name)))

    async def finish(self) -> None:
        """After the last inbound frame: nothing of this connection stays behind."""
        self.is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        await self._outlet.finish()

    # --- proof of life

    def ping(self) -> None:
        """Asks for a proof of reading; no `pong` in time ends the socket, whatever else arrives."""
        if self.is_closing:
            return
        self._ping_n += 1
        self._pings[self._ping_n] = self._outlet.written
        heads = {slug: seat.told() for slug, seat in self.seats.items() if seat.is_told}
        self.send(frames.Ping(self._ping_n, heads))
        self._last_in_line = 0
        self._at(self.limits.pong_s, self._no_pong)

    def pong(self, n: int) -> bool:
        """False for a number that is not waited for."""
        if n not in self._pings:
            return False
        self._outlet.prove(self._pings[n])
        self._pings = {key: value for key, value in self._pings.items() if key > n}
        if not self._pings:
            self.keep_alive()
        return True

    def keep_alive(self) -> None:
        """The next `ping` is due one interval from now."""
        self._at(self.limits.ping_s, self.ping)

    def _no_pong(self) -> None:
        # While one of its frames waits for the database the answer may stand in line behind it, but not behind what comes now.
        self._last_in_line = self._last_in_line or self.taken + FRAMES_IN_LINE
        if self.is_busy and self.taken <= self._last_in_line:
            self._at(LINE_SECONDS, self._no_pong)
            return
        self.bye("no_pong", "no pong in time")

    def _at(self, seconds: float, act: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self.is_closing:
            self._timer = asyncio.get_running_loop().call_later(seconds, act)

    def close_unless_greeted(self) -> None:
        self._at(self.limits.hello_s, lambda: self.bye("hello_timeout", "no hello in time"))

    # --- strikes

    def strike(self, code: str) -> None:
        """Counts what somebody who speaks the protocol does not do; too much of it ends the socket."""
        if code not in STRIKES:
            return
        now = time.monotonic()
        self._strikes.append(now)
        while self._strikes[0] < now - STRIKE_WINDOW_SECONDS:
            self._strikes.pop(0)
        self._binary += code == "binary_not_supported"
        too_many = len(self._strikes) > STRIKES_ALLOWED or self._binary > BINARY_ALLOWED
        if too_many or (code == "hello_required" and self._said_hello_required()):
            self.bye("bad_protocol", "this is not the protocol")

    def _said_hello_required(self) -> bool:
        self._hello_required += 1
        return self._hello_required > 1
