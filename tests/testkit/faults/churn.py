"""Everything at once, for minutes: kills, cuts and restarts of each part at random moments,
and visitors who come and go.

churn   every few seconds one blow out of BLOWS, drawn by the seed;
        at the end every list equals the database
F27     a soak: visitors vanish and come back, nothing else; what the process holds must not grow
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.testkit.faults.fleet import Fleet
from tests.testkit.faults.journal import percentile
from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.faults.stage import Stage, in_thread, until

Blow = Callable[[Stage, random.Random], Awaitable[None]]
EVERY_SECONDS = (5.0, 12.0)
SOAK_SECONDS = float(os.environ.get("FAULTS_SOAK_SECONDS", "300"))
WARM_SHARE = 0.3


async def kill_a_process(stage: Stage, dice: random.Random) -> None:
    server = dice.choice(stage.servers)
    await in_thread(server.kill)
    await asyncio.sleep(dice.uniform(0, 2))
    await in_thread(server.start)


async def restart_a_process(stage: Stage, dice: random.Random) -> None:
    await in_thread(dice.choice(stage.servers).restart)


async def freeze_a_process(stage: Stage, dice: random.Random) -> None:
    server = dice.choice(stage.servers)
    server.process.freeze()
    await asyncio.sleep(dice.uniform(0.5, 3))
    server.process.thaw()


async def cut_visitors(stage: Stage, dice: random.Random) -> None:
    stage.balancer.cut(dice.choice((0.1, 0.5, 1.0)))


async def stall_visitors(stage: Stage, dice: random.Random) -> None:
    stage.balancer.stall()
    await asyncio.sleep(dice.uniform(1, 8))
    if dice.random() < 0.5:
        stage.balancer.cut()
    stage.balancer.flow()


async def restart_redis(stage: Stage, dice: random.Random) -> None:
    assert stage.redis is not None
    server = stage.redis.owned()
    await in_thread(server.kill if dice.random() < 0.5 else server.stop)
    await asyncio.sleep(dice.uniform(0, 8))
    await in_thread(server.start, stage.redis.answers)


async def part_from_redis(stage: Stage, dice: random.Random) -> None:
    assert stage.to_redis is not None
    stage.to_redis.stall()
    await asyncio.sleep(dice.uniform(1, 6))
    if dice.random() < 0.5:
        stage.to_redis.cut()
    stage.to_redis.flow()


async def restart_postgres(stage: Stage, dice: random.Random) -> None:
    assert stage.postgres is not None
    server = stage.postgres.owned()
    server.tell(dice.choice((signal.SIGINT, signal.SIGQUIT)))
    assert await until(lambda: not server.is_running(), 30)
    await asyncio.sleep(dice.uniform(0, 4))
    await in_thread(server.start, stage.postgres.answers)


async def part_from_postgres(stage: Stage, dice: random.Random) -> None:
    assert stage.to_postgres is not None
    if dice.random() < 0.5:
        stage.to_postgres.cut()
        return
    stage.to_postgres.stall()
    await asyncio.sleep(dice.uniform(1, 5))
    stage.to_postgres.flow()


BLOWS: tuple[Blow, ...] = (
    kill_a_process,
    restart_a_process,
    freeze_a_process,
    cut_visitors,
    stall_visitors,
    restart_redis,
    part_from_redis,
    restart_postgres,
    part_from_postgres,
)


async def churn(scale: Scale, seconds: float) -> tuple[Report, Counter[str]]:
    """All blows at random moments while everybody talks; how many of each, and what it came to."""
    dice = random.Random(scale.seed)
    dealt: Counter[str] = Counter()
    async with scale.stage() as stage, scale.fleet(stage, "churn", through="balancer") as fleet:
        await fleet.arrive(90)
        began = time.monotonic()
        fleet.talk(scale.per_second)
        while time.monotonic() - began < seconds:
            await asyncio.sleep(dice.uniform(*EVERY_SECONDS))
            blow = dice.choice(BLOWS)
            dealt[blow.__name__] += 1
            fleet.title = f"churn, {blow.__name__}"
            await blow(stage, dice)
        fleet.title = "churn, the end"
        verdict = await fleet.settle(180)
        return Report(verdict, _churn_figures(fleet)), dealt


def _churn_figures(fleet: Fleet) -> list[Figure]:
    journal = fleet.journal
    delays, acks = journal.delays(), journal.acks()
    return [
        Figure("visitors", len(fleet.visitors)),
        Figure("messages said", len(journal.said)),
        Figure("shown", len(delays)),
        Figure("connections ended", sum(journal.closes.values())),
        Figure("sent again", journal.resent),
        Figure("answered as duplicates", journal.dups),
        Figure("nacks", sum(journal.nacks.values())),
        Figure("ack p50", percentile(acks, 0.5), " s"),
        Figure("delay p50", percentile(delays, 0.5), " s"),
        Figure("delay p99", percentile(delays, 0.99), " s"),
    ]


@fault("F27", "A soak: visitors come and go, and nothing grows")
async def soak(scale: Scale) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, "F27", through="balancer") as fleet:
        await fleet.arrive(60)
        files = stage.open_files()
        fleet.talk(scale.per_second / 4)
        began = time.monotonic()
        samples: list[tuple[float, int]] = []
        while (passed := time.monotonic() - began) < SOAK_SECONDS:
            for visitor in fleet.dice.sample(fleet.visitors, 5):
                visitor.vanish()
            await asyncio.sleep(2)
            if passed > SOAK_SECONDS * WARM_SHARE:
                samples.append((passed, stage.resident_kib()))
        verdict = await fleet.settle()
        await asyncio.sleep(6)
        return Report(
            verdict,
            [
                Figure("soaked", SOAK_SECONDS / 60, " min"),
                Figure("connections ended", sum(fleet.journal.closes.values())),
                Figure("memory slope", _slope_mb_an_hour(samples), " MB/h"),
                Figure("descriptors more than before", stage.open_files() - files, most=15),
            ],
        )


def _slope_mb_an_hour(samples: list[tuple[float, int]]) -> float:
    """Least squares over (seconds, KiB)."""
    count = len(samples)
    if count < 2:
        return 0.0
    mean_t = sum(t for t, _ in samples) / count
    mean_m = sum(m for _, m in samples) / count
    above = sum((t - mean_t) * (m - mean_m) for t, m in samples)
    below = sum((t - mean_t) ** 2 for t, _ in samples)
    return above / below * 3600 / 1024
