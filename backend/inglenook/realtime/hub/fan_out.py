"""The fan-out of a room: every live connection is written the same bytes, in one order.

    broadcast(frame) … release() ──> no fan-out just now ──> at once, as it is
                                 └─> else queued ──> a window after the END of the last fan-out:
                                     one array, encoded once, written to all, some at a time
    send_to(connection, frame) ──> one connection's own frame (its ack): behind what is queued

Between two parts of a fan-out the event loop does other work. The window is counted from the end
of a fan-out: a room whose fan-out takes longer than the window would otherwise do nothing else.
Its length grows with the room, since a fan-out costs the same for one message or for ten.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from inglenook.protocol.limits import MESSAGE_BYTES
from inglenook.realtime.hub.encoded_frames import EncodedFrame, batch_frames

# The window is 5 ms for up to 250 members, and 20 ms from 1,000 on. In a busy room of 1,000 a
# delivery costs 0.84 of what it costs with 5 ms; at 50 messages a second it comes 4 ms later.
WINDOW_SECONDS_PER_MEMBER = 20e-6
WINDOW_SECONDS_LEAST = 0.005
WINDOW_SECONDS_MOST = 0.020
# A burst goes out in several batches: at once it would be more than a reader may leave unread.
BATCH_BYTES = MESSAGE_BYTES
# Connections written to before anything else gets a turn: about 2 ms of work.
WRITES_AT_ONCE = 256


class Receiver(Protocol):
    """What the fan-out needs to know of a connection."""

    is_closing: bool

    def write(self, frame: EncodedFrame) -> None:
        """Neither waits nor raises."""


# A receiver's own frames, each with the number of broadcast frames that go before it.
OwnFrames = dict[Receiver, list[tuple[int, EncodedFrame]]]


class FanOut:
    """`members` are the connections that get every frame as it comes.

    `on_batch` is called with the frames of each batch, before the members get them.
    """

    def __init__(self, on_batch: Callable[[list[EncodedFrame]], None]) -> None:
        self.members: dict[Receiver, None] = {}
        self._on_batch = on_batch
        self._queue: list[EncodedFrame] = []
        self._broadcast_count = 0
        self._queued_own: OwnFrames = {}
        # The batch that goes out now, the members that do not have it yet, and the own frames
        # behind it.
        self._batch: list[EncodedFrame] = []
        self._remaining: dict[Receiver, None] = {}
        self._own: OwnFrames = {}
        self._is_going_out = False
        self._opens_window = False
        self._timer: asyncio.TimerHandle | None = None
        self._window_ends_at = 0.0

    def __len__(self) -> int:
        return len(self.members)

    @property
    def window_seconds(self) -> float:
        grown = len(self.members) * WINDOW_SECONDS_PER_MEMBER
        return min(max(grown, WINDOW_SECONDS_LEAST), WINDOW_SECONDS_MOST)

    # --- members

    def add(self, connection: Receiver) -> None:
        """The connection has everything that went out, and gets what comes from now on."""
        self.members[connection] = None

    def remove(self, connection: Receiver) -> None:
        """Writes the connection everything that was broadcast so far, and nothing after that."""
        if connection not in self.members:
            return
        del self.members[connection]
        if connection in self._remaining:
            del self._remaining[connection]
            self._write_all(connection, self._batch)
            self._write_all(connection, _frames_of(self._own.pop(connection, ())))
        if not connection.is_closing:
            self._write_all(connection, batch_frames(self._queue))
        self._write_all(connection, _frames_of(self._queued_own.pop(connection, ())))

    # --- what goes out

    def broadcast(self, frame: EncodedFrame) -> None:
        """Queues a frame for all members until `release`."""
        self._queue.append(frame)
        self._broadcast_count += 1

    def send_to(self, connection: Receiver, frame: EncodedFrame) -> None:
        """Sends a frame to one connection, behind what was broadcast before."""
        if self._queue and connection in self.members:
            self._queued_own.setdefault(connection, []).append((self._broadcast_count, frame))
        elif connection in self._remaining:
            self._own.setdefault(connection, []).append((0, frame))
        else:
            connection.write(frame)

    def release(self) -> None:
        """Sends what is queued: now, or when the window ends."""
        if not self._queue or self._is_going_out or self._timer is not None:
            return
        left = self._window_ends_at - time.monotonic()
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._on_window_end)
        else:
            self._begin_batch()

    def flush(self) -> None:
        """Writes everything that is queued to all members before it returns.

        Called before a frame that goes another way.
        """
        self._write(len(self._remaining))
        while self._queue:
            self._begin_batch()
            self._write(len(self._remaining))

    def close(self) -> None:
        """The last member has left."""
        if self._timer is not None:
            self._timer.cancel()

    # --- a batch

    def _on_window_end(self) -> None:
        self._timer = None
        if not self._is_going_out:  # else `_on_batch_sent` goes on with it
            self._window_ends_at = 0.0
            self.release()

    def _begin_batch(self) -> None:
        frames = self._take_batch()
        self._batch = batch_frames(frames)
        self._remaining = dict(self.members)
        # A frame without a number (who is here, who types) makes no message wait.
        self._opens_window = any(frame.epoch for frame in frames)
        self._on_batch(frames)
        self._write_some()

    def _take_batch(self) -> list[EncodedFrame]:
        """Takes the next batch from the queue, and the own frames behind it."""
        queue, size = self._queue, 0
        for count, frame in enumerate(queue):
            size += len(frame.text)
            if size > BATCH_BYTES and count:
                self._queue = queue[count:]
                upto = self._broadcast_count - len(self._queue)
                self._own, self._queued_own = _split_own(self._queued_own, upto)
                return queue[:count]
        self._queue = []
        self._own, self._queued_own = self._queued_own, {}
        return queue

    def _write_some(self) -> None:
        self._write(WRITES_AT_ONCE)
        self._is_going_out = True
        again = self._write_some if self._remaining else self._on_batch_sent
        # Also where all is written: a loop that gathers writes (uvloop) makes its system calls only
        # after this.
        asyncio.get_running_loop().call_soon(again)

    def _on_batch_sent(self) -> None:
        if self._remaining:
            return  # `flush` came between, and the next batch is on its way already
        self._is_going_out = False
        if self._opens_window:
            self._window_ends_at = time.monotonic() + self.window_seconds
        self.release()

    def _write(self, most: int) -> None:
        remaining, batch, own = self._remaining, self._batch, self._own
        for _ in range(min(most, len(remaining))):
            connection, _ = remaining.popitem()
            for frame in batch:
                connection.write(frame)
            if own:
                self._write_all(connection, _frames_of(own.pop(connection, ())))

    def _write_all(self, connection: Receiver, frames: Iterable[EncodedFrame]) -> None:
        for frame in frames:
            connection.write(frame)


def _frames_of(own: Iterable[tuple[int, EncodedFrame]]) -> list[EncodedFrame]:
    return [frame for _, frame in own]


def _split_own(own_frames: OwnFrames, upto: int) -> tuple[OwnFrames, OwnFrames]:
    """Parts own frames behind at most `upto` broadcast frames from those behind more."""
    now: OwnFrames = {}
    later: OwnFrames = {}
    for connection, own in own_frames.items():
        for at, frame in own:
            (now if at <= upto else later).setdefault(connection, []).append((at, frame))
    return now, later
