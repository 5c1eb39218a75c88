"""One socket's way out: frames are handed over without waiting, within bounds; a reader that stops is let go.

hub ── write(wire) ──> ready socket: straight into the transport, bounded by what it has not sent yet
                  └──> any ASGI server: a small queue and one task, bounded by what no `pong` has proven read
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from inglenook.protocol import frames
from inglenook.protocol.codes import CLOSE, STRIKE_WINDOW_SECONDS, STRIKES, STRIKES_ALLOWED
from inglenook.protocol.limits import Limits
from inglenook.realtime.protocol import EXTENSION, ReadySocket
from inglenook.realtime.wire import Wire, wire_of
from inglenook.visitors.participants import Participant

if TYPE_CHECKING:
    from inglenook.realtime.rooms import Seat

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]

# When to come back, in ms, for the closes that have a window of their own (protocol.md part 5, "Coming back").
WINDOWS = {"restart": (500, 5_000), "going_away": (500, 5_000), "try_again_later": (1_000, 10_000)}
WINDOWS["unavailable"] = (2_000, 6_000)
BINARY_ALLOWED = 2
CLOSE_SECONDS = 2.0


class Connection:
    """A socket after its handshake. Everything here runs in the event loop and returns at once."""

    def __init__(self, scope: dict[str, Any], send: Send, limits: Limits) -> None:
        self.id = secrets.token_hex(6)
        self.limits = limits
        self.participant: Participant | None = None
        self.seats: dict[str, Seat] = {}
        self.seating = asyncio.Lock()
        self.is_closing = False
        self.is_busy = False
        self._send = send
        self._ready: ReadySocket | None = scope.get("extensions", {}).get(EXTENSION)
        self._queue: deque[Wire | None] = deque()
        self._queued = asyncio.Event()
        self._unproven = 0
        self._writer: asyncio.Task[None] | None = None
        self._strikes: deque[float] = deque()
        self._binary = 0
        self._ping_n = 0
        self._pings: dict[int, int] = {}  # n -> bytes that were unproven when it was sent
        self._timer: asyncio.TimerHandle | None = None
        self._closing: tuple[int, str] = (1000, "")

    # --- out

    def start(self) -> None:
        if self._ready is None:
            self._writer = asyncio.get_running_loop().create_task(self._write_queue())

    def send(self, frame: Any) -> None:
        self.write(wire_of(frame))

    def write(self, wire: Wire) -> None:
        """Hands over a frame, or lets go of a reader that is too far behind. Never waits, never raises."""
        if self.is_closing:
            return
        if self._ready is not None:
            if not self._ready.write_ready(wire.raw, self.limits.unproven_bytes):
                self.bye("slow_consumer", "too far behind; resume from your last number")
            return
        self._unproven += len(wire.text)
        if self._unproven > self.limits.unproven_bytes:
            self.bye("slow_consumer", "too far behind; resume from your last number")
            return
        self._queue.append(wire)
        self._queued.set()
        if self._unproven > self.limits.unproven_bytes // 2 and not self._pings:
            self.ping()

    def bye(self, name: str, reason: str, retry_ms: tuple[int, int] | None = None) -> None:
        """Ends the socket: a `bye` frame, then the close frame with its code."""
        if self.is_closing:
            return
        self.is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        code = CLOSE[name]
        last = wire_of(frames.Bye(code, reason, retry_ms or WINDOWS.get(name)))
        self._closing = (code, reason)
        if self._ready is not None:
            self._ready.end(last.raw, code, reason)
            return
        if name == "slow_consumer":
            self._queue.clear()
        self._queue.append(last)
        self._queue.append(None)
        self._queued.set()
        if self._writer is None:
            self.start()

    async def finish(self) -> None:
        """After the socket's last inbound frame: nothing of this connection stays behind."""
        self.is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        if self._writer is not None and not self._writer.done():
            if not self._queue:
                self._writer.cancel()
            await asyncio.wait({self._writer}, timeout=CLOSE_SECONDS)
            self._writer.cancel()

    async def _write_queue(self) -> None:
        try:
            while True:
                while self._queue:
                    wire = self._queue.popleft()
                    if wire is None:
                        code, reason = self._closing
                        await self._send(
                            {"type": "websocket.close", "code": code, "reason": reason}
                        )
                        return
                    await self._send({"type": "websocket.send", "text": wire.text.decode()})
                self._queued.clear()
                await self._queued.wait()
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001  the socket is gone, whatever the server calls that
            logger.debug("a socket went away while it was written to", exc_info=True)

    # --- proof of life

    def ping(self) -> None:
        """Asks for a proof of reading; no `pong` in time ends the socket, whatever else arrives."""
        if self.is_closing:
            return
        self._ping_n += 1
        self._pings[self._ping_n] = self._unproven
        heads = {slug: seat.told() for slug, seat in self.seats.items() if seat.is_told}
        self.send(frames.Ping(self._ping_n, heads))
        self._at(self.limits.pong_s, self._no_pong)

    def pong(self, n: int) -> bool:
        """False for a number that is not waited for."""
        if n not in self._pings:
            return False
        proven = self._pings[n]
        self._unproven -= proven
        self._pings = {key: value - proven for key, value in self._pings.items() if key > n}
        if not self._pings:
            self.keep_alive()
        return True

    def keep_alive(self) -> None:
        """The next `ping` is due one interval from now."""
        self._at(self.limits.ping_s, self.ping)

    def _no_pong(self) -> None:
        # While one of its frames waits for the database the answer may stand in line behind it.
        if self.is_busy:
            self._at(1, self._no_pong)
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
            self._strikes.popleft()
        self._binary += code == "binary_not_supported"
        too_many = len(self._strikes) > STRIKES_ALLOWED or self._binary > BINARY_ALLOWED
        if too_many or (code == "hello_required" and self._said_hello_required()):
            self.bye("bad_protocol", "this is not the protocol")

    _hello_required = 0

    def _said_hello_required(self) -> bool:
        self._hello_required += 1
        return self._hello_required > 1
