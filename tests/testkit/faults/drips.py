"""Connections that cost their sender nothing: a header a byte at a time, silence before a request,
silence before `hello`. F28d.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import httpx

from tests.testkit.faults.embedded import EMBEDDED
from tests.testkit.faults.frame_socket import FrameSocket
from tests.testkit.faults.journal import percentile
from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.wire import ORIGIN

WAIT_SECONDS = 20.0
DRIP_SECONDS = 0.5


@fault("F28d", "Hundreds of connections that say almost nothing", is_quick=True)
async def drips(scale: Scale) -> Report:
    count = 500 if scale.is_whole else 100
    async with scale.stage(**EMBEDDED) as stage, scale.fleet(stage, "F28d") as fleet:
        await fleet.arrive()
        fleet.talk(scale.per_second / 2)
        port = stage.servers[0].port
        dripping = [_lasts(port, drips=True) for _ in range(count)]
        silent = [_lasts(port, drips=False) for _ in range(count // 5)]
        unknown = [_greets_nobody(port, stage.key) for _ in range(20)]
        lasting = asyncio.gather(*dripping, *silent, *unknown)
        waits: list[float] = []
        async with httpx.AsyncClient(timeout=10) as http:
            while not lasting.done():
                asked = time.monotonic()
                assert (await http.get(f"{stage.servers[0].base_url}/healthz")).status_code == 200
                waits.append(time.monotonic() - asked)
                await asyncio.sleep(0.2)
        seconds = sorted(await lasting)
        verdict = await fleet.settle()
        return Report(
            verdict,
            [
                Figure("connections", len(seconds), least=count),
                Figure("the last was closed after", seconds[-1], " s", most=15),
                Figure("`/healthz` p50", percentile(sorted(waits), 0.5) * 1000, " ms", most=100),
                Figure("p99", percentile(sorted(waits), 0.99) * 1000, " ms"),
                Figure("visitors' sockets closed", sum(fleet.journal.closes.values()), most=0),
            ],
        )


async def _lasts(port: int, *, drips: bool) -> float:
    """How long somebody is listened to who says a byte now and then, or nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    reading = asyncio.ensure_future(reader.read())
    try:
        if drips:
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ")
        while not reading.done() and time.monotonic() - began < WAIT_SECONDS:
            await asyncio.wait({reading}, timeout=DRIP_SECONDS)
            if drips and not reading.done():
                writer.write(b"x")
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await reading
    return time.monotonic() - began


async def _greets_nobody(port: int, key: str) -> float:
    """How long a socket is kept that never says `hello`."""
    socket = await FrameSocket.open(port, f"/ws/v1/{key}/", lambda _text: None, origin=ORIGIN)
    began = time.monotonic()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(socket.closed), WAIT_SECONDS)
    socket.vanish()
    return time.monotonic() - began
