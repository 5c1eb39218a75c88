"""One participant's connection, as the hub sees it (hub/rooms.py: Subscriber).

    hub ──> write(frame) ──> Connection ──> Sink (sinks.py): a socket, a stream, or one response

Frames are handed to the sink without waiting; a reader that is too far behind gets a `bye`.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

from inglenook.protocol import frames
from inglenook.protocol.codes import CLOSE, STRIKE_WINDOW_SECONDS, STRIKES, STRIKES_ALLOWED
from inglenook.protocol.limits import Limits
from inglenook.realtime.connections.sinks import Sink
from inglenook.realtime.hub.encoded_frames import EncodedFrame, encode_frame
from inglenook.realtime.hub.rooms import Subscription
from inglenook.visitors.participants import Participant

# When to come back, in ms, for the closes that have a window of their own. A restart ends some
# connections at a time, so its window may be short: other processes admit them at once.
RETRY_WINDOWS_MS = {
    "restart": (100, 1_000),
    "going_away": (100, 1_000),
    "try_again_later": (1_000, 10_000),
}
RETRY_WINDOWS_MS["unavailable"] = (2_000, 6_000)
BINARY_ALLOWED = 2
# So many frames of one socket may have come before its `pong` and wait to be handled; and so often
# the connection looks whether they are.
FRAMES_BEFORE_PONG = 16
PONG_RECHECK_SECONDS = 0.25


class Connection:
    """A socket after its handshake, or a stream.

    Its methods run in the event loop and return at once.
    """

    __slots__ = (
        "_binary",
        "_hello_required",
        "_last_before_pong",
        "_ping_n",
        "_pings",
        "_sink",
        "_strikes",
        "_timer",
        "frames_taken",
        "id",
        "is_busy",
        "is_closing",
        "limits",
        "participant",
        "subscribing",
        "subscriptions",
    )

    def __init__(self, sink: Sink, limits: Limits) -> None:
        self.id = secrets.token_hex(6)
        self.limits = limits
        self.participant: Participant | None = None
        self.subscriptions: dict[str, Subscription] = {}
        self.subscribing = asyncio.Lock()
        self.is_closing = False
        self.is_busy = False
        self.frames_taken = 0  # from the first to the one that is being handled
        self._sink = sink
        self._strikes: tuple[float, ...] = ()  # a few; an empty list or dict is 56 or 64 bytes
        self._hello_required = 0
        self._binary = 0
        self._ping_n = 0
        # Of each `ping` without a `pong`: its number, and what the sink had written before it.
        self._pings: tuple[tuple[int, int], ...] = ()
        self._last_before_pong = 0
        self._timer: asyncio.TimerHandle | None = None

    # --- out

    def start(self) -> None:
        self._sink.start()

    def send(self, frame: Any) -> None:
        self.write(encode_frame(frame))

    def write(self, frame: EncodedFrame) -> None:
        """Hands over a frame, or ends a connection that is too far behind.

        Never waits or raises.
        """
        if self.is_closing:
            return
        sink = self._sink
        if not sink.write(frame):
            self.bye("slow_consumer", "too far behind; resume from your last number")
        elif sink.wants_proof and not self._pings:
            self.ping()

    def bye(self, name: str, reason: str, retry_ms: tuple[int, int] | None = None) -> None:
        """Ends the connection: a `bye` frame, then its close code where it has one."""
        if self.is_closing:
            return
        self.is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._sink.end(
            name, frames.Bye(CLOSE[name], reason, retry_ms or RETRY_WINDOWS_MS.get(name))
        )

    async def finish(self) -> None:
        """After the last inbound frame: ends all that still runs for this connection."""
        self.is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        await self._sink.finish()

    # --- proof of life

    def ping(self) -> None:
        """Asks for a proof of reading; no `pong` in time ends the socket, whatever else arrives."""
        if self.is_closing:
            return
        self._ping_n += 1
        self._pings = (*self._pings, (self._ping_n, self._sink.written))
        heads = {
            slug: subscription.cursor()
            for slug, subscription in self.subscriptions.items()
            if subscription.has_cursor
        }
        self.send(frames.Ping(self._ping_n, heads))
        self._last_before_pong = 0
        self._set_timer(self.limits.pong_s, self._no_pong)

    def pong(self, n: int) -> bool:
        """False for a number that is not waited for."""
        written = dict(self._pings).get(n)
        if written is None:
            return False
        self._sink.prove(written)
        self._pings = tuple(ping for ping in self._pings if ping[0] > n)
        if not self._pings:
            self.keep_alive()
        return True

    def keep_alive(self) -> None:
        """The next `ping` is due one interval from now."""
        self._set_timer(self.limits.ping_s, self.ping)

    def _no_pong(self) -> None:
        # While a frame of this socket waits for the database, its `pong` may have come behind it.
        # Frames that come from now on are no excuse.
        self._last_before_pong = self._last_before_pong or self.frames_taken + FRAMES_BEFORE_PONG
        if self.is_busy and self.frames_taken <= self._last_before_pong:
            self._set_timer(PONG_RECHECK_SECONDS, self._no_pong)
            return
        self.bye("no_pong", "no pong in time")

    def _set_timer(self, seconds: float, work: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self.is_closing:
            self._timer = asyncio.get_running_loop().call_later(seconds, work)

    def close_without_hello(self) -> None:
        self._set_timer(self.limits.hello_s, lambda: self.bye("hello_timeout", "no hello in time"))

    # --- strikes

    def strike(self, code: str) -> None:
        """Counts errors that a client of this protocol does not make; too many end the socket."""
        if code not in STRIKES:
            return
        now = time.monotonic()
        kept = (at for at in self._strikes if at >= now - STRIKE_WINDOW_SECONDS)
        self._strikes = (*kept, now)
        self._binary += code == "binary_not_supported"
        too_many = len(self._strikes) > STRIKES_ALLOWED or self._binary > BINARY_ALLOWED
        if too_many or (code == "hello_required" and self._is_second_hello_required()):
            self.bye("bad_protocol", "this is not the protocol")

    def _is_second_hello_required(self) -> bool:
        self._hello_required += 1
        return self._hello_required > 1
