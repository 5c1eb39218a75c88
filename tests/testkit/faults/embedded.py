"""What may happen to the embedded database: no room on the disk, locked by
somebody else. F10, F11.
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from tests.testkit.faults.fleet import Fleet
from tests.testkit.faults.journal import percentile
from tests.testkit.faults.lag import LagProbe
from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.faults.stage import Stage, in_thread, until
from tests.testkit.wire import ORIGIN

WARM_SECONDS = 2.0
LOCKED_SECONDS = 10.0
# Below what the log of writes has by then: whatever is written next does not fit.
FULL_BYTES = 64 * 1024
# Small times and sizes for the small faults; F10 and F11 do not depend on them.
EMBEDDED: dict[str, Any] = {
    "database": "sqlite",
    "redis": False,
    "processes": 1,
    "INGLENOOK_PING_S": "2",
    "INGLENOOK_PONG_S": "2",
    "INGLENOOK_UNPROVEN_BYTES": str(128 * 1024),
}


@fault("F10", "The disk is full (SQLite)")
async def disk_full(scale: Scale) -> Report:
    async with scale.stage(**EMBEDDED) as stage, scale.fleet(stage, "F10") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(3)
        pid = stage.servers[0].process.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (FULL_BYTES, hard))
        full = time.monotonic()
        await asyncio.sleep(1)
        for visitor in fleet.visitors[:5]:
            visitor.vanish()
        reads = await until(lambda: all(v.is_in_step for v in fleet.visitors[:5]), 10)
        await asyncio.sleep(5)
        stored_meanwhile = fleet.journal.acked_between(full + 1)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
        freed = time.monotonic()
        await until(lambda: fleet.journal.first_ack_after(freed) is not None, 20)
        first = fleet.journal.first_ack_after(freed)
        verdict = await fleet.settle()
        nacks = fleet.journal.nacks
        return Report(
            verdict,
            [
                Figure("nacks `unavailable`", nacks["unavailable"], least=1),
                Figure("other nacks", sum(nacks.values()) - nacks["unavailable"], most=0),
                Figure("acked meanwhile", stored_meanwhile),
                Figure("who came back could read", float(reads), least=1),
                Figure(
                    "first ack after it was freed", 99 if first is None else first, " s", most=5
                ),
                Figure("database sound", float(await in_thread(_is_sound, stage)), least=1),
            ],
        )


@fault("F11", "Somebody else locks the database for 10 s (SQLite)", is_quick=True)
async def database_locked(scale: Scale) -> Report:
    async with scale.stage(**EMBEDDED) as stage, scale.fleet(stage, "F11") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(WARM_SECONDS)
        probe = await LagProbe(stage).start()
        statuses: Counter[int] = Counter()
        asking = asyncio.ensure_future(_ask(stage, statuses))
        began = time.monotonic()
        await in_thread(_lock, stage.sqlite_file, LOCKED_SECONDS)
        freed = time.monotonic()
        lag = await probe.read()
        asking.cancel()
        verdict = await fleet.settle()
        return Report(verdict, _figures(fleet, began, freed, lag, statuses))


def _figures(
    fleet: Fleet, began: float, freed: float, lag: dict[str, float], statuses: Counter[int]
) -> list[Figure]:
    acks = fleet.journal.acks(began, freed)
    nacks = fleet.journal.nacks
    return [
        Figure("sockets closed", sum(fleet.journal.closes.values()), most=0),
        Figure("nacks `unavailable`", nacks["unavailable"]),
        Figure("other nacks", sum(nacks.values()) - nacks["unavailable"], most=0),
        Figure("ack max", percentile(acks, 1), " s", most=LOCKED_SECONDS + 5),
        Figure("first ack after", fleet.journal.first_ack_after(freed) or 99, " s", most=3),
        Figure("HTTP answers of 500", statuses[500], most=0),
        Figure("loop lag max", lag["max"], " ms", most=100),
    ]


async def _ask(stage: Stage, statuses: Counter[int]) -> None:
    """Whoever comes new meanwhile needs a write: 200 or 503, never 500."""
    url = f"{stage.servers[0].base_url}/api/v1/{stage.key}/session"
    async with httpx.AsyncClient(timeout=20, headers={"Origin": ORIGIN}) as http:
        while True:
            answer = await http.post(url, json={"token": None, "room": None})
            statuses[answer.status_code] += 1
            await asyncio.sleep(0.5)


def _lock(file: Path, seconds: float) -> None:
    connection = sqlite3.connect(file, timeout=20, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()


def _is_sound(stage: Stage) -> bool:
    connection = sqlite3.connect(stage.sqlite_file)
    (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return bool(answer == "ok")
