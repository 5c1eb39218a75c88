"""Sockets that send pings, pongs and empty fragments as fast as is taken of them,
and read nothing. F28p.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from tests.testkit.faults.frame_socket import FrameSocket, Refused
from tests.testkit.faults.lag import LagProbe
from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.faults.stage import Stage
from tests.testkit.wire import ORIGIN

FLOODERS = 50
SECONDS = 20.0
UNTAKEN_MB = FLOODERS * 0.5
MASK: Final = b"\0\0\0\0"
# What each of them begins with, and then repeats.
KINDS: Final = (
    (b"", b"\x89\x80" + MASK),
    (b"", b"\x89\xfd" + MASK + b"x" * 125),
    (b"", b"\x8a\x80" + MASK),
    (b"\x01\x80" + MASK, b"\x00\x80" + MASK),
    (b"", b"\x81\x82" + MASK + b"{}"),
)


@fault("F28p", "Fifty sockets flood with pings, pongs, fragments and frames, and read nothing")
async def pings(scale: Scale) -> Report:
    async with scale.stage(processes=1) as stage, scale.fleet(stage, "F28p") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second / 2)
        await asyncio.sleep(3)
        memory = stage.resident_kib()
        calm = await _lag(stage, SECONDS / 2)
        floods = [asyncio.ensure_future(_flood(stage, number)) for number in range(FLOODERS)]
        watch = asyncio.ensure_future(_highest(stage))
        flooded = await _lag(stage, SECONDS)
        for flood in floods:
            flood.cancel()
        taken = await asyncio.gather(*floods)
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        verdict = await fleet.settle()
        grown = max(0, max(_samples, default=memory) - memory) / 1024
        _samples.clear()
        return Report(
            verdict,
            [
                Figure(
                    "connections that flooded", sum(count for count, _ in taken), least=FLOODERS
                ),
                Figure("taken of them", sum(size for _, size in taken) / 1e6, " MB"),
                Figure("process grew", grown, " MB", most=UNTAKEN_MB),
                Figure("neighbour's answer calm p99", calm["p99"], " ms"),
                Figure("flooded", flooded["p99"], " ms", most=100),
                Figure("visitors' sockets closed", sum(fleet.journal.closes.values()), most=0),
            ],
        )


_samples: list[int] = []


async def _highest(stage: Stage) -> None:
    while True:
        _samples.append(stage.resident_kib())
        await asyncio.sleep(0.2)


async def _lag(stage: Stage, seconds: float) -> dict[str, float]:
    probe = await LagProbe(stage).start()
    await asyncio.sleep(seconds)
    return await probe.read()


async def _flood(stage: Stage, number: int) -> tuple[int, int]:
    """How many connections, one after the other, and how much was taken of them."""
    begin, repeated = KINDS[number % len(KINDS)]
    connections = size = 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            try:
                socket = await FrameSocket.open(
                    stage.servers[0].port,
                    f"/ws/v1/{stage.key}/",
                    lambda _text: None,
                    origin=ORIGIN,
                    receive_buffer=4096,
                )
            except (OSError, Refused, TimeoutError):
                await asyncio.sleep(0.5)
                continue
            connections += 1
            socket.stop_reading()
            socket.write_raw(begin)
            try:
                while not socket.closed.done():
                    if socket.unsent() < 100_000:
                        socket.write_raw(repeated * (50_000 // len(repeated)))
                        size += 50_000
                    await asyncio.sleep(0.01)
            finally:
                socket.vanish()
    return connections, size
