"""What may happen to our own processes: killed, replaced, frozen, out of file descriptors.
F1, F2, F16, F25, F28.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import time

from tests.testkit.faults.fleet import Fleet
from tests.testkit.faults.frame_socket import FrameSocket
from tests.testkit.faults.journal import percentile
from tests.testkit.faults.registry import (
    Figure,
    Report,
    Scale,
    fault,
    figures_of_files,
    figures_of_newcomers,
)
from tests.testkit.faults.stage import Stage, in_thread, until
from tests.testkit.wire import ORIGIN

WARM_SECONDS = 2.0


@fault("F1", "One process is killed in the middle of sending", is_quick=True)
async def one_killed(scale: Scale) -> Report:
    return await _killed(scale, "F1", everyone=False)


@fault("F2", "Both processes are killed")
async def both_killed(scale: Scale) -> Report:
    return await _killed(scale, "F2", everyone=True)


async def _killed(scale: Scale, name: str, *, everyone: bool) -> Report:
    async with (
        scale.moderated_stage() as stage,
        scale.fleet(stage, name, through="balancer") as fleet,
    ):
        await fleet.arrive()
        fleet.talk(scale.per_second)
        fleet.moderate()
        fleet.send_files()
        await asyncio.sleep(WARM_SECONDS)
        victims = stage.servers if everyone else stage.servers[:1]
        waiting = fleet.waiting
        killed = time.monotonic()
        for server in victims:
            await in_thread(server.kill)
        restarts = asyncio.gather(*(in_thread(server.start) for server in victims))
        if everyone:
            await restarts
            started = time.monotonic()
        else:
            started = killed
        assert await until(fleet.is_in_step, 40), f"only {fleet.present} came back"
        back = time.monotonic() - started
        await restarts
        await asyncio.sleep(1)
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("all back after", back, " s", most=12 if everyone else 10),
                Figure("connections lost", sum(fleet.journal.closes.values())),
                Figure("unanswered at the kill", waiting),
                Figure("sent again", fleet.journal.resent),
                Figure("answered as duplicates", fleet.journal.dups),
                *figures_of_newcomers(fleet.states),
                *figures_of_files(fleet),
            ],
        )


@fault("F16", "A rolling deploy: each process is replaced by a new one", is_quick=True)
async def rolling_deploy(scale: Scale) -> Report:
    async with (
        scale.moderated_stage() as stage,
        scale.fleet(stage, "F16", through="balancer") as fleet,
    ):
        await fleet.arrive()
        fleet.talk(scale.per_second)
        fleet.moderate()
        await asyncio.sleep(WARM_SECONDS)
        slowest_exit = 0.0
        for old in list(stage.servers):
            new = stage.new_server()
            await in_thread(new.start)
            stage.balancer.upstreams.append(new.port)
            slowest_exit = max(slowest_exit, await _retire(stage, fleet, old.port))
        await asyncio.sleep(1)
        verdict = await fleet.settle()
        journal = fleet.journal
        others = sum(count for code, count in journal.closes.items() if code != 1012)
        delays = journal.delays()
        return Report(
            verdict,
            [
                Figure("closed with 1012", journal.closes[1012], least=1),
                Figure("with anything else", others, most=0),
                Figure("delay p99", percentile(delays, 0.99), " s"),
                Figure("delay max", percentile(delays, 1), " s", most=3),
                Figure("exit after", slowest_exit, " s", most=15),
                *figures_of_newcomers(fleet.states),
            ],
        )


async def _retire(stage: Stage, fleet: Fleet, port: int) -> float:
    """SIGTERM to one process; seconds until it has ended and everybody is somewhere else."""
    (old,) = (server for server in stage.servers if server.port == port)
    began = time.monotonic()
    await in_thread(old.stop)
    ended = time.monotonic() - began
    stage.balancer.upstreams.remove(port)
    assert await until(fleet.is_in_step, 20), f"only {fleet.present} came back"
    return ended


@fault("F25", "A process stands still for 3 s")
async def process_stalls(scale: Scale) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, "F25") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second)
        await asyncio.sleep(WARM_SECONDS)
        for server in stage.servers:
            server.process.freeze()
            await asyncio.sleep(3)
            server.process.thaw()
            await asyncio.sleep(2)
        verdict = await fleet.settle()
        closed = sum(fleet.journal.closes.values())
        return Report(verdict, [Figure("false disconnects", closed, most=0)])


@fault("F28", "No file descriptors left")
async def no_descriptors(scale: Scale) -> Report:
    async with scale.stage() as stage, scale.fleet(stage, "F28") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second / 2)
        pid = stage.servers[0].process.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (stage.open_files() + 20, hard))
        idle = [await _open_connection(stage) for _ in range(40)]
        assert stage.to_postgres is not None
        stage.to_postgres.cut()  # its connections must be made anew now, of all times
        idle += [await _open_connection(stage) for _ in range(60)]
        await asyncio.sleep(5)
        closed = sum(fleet.journal.closes.values())
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        for writer in idle:
            if writer is not None:
                writer.transport.abort()
        freed = time.monotonic()
        assert await until(lambda: _opens(stage), 30), "no new socket was taken any more"
        recovered = time.monotonic() - freed
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("sockets closed", closed, most=0),
                Figure("new ones again after", recovered, " s", most=10),
            ],
        )


async def _open_connection(stage: Stage) -> asyncio.StreamWriter | None:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", stage.servers[0].port)
        return writer
    return None


async def _opens(stage: Stage) -> bool:
    try:
        socket = await FrameSocket.open(
            stage.servers[0].port,
            f"/ws/v1/{stage.key}/",
            lambda _text: None,
            origin=ORIGIN,
            seconds=2,
        )
    except Exception:  # noqa: BLE001  however it fails, it is not open
        return False
    socket.vanish()
    return True
