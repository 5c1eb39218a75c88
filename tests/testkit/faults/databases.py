"""What may happen to PostgreSQL: restarted, gone, out of connections, hung, changed under us,
set back. F7, F8, F17, F26.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

import psycopg

from tests.testkit.faults.fleet import Fleet
from tests.testkit.faults.lag import LagProbe
from tests.testkit.faults.registry import (
    Figure,
    Report,
    Scale,
    fault,
    figures_of_newcomers,
)
from tests.testkit.faults.stage import Stage, in_thread, until

WARM_SECONDS = 2.0
DOWN_SECONDS = 1.5
MOST_CONNECTIONS = 300
_EXPAND = (
    "ALTER TABLE chat_message ADD COLUMN mood varchar(20) NULL",
    "CREATE INDEX CONCURRENTLY faults_mood ON chat_message (mood)",
)
_CONTRACT = (
    "DROP INDEX CONCURRENTLY faults_mood",
    "ALTER TABLE chat_message DROP COLUMN mood",
)


@fault("F7", "PostgreSQL restarts, first fast, then at once", is_quick=True)
async def postgres_restarts(scale: Scale) -> Report:
    async with scale.moderated_stage() as stage, scale.fleet(stage, "F7") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        fleet.moderate()
        await asyncio.sleep(WARM_SECONDS)
        after_fast = await _restart(stage, fleet, signal.SIGINT)
        after_immediate = await _restart(stage, fleet, signal.SIGQUIT)
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                *_common(fleet),
                Figure("first ack after a fast one", after_fast, " s", most=3),
                Figure("after an immediate one", after_immediate, " s", most=3),
                *figures_of_newcomers(fleet.states),
            ],
        )


@fault("F8", "PostgreSQL is gone, then has no connection left")
async def postgres_gone(scale: Scale) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, "F8") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second / 4)
        await asyncio.sleep(WARM_SECONDS)
        assert stage.postgres is not None
        server = stage.postgres.owned()

        async def start() -> None:
            assert stage.postgres is not None
            await in_thread(server.start, stage.postgres.answers)

        gone = await _without(
            stage, fleet, 2 * scale.outage_s, lambda: in_thread(server.stop), start, "gone"
        )
        taken: list[psycopg.Connection] = []
        exhausted = await _without(
            stage,
            fleet,
            scale.outage_s,
            lambda: in_thread(_take_all, stage, taken),
            lambda: in_thread(_give_back, taken),
            "without connections",
        )
        verdict = await fleet.settle(60)
        return Report(verdict, [*_common(fleet), *gone, *exhausted])


@fault("F8h", "PostgreSQL hangs: connections stay open, nothing answers")
async def postgres_hangs(scale: Scale) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, "F8h") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second / 4)
        await asyncio.sleep(WARM_SECONDS)
        assert stage.to_postgres is not None
        way = stage.to_postgres

        async def stall() -> None:
            way.stall()

        async def flow() -> None:
            way.flow()

        hung = await _without(stage, fleet, scale.outage_s, stall, flow, "hung")
        verdict = await fleet.settle(60)
        return Report(verdict, [*_common(fleet), *hung])


@fault("F17", "The schema grows and shrinks while old and new processes run")
async def schema_changes(scale: Scale) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, "F17", through="balancer") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(WARM_SECONDS)
        began = time.monotonic()
        await in_thread(_alter, stage, _EXPAND)
        new = stage.new_server()
        await in_thread(new.start)
        stage.balancer.upstreams.append(new.port)
        await asyncio.sleep(3)
        old = stage.servers[0]
        await in_thread(old.stop)
        stage.balancer.upstreams.remove(old.port)
        await in_thread(_alter, stage, _CONTRACT)
        await asyncio.sleep(3)
        verdict = await fleet.settle()
        delays = fleet.journal.delays(began)
        refusals = sum(fleet.journal.nacks.values())
        return Report(
            verdict,
            [
                Figure("nacks", refusals, most=0),
                Figure("delay max", delays[-1] if delays else 0, " s", most=3),
            ],
        )


@fault("F26", "Yesterday's backup comes back under live visitors")
async def backup_restored(scale: Scale) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, "F26") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(5)
        await fleet.stop_talking()
        assert await until(fleet.is_quiet, 20)
        # What was said before is no more, and that is right; what counts is said from here on.
        fleet.journal.said.clear()
        await in_thread(_set_back, stage)
        restored = time.monotonic()
        rooms = await in_thread(fleet.stored)
        shown = await until(lambda: fleet.shows(rooms), 20)
        seconds = time.monotonic() - restored
        fleet.talk(scale.per_second)
        await asyncio.sleep(3)
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("restored truth shown after", seconds if shown else 99, " s", most=5),
                Figure("sockets closed", sum(fleet.journal.closes.values()), most=0),
            ],
        )


# --- steps


async def _restart(stage: Stage, fleet: Fleet, how: signal.Signals) -> float:
    """Seconds from PostgreSQL's return to the first ack."""
    assert stage.postgres is not None
    server = stage.postgres.owned()
    server.tell(how)
    assert await until(lambda: not server.is_running(), 20)
    await asyncio.sleep(DOWN_SECONDS)
    await in_thread(server.start, stage.postgres.answers)
    up = time.monotonic()
    assert await until(lambda: fleet.journal.first_ack_after(up) is not None, 20)
    await asyncio.sleep(WARM_SECONDS)
    return fleet.journal.first_ack_after(up) or 0.0


async def _without(
    stage: Stage,
    fleet: Fleet,
    seconds: float,
    leave: Callable[[], Awaitable[None]],
    come_back: Callable[[], Awaitable[None]],
    how: str,
) -> list[Figure]:
    """How the processes feel while the database is away in one way or another."""
    probe = await LagProbe(stage).start()
    began = time.monotonic()
    await leave()
    try:
        unready = await _unready_after(stage)
        alive = await stage.status("/healthz")
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
        alive = alive if await stage.status("/healthz") == 200 else 0
    finally:
        await come_back()
    up = time.monotonic()
    lag = await probe.read()
    await until(lambda: fleet.journal.first_ack_after(up) is not None, 30)
    first = fleet.journal.first_ack_after(up)
    await until(lambda: fleet.waiting < len(fleet.visitors) / 10, 30)
    return [
        Figure(f"{how}: unready after", unready, " s", most=5),
        Figure("liveness", alive, least=200),
        Figure("loop lag max", lag["max"], " ms", most=100),
        Figure("first ack after it is back", 99 if first is None else first, " s", most=3),
        Figure("backlog gone after", time.monotonic() - up, " s", most=15),
    ]


async def _unready_after(stage: Stage) -> float:
    began = time.monotonic()

    async def is_unready() -> bool:
        return await stage.status("/readyz") == 503

    found = await until(is_unready, 15)
    return time.monotonic() - began if found else 99.0


def _common(fleet: Fleet) -> list[Figure]:
    nacks = fleet.journal.nacks
    others = sum(count for code, count in nacks.items() if code != "unavailable")
    return [
        Figure("sockets closed", sum(fleet.journal.closes.values()), most=0),
        Figure("nacks `unavailable`", nacks["unavailable"]),
        Figure("other nacks", others, most=0),
    ]


def _take_all(stage: Stage, taken: list[psycopg.Connection]) -> None:
    """All connections that PostgreSQL has, also those of our own processes."""
    assert stage.postgres is not None
    url = stage.postgres.url
    first = psycopg.connect(url, autocommit=True)
    taken.append(first)
    for _ in range(3):
        try:
            while len(taken) < MOST_CONNECTIONS:
                taken.append(psycopg.connect(url))
        except psycopg.OperationalError:
            pass
        first.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname LIKE 'inglenook%' AND pid <> pg_backend_pid()"
        )


def _give_back(taken: list[psycopg.Connection]) -> None:
    while taken:
        taken.pop().close()


def _alter(stage: Stage, statements: tuple[str, ...]) -> None:
    """As a migration would, in the way that docs/reliability.md asks of one:
    nobody waits behind its lock for long.
    """
    with psycopg.connect(stage.database_url, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '1s'")
        for statement in statements:
            connection.execute(statement.encode())


def _set_back(stage: Stage) -> None:
    """What a restore does: the rows of an earlier day, and a new epoch for every room."""
    with psycopg.connect(stage.database_url) as connection:
        connection.execute("SELECT id FROM chat_room FOR UPDATE")
        connection.execute(
            "DELETE FROM chat_message m USING chat_room r"
            " WHERE m.room_id = r.id AND m.seq > r.head / 2"
        )
        connection.execute(
            "UPDATE chat_room SET head = head / 2, rev = LEAST(rev, head / 2),"
            " epoch = substr(md5(random()::text), 1, 16)"
        )
