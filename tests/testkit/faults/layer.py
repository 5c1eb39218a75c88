"""What may happen to Redis and the way to it: F3 to F6, F14, F23. The database is the truth;
the layer only carries events.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import redis as redis_client

from tests.testkit.faults.fleet import Fleet
from tests.testkit.faults.journal import percentile
from tests.testkit.faults.lag import LagProbe
from tests.testkit.faults.registry import (
    Figure,
    Report,
    Scale,
    fault,
    figures_of_files,
    figures_of_newcomers,
)
from tests.testkit.faults.stage import Stage, in_thread

WARM_SECONDS = 2.0
QUIET_SECONDS = 3.0
Act = Callable[[Stage], Awaitable[None]]


@fault("F3", "Redis restarts", is_quick=True)
async def redis_restarts(scale: Scale) -> Report:
    async with scale.moderated_stage() as stage, scale.fleet(stage, "F3") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        fleet.moderate()
        fleet.send_files()
        await asyncio.sleep(WARM_SECONDS)
        assert stage.redis is not None
        began = time.monotonic()
        await in_thread(stage.redis.restart)
        await asyncio.sleep(4)
        verdict = await fleet.settle()
        delays = fleet.journal.delays(began)
        return Report(
            verdict,
            [
                Figure("sockets closed", sum(fleet.journal.closes.values()), most=0),
                Figure("delay p99", percentile(delays, 0.99), " s"),
                Figure("delay max", percentile(delays, 1), " s", most=2.5),
                *figures_of_newcomers(fleet.states),
                *figures_of_files(fleet),
            ],
        )


@fault("F4", "Redis is gone for a while", is_quick=True)
async def redis_gone(scale: Scale) -> Report:
    async def stop(stage: Stage) -> None:
        assert stage.redis is not None
        await in_thread(stage.redis.owned().stop)

    async def start(stage: Stage) -> None:
        assert stage.redis is not None
        await in_thread(stage.redis.owned().start, stage.redis.answers)

    return await _away("F4", scale, stop, start)


@fault("F5", "Redis hangs")
async def redis_hangs(scale: Scale) -> Report:
    async def freeze(stage: Stage) -> None:
        assert stage.redis is not None
        stage.redis.owned().freeze()

    async def thaw(stage: Stage) -> None:
        assert stage.redis is not None
        stage.redis.owned().thaw()

    return await _away("F5", scale, freeze, thaw)


@fault("F6", "Redis has no memory left")
async def redis_full(scale: Scale) -> Report:
    async def fill(stage: Stage) -> None:
        await in_thread(_limit_memory, stage, "1mb")

    async def free(stage: Stage) -> None:
        await in_thread(_limit_memory, stage, "0")

    return await _away("F6", scale, fill, free)


@fault("F14", "No way to Redis any more, and nobody says so")
async def redis_partitioned(scale: Scale) -> Report:
    async def part(stage: Stage) -> None:
        assert stage.to_redis is not None
        stage.to_redis.stall()

    async def join(stage: Stage) -> None:
        assert stage.to_redis is not None
        # What was half open stays dead, as after a firewall forgot it; new connections pass.
        stage.to_redis.cut()
        stage.to_redis.flow()

    return await _away("F14", scale, part, join)


@fault("F23", "A layer that loses 20 %, doubles 10 %, swaps 10 %", is_quick=True)
async def lossy_layer(scale: Scale) -> Report:
    async with (
        scale.stage(DJANGO_SETTINGS_MODULE="tests.testkit.faults.lossy_settings") as stage,
        scale.fleet(stage, "F23") as fleet,
    ):
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(30 if scale.is_whole else 6)
        verdict = await fleet.settle()
        across = fleet.journal.delays(across=True)
        return Report(
            verdict,
            [
                Figure("delay between processes p50", percentile(across, 0.5), " s"),
                Figure("p99", percentile(across, 0.99), " s", most=2.5),
                Figure("max", percentile(across, 1), " s"),
            ],
        )


# --- how the same is measured for every way of being away


async def _away(name: str, scale: Scale, leave: Act, come_back: Act) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, name) as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(WARM_SECONDS)
        probe = await LagProbe(stage).start()
        began = time.monotonic()
        await leave(stage)
        try:
            await asyncio.sleep(scale.outage_s)
        finally:
            ended = time.monotonic()
            await come_back(stage)
        lag = await probe.read()
        returned = time.monotonic()
        await asyncio.sleep(3 + QUIET_SECONDS)
        verdict = await fleet.settle()
        return Report(verdict, _figures(fleet, began, ended, returned, lag))


def _figures(
    fleet: Fleet, began: float, ended: float, returned: float, lag: dict[str, float]
) -> list[Figure]:
    journal = fleet.journal
    across = journal.delays(began, ended - 2.5, across=True)
    after = journal.delays(returned + 3, across=True)
    acks = journal.acks(began, ended)
    return [
        Figure("sockets closed", sum(journal.closes.values()), most=0),
        Figure("acked meanwhile", journal.acked_between(began, ended), least=1),
        Figure("ack p99", percentile(acks, 0.99), " s", most=1),
        Figure("delay between processes p99", percentile(across, 0.99), " s", most=2),
        Figure("p99 from 3 s after", percentile(after, 0.99), " s", most=0.5),
        Figure("loop lag max", lag["max"], " ms", most=100),
    ]


def _limit_memory(stage: Stage, most: str) -> None:
    assert stage.redis is not None
    with redis_client.Redis.from_url(stage.redis.url, socket_timeout=2) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", most)
