"""Several processes write one room as fast as they can:
no gap, no inversion, the same list for everybody. F22.

Some write by sockets, in batches; some by POST, one by one, and half of theirs twice at once.
"""

from __future__ import annotations

import asyncio
import time

from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.faults.visitor import Visitor

WRITERS = 8
KEPT_WAITING = 4


@fault("F22", "Eight writers on two processes in one room", is_quick=True)
async def eight_writers(scale: Scale) -> Report:
    return await _writers(scale, "F22", database="postgres", redis=True, least=1)


@fault("F22s", "The same on SQLite, without Redis", is_quick=True)
async def eight_writers_embedded(scale: Scale) -> Report:
    return await _writers(scale, "F22s", database="sqlite", redis=False, least=1)


async def _writers(scale: Scale, name: str, *, database: str, redis: bool, least: float) -> Report:
    async with (
        scale.stage(database=database, redis=redis) as stage,
        scale.fleet(stage, name) as fleet,
    ):
        await fleet.arrive()
        fleet.spoil_posts(doubled=0.5)
        room = next(iter(fleet.visitors[0].views))
        writers = [visitor for visitor in fleet.visitors if room in visitor.views][:WRITERS]
        seconds = 20.0 if scale.is_whole else 3.0
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            _write_on(writers, room)
            await asyncio.sleep(0.005)
        stored = fleet.journal.acked_between(began) / seconds
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("writers", len({v.server for v in writers}) and len(writers), least=WRITERS),
                Figure("stored", stored, "/s", least=least),
                Figure("delay p99", _p99(fleet.journal.delays()), " s"),
            ],
        )


def _write_on(writers: list[Visitor], room: str) -> None:
    for visitor in writers:
        while len(visitor.views[room].outbox) < KEPT_WAITING:
            visitor.say(room, "one of many")


def _p99(values: list[float]) -> float:
    return values[int(len(values) * 0.99)] if values else 0.0
