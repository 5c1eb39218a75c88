"""Many sockets in one thread by epoll. They open, send and receive; what they receive is counted
in the raw bytes.

There is no asyncio in between: reading and counting a frame has to cost less than writing it costs
any server under test.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable

from bench.dialects import Dialect
from bench.wire import CARRY, NUMBERED, PING, Reader, client_frame

READ_BYTES = 262_144
OPEN_IN_FLIGHT = 64
OPEN_SECONDS = 120.0
GREETINGS_KEPT = 64
# More than this at once is only counted in place: copying a quarter of a gigabyte a second, or
# reading it twice, would make this generator the bottleneck. The generator overlooks a ping among
# it; the product waits a minute for the answer (product.py), and no window is as long.
MUCH_BYTES = 4096
PONG = '{{"type":"pong","n":{}}}'


class CrowdError(Exception):
    """Sockets did not open, or were closed, so the measurement means nothing."""


class Crowd:
    """`deliveries` counts the messages that came, on all sockets that read."""

    def __init__(self, port: int, dialect: Dialect, host: str = "127.0.0.1") -> None:
        self.address = (host, port)
        self.dialect = dialect
        self.sockets: list[socket.socket] = []
        self.deliveries = 0
        self.lost = 0
        self.stalled: set[int] = set()
        self.on_data: Callable[[int, bytes, bytes], None] | None = None
        self._readers: list[Reader] = []
        self._buffer = bytearray(READ_BYTES)
        self._poll = select.epoll()
        self._index: dict[int, int] = {}
        self._opening: dict[int, bytearray] = {}
        self.greetings: dict[int, bytes] = {}

    def close(self) -> None:
        for raw in self.sockets:
            raw.close()
        self._poll.close()

    # --- opening

    def open(self, count: int, in_flight: int = OPEN_IN_FLIGHT, port: int | None = None) -> float:
        """Seconds until `count` more are in. At most `in_flight` are on their way at any time."""
        if port is not None:
            self.address = (self.address[0], port)
        began = time.perf_counter()
        goal, started = len(self.sockets) + count, len(self.sockets)
        deadline = began + OPEN_SECONDS
        while started < goal or self._opening:
            while started < goal and len(self._opening) < in_flight:
                self._start(started)
                started += 1
            self.turn(0.05)
            if self.lost:
                raise CrowdError(f"{self.lost} sockets were closed while {count} opened")
            if time.perf_counter() > deadline:
                raise CrowdError(f"{len(self._opening)} of {count} sockets did not open")
        return time.perf_counter() - began

    def _start(self, index: int) -> None:
        raw = socket.socket()
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The loopback answers at once; a blocking connect keeps what follows simple.
        raw.connect(self.address)
        raw.setblocking(False)
        raw.send(self.dialect.handshake(self.address[1], index))
        self.sockets.append(raw)
        self._readers.append(Reader())
        self._index[raw.fileno()] = index
        self._opening[index] = bytearray()
        self._poll.register(raw.fileno(), select.EPOLLIN)

    def _open_further(self, index: int, data: bytes) -> None:
        came = self._opening[index]
        was_upgraded = b"\r\n\r\n" in came
        came += data
        if not was_upgraded and b"\r\n\r\n" in came:
            if b" 101 " not in bytes(came[:20]):
                raise CrowdError(f"the handshake was refused: {bytes(came[:200])!r}")
            for text in self.dialect.opening(index):
                self.send(index, client_frame(text))
        if self.dialect.is_in in came:
            self._readers[index].tail = bytes(came[-CARRY:])
            del self._opening[index]
            if index < GREETINGS_KEPT:
                self.greetings[index] = bytes(came)

    # --- what goes on

    def turn(self, wait: float) -> int:
        """Reads what there is to read. Answers with how many messages came."""
        before = self.deliveries
        for descriptor, _ in self._poll.poll(wait):
            index = self._index[descriptor]
            try:
                length = self.sockets[index].recv_into(self._buffer)
            except BlockingIOError:
                continue
            except OSError:
                length = 0
            if not length:
                self._end(index)
            elif index in self._opening:
                self._open_further(index, bytes(self._buffer[:length]))
            elif length < MUCH_BYTES or self.on_data is not None:
                self._take(index, bytes(self._buffer[:length]))
            else:
                self.deliveries += self._readers[index].count(self._buffer, length)
        return self.deliveries - before

    def _take(self, index: int, data: bytes) -> None:
        reader = self._readers[index]
        if b'"ping"' in data or b'"ping' in reader.tail:
            self._answer_pings(index, reader.tail, data)
        if self.on_data is not None:
            self.on_data(index, reader.tail, data)
        self.deliveries += reader.count(data, len(data))

    def _answer_pings(self, index: int, tail: bytes, data: bytes) -> None:
        whole = tail + data
        for match in PING.finditer(whole):
            if match.end() > len(tail):
                self.send(index, client_frame(PONG.format(match[1].decode()).encode()))

    def send(self, index: int, frame: bytes) -> None:
        try:
            self.sockets[index].send(frame)
        except BlockingIOError:
            raise CrowdError("the server stopped reading") from None
        except OSError:
            self._end(index)

    def say(self, index: int, text: str, number: int) -> None:
        self.send(index, self.dialect.say(index, text, number))

    def stall(self, index: int) -> None:
        """This one stops reading, as a sleeping laptop does."""
        self.stalled.add(index)
        self._poll.unregister(self.sockets[index].fileno())

    def leave(self, index: int) -> None:
        """Gone without a word."""
        self._end(index, is_lost=False)

    def _end(self, index: int, *, is_lost: bool = True) -> None:
        raw = self.sockets[index]
        if raw.fileno() < 0:
            return
        if index not in self.stalled:
            self._poll.unregister(raw.fileno())
            self.lost += is_lost
        self._index.pop(raw.fileno(), None)
        raw.close()

    def rest(self, seconds: float, until_quiet: bool = False) -> None:
        """Listens for a time; with `until_quiet` no longer than until
        nothing came for a tenth of it.
        """
        deadline = time.perf_counter() + seconds
        quiet_since = time.perf_counter()
        while (now := time.perf_counter()) < deadline:
            if self.turn(0.01):
                quiet_since = now
            elif until_quiet and now - quiet_since > seconds / 10:
                return


def numbers_in(tail: bytes, data: bytes) -> list[int]:
    """The numbers of the messages whose end came with `data`."""
    return [int(match[1]) for match in NUMBERED.finditer(tail + data) if match.end() > len(tail)]
