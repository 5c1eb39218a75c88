"""What one stranger may cost a server before anybody knows who it is:
heads without end, and connections without end. F28h, F28w.

F28d has the small ones: a byte at a time, silence, sockets that never greet.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice

from tests.testkit.faults.embedded import EMBEDDED
from tests.testkit.faults.fleet import Fleet
from tests.testkit.faults.journal import percentile
from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.faults.stage import Stage

CALM_SECONDS = 3.0
LOOK_SECONDS = 0.05
DRIP_SECONDS = 1.0
WAIT_SECONDS = 40.0
PIECE_BYTES = 64 * 1024
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
HANDSHAKE = GET + (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def _fields(count: int, size: int) -> bytes:
    return b"".join(b"X-%d: %s\r\n" % (n, b"x" * size) for n in range(count))


# What each stranger sends, and with what it goes on.
HEADS = [
    first + more
    for first in (GET, CHUNKED)
    for more in (
        _fields(80_000, 90),  # 8 MB
        _fields(100_000, 1),
        b"X: " + b"x" * 20_000_000,
    )
]
WAITS = {
    "says nothing": (b"", b""),
    "drips a head": (GET + b"X: ", b"x"),
    "an empty line behind a request": (GET + b"\r\n\r\n", b""),
    "half a request behind one": (GET + b"\r\n" + GET, b""),
    "a body that never comes": (POST + b"Content-Length: 1000\r\n\r\n", b""),
    "a body that drips": (POST + b"Content-Length: 100000\r\n\r\n", b"x"),
    "a handshake of 129 fields": (HANDSHAKE + _fields(129, 1) + b"\r\n", b""),
    "a handshake with a body": (HANDSHAKE + b"Content-Length: 5\r\n\r\n", b""),
}


class Neighbours:
    """What the visitors notice meanwhile, and what the process needs."""

    def __init__(self, stage: Stage, fleet: Fleet) -> None:
        self._stage = stage
        self._fleet = fleet

    async def calm(self) -> None:
        began = time.monotonic()
        await asyncio.sleep(CALM_SECONDS)
        self._calm = self._fleet.journal.acks(began, pushed=True)
        self.resident = self._stage.resident_kib()
        self.most = self.resident
        self.since = time.monotonic()
        self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        while True:
            self.most = max(self.most, self._stage.resident_kib())
            await asyncio.sleep(LOOK_SECONDS)

    def end(self) -> None:
        self._looking.cancel()
        self._rough = self._fleet.journal.acks(self.since, time.monotonic(), pushed=True)

    @property
    def grew_kib(self) -> int:
        return self.most - self.resident

    def figures(self, scale: Scale) -> list[Figure]:
        calm, rough = percentile(self._calm, 0.5), percentile(self._rough, 0.5)
        closed = sum(self._fleet.journal.closes.values())
        return [
            Figure("neighbours' ack p50 calm", calm * 1000, " ms"),
            # A bar of time is for the machine that measures, not for one that tests.
            Figure("meanwhile", rough * 1000, " ms", most=100 if scale.is_whole else None),
            Figure("p99 calm", percentile(self._calm, 0.99) * 1000, " ms"),
            Figure("meanwhile", percentile(self._rough, 0.99) * 1000, " ms"),
            Figure("visitors' sockets closed", closed, most=0),
        ]


@fault("F28h", "Heads without an end, again and again", is_quick=True)
async def heads(scale: Scale) -> Report:
    count, at_once = (600, 5) if scale.is_whole else (36, 5)
    async with scale.stage(**EMBEDDED) as stage, scale.fleet(stage, "F28h") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second / 2)
        neighbours = Neighbours(stage, fleet)
        await neighbours.calm()
        left = iter(list(islice(cycle(HEADS), count)))
        refused = await asyncio.gather(
            *(_send_heads(stage.servers[0].port, left) for _ in range(at_once))
        )
        neighbours.end()
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("refused", sum(refused), least=count),
                Figure("process grew", neighbours.grew_kib / 1024, " MB", most=20),
                *neighbours.figures(scale),
            ],
        )


async def _send_heads(port: int, left: Iterator[bytes]) -> int:
    """How many were answered with 431."""
    refused = 0
    for data in left:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        reading = asyncio.ensure_future(reader.read())
        with suppress(OSError):  # it does not read on
            for start in range(0, len(data), PIECE_BYTES):
                if reading.done():
                    break
                writer.write(data[start : start + PIECE_BYTES])
                await writer.drain()
        with suppress(OSError):
            async with asyncio.timeout(WAIT_SECONDS):
                refused += (await reading).startswith(b"HTTP/1.1 431 ")
        writer.transport.abort()
    return refused


@fault("F28w", "Connections that would stay for ever, of every kind")
async def waits(scale: Scale) -> Report:
    each = 100 if scale.is_whole else 10
    async with scale.stage(**EMBEDDED) as stage, scale.fleet(stage, "F28w") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second / 2)
        neighbours = Neighbours(stage, fleet)
        await neighbours.calm()
        port = stage.servers[0].port
        lasted = sorted(
            await asyncio.gather(
                *(_lasts(port, *words) for words in WAITS.values() for _ in range(each))
            )
        )
        neighbours.end()
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("connections", len(lasted), least=each * len(WAITS)),
                Figure("the last was closed after", lasted[-1], " s", most=25),
                Figure("memory of each", neighbours.grew_kib / len(lasted), " KiB", most=50),
                *neighbours.figures(scale),
            ],
        )


async def _lasts(port: int, first: bytes, more: bytes) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    reading = asyncio.ensure_future(reader.read())
    with suppress(OSError):
        writer.write(first)
        while not reading.done() and time.monotonic() - began < WAIT_SECONDS:
            await asyncio.wait({reading}, timeout=DRIP_SECONDS)
            if more and not reading.done():
                writer.write(more)
    seconds = time.monotonic() - began
    writer.transport.abort()
    with suppress(OSError):
        await reading
    return seconds
