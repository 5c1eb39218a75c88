"""What may happen between visitors and us: half-open connections, a stampede,
frames doubled and acks lost. F13, F15, F20, F21.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from tests.testkit.faults.by_http import PUSHED, StreamVisitor
from tests.testkit.faults.embedded import EMBEDDED
from tests.testkit.faults.frame_filter import doubling, losing_acks
from tests.testkit.faults.journal import percentile
from tests.testkit.faults.proxy import Proxy
from tests.testkit.faults.registry import Figure, Report, Scale, fault, figures_of_files
from tests.testkit.faults.stage import Stage, until
from tests.testkit.faults.witness import Witness

WARM_SECONDS = 2.0
STAMPEDE = 1000


@fault("F13", "Half-open connections: nothing passes, nobody learns of it", is_quick=True)
async def half_open(scale: Scale) -> Report:
    """The small one has quick pings, so that detection takes seconds; the bars shrink with them."""
    wanted = {**EMBEDDED} if not scale.is_whole else {"processes": 1}
    wait_s = 35.0 if scale.is_whole else 4.0
    async with scale.stage(**wanted) as stage, scale.fleet(stage, "F13") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(WARM_SECONDS)
        front = stage.fronts[0]
        room = next(iter(fleet.visitors[0].views))
        witness = await Witness.come(stage, fleet.journal, room=room)
        front.stall()
        stalled = time.monotonic()
        # A stream asks for no answer: only its unread bytes tell the server, when whoever is
        # between takes no more of them.
        streams = sum(isinstance(v, StreamVisitor) and room in v.views for v in fleet.visitors)
        assert await until(lambda: witness.online <= 1 + streams, wait_s + 20), (
            f"{witness.online} are left, {streams} of them by streams"
        )
        by_server = time.monotonic() - stalled
        by_client = by_server
        if scale.is_whole:
            assert await until(lambda: fleet.present == 0, 60)
            by_client = time.monotonic() - stalled
        # The way is free again, but what was open before stays dead;
        # then every visitor's browser says `online`.
        front.cut()
        front.flow()
        await asyncio.sleep(0.1)
        freed = time.monotonic()
        for visitor in fleet.visitors:
            visitor.try_now()
        assert await until(fleet.is_in_step, 30), f"only {fleet.present} came back"
        back = time.monotonic() - freed
        witness.go()
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("server let go after", by_server, " s", most=wait_s + 5),
                Figure("clients noticed after", by_client, " s", most=wait_s + 5),
                Figure("all back after `online`", back, " s", most=3),
            ],
        )


@fault("F15", "A thousand visitors come back at once")
async def stampede(scale: Scale) -> Report:
    count = STAMPEDE if scale.is_whole else scale.visitors
    async with (
        scale.stage(visitors=count) as stage,
        scale.fleet(stage, "F15", mix=PUSHED) as fleet,
    ):
        arrived = await fleet.arrive(120)
        await asyncio.sleep(3)
        fleet.talk(scale.per_second / 5)
        await asyncio.sleep(WARM_SECONDS)
        statements = Statements(stage)
        cut = time.monotonic()
        for front in stage.fronts:
            front.cut()
        await asyncio.sleep(0.2)
        assert await until(fleet.is_in_step, 60), f"only {fleet.present} came back"
        back = time.monotonic() - cut
        a_client = statements.count / count
        online = sorted(visitor.online_at - cut for visitor in fleet.visitors)
        await asyncio.sleep(2)
        verdict = await fleet.settle()
        resident = max(stage.resident_kib(number) for number in range(len(stage.servers)))
        return Report(
            verdict,
            [
                Figure("came the first time in", arrived, " s"),
                Figure("all in step after", back, " s", most=10),
                Figure("welcome p99", percentile(online, 0.99), " s"),
                Figure("largest process", resident / 1024, " MB", most=250),
                Figure("statements a client", a_client, most=2),
            ],
        )


class Statements:
    """How many statements pass on the way to PostgreSQL. libpq sends each by itself;
    its letter is Q, or P when prepared.
    """

    def __init__(self, stage: Stage) -> None:
        self.count = 0
        assert stage.to_postgres is not None
        stage.to_postgres.watch = self._take

    def _take(self, data: bytes) -> None:
        self.count += data[:1] in (b"Q", b"P")


@fault("F20", "The network doubles what visitors send", is_quick=True)
async def doubled_sends(scale: Scale) -> Report:
    dice = random.Random(scale.seed)
    async with scale.stage() as stage:
        await _through(stage, lambda port: Proxy(port, to_server=doubling(dice, 0.5)))
        async with scale.fleet(stage, "F20") as fleet:
            await fleet.arrive()
            fleet.spoil_posts(doubled=0.5)
            fleet.talk(scale.per_second)
            fleet.send_files()
            await asyncio.sleep(scale.outage_s)
            verdict = await fleet.settle()
            dups = Figure("answered as duplicates", fleet.journal.dups, least=10)
            return Report(verdict, [dups, *figures_of_files(fleet)])


@fault("F21", "Acks are lost and come out of order", is_quick=True)
async def lost_acks(scale: Scale) -> Report:
    dice = random.Random(scale.seed)
    async with scale.stage() as stage:
        await _through(stage, lambda port: Proxy(port, to_client=losing_acks(dice, 0.3, 0.3)))
        async with scale.fleet(stage, "F21") as fleet:
            await fleet.arrive()
            fleet.spoil_posts(lost=0.3)
            fleet.talk(scale.per_second)
            await asyncio.sleep(scale.outage_s)
            verdict = await fleet.settle()
            acks = fleet.journal.acks(pushed=True)
            return Report(
                verdict,
                [
                    Figure("resolved p99", percentile(acks, 0.99), " s", most=1),
                    Figure("sent again", fleet.journal.resent),
                ],
            )


async def _through(stage: Stage, make: Callable[[int], Proxy]) -> None:
    """Other proxies before the processes than the plain ones."""
    for front in stage.fronts:
        await front.close()
    stage.fronts = [await make(server.port).start() for server in stage.servers]
