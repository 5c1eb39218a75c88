"""Who stops reading, silent or chatty: it costs nobody else anything, and is let go. F9."""

from __future__ import annotations

import asyncio
import json
import time

from tests.testkit.faults.embedded import EMBEDDED
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
from tests.testkit.faults.stage import Stage, until
from tests.testkit.faults.visitor import Visitor
from tests.testkit.faults.witness import Witness
from tests.testkit.wire import ORIGIN

BODY = "x" * 2000
# So much is said before memory is looked at: what a busy room costs by itself is not
# what a slow reader costs.
WARM_BYTES, WARM_SHARE = 500_000, 0.1
SPEAKERS = 5
RECEIVE_BUFFER = 4096


@fault("F9", "Readers that stop, one silent, one chatty", is_quick=True)
async def slow_readers(scale: Scale) -> Report:
    burst = 50_000_000 if scale.is_whole else 1_000_000
    wanted = {} if scale.is_whole else EMBEDDED
    async with scale.moderated_stage(**wanted) as stage, scale.fleet(stage, "F9") as fleet:
        await fleet.arrive()
        fleet.moderate()
        fleet.send_files()
        room = next(iter(fleet.visitors[0].views))
        here = [visitor for visitor in fleet.visitors if room in visitor.views]
        speakers = [visitor for visitor in here if visitor.transport == "WebSocket"][:SPEAKERS]
        others = [number for number, v in enumerate(fleet.visitors) if room not in v.views]
        witness = await Witness.come(stage, fleet.journal, room=room)
        await _burst(fleet, speakers, room, max(WARM_BYTES, int(burst * WARM_SHARE)))
        memory = stage.resident_kib()
        slow = {stage.cast.people[number]["id"] for number in others[:2]}
        witness.delays.clear()
        silent = await _stop_reading(stage, room, others[0])
        chatty = await _stop_reading(stage, room, others[1])
        # By who, not by how many: whoever polls comes and goes.
        assert await until(lambda: slow <= witness.joined, 10), (
            f"the slow ones did not come: {slow - witness.joined} of {slow}; closed: "
            f"{silent.closed.done()}, {chatty.closed.done()}; the witness: {not witness.is_here}"
        )
        chat = asyncio.ensure_future(_chat(chatty, room))
        growth = asyncio.ensure_future(_highest(stage))
        began = time.monotonic()
        speaking = asyncio.ensure_future(_burst(fleet, speakers, room, burst))
        is_gone = await until(lambda: not slow & witness.joined, 40)
        let_go = time.monotonic() - began if is_gone else 99.0
        await speaking
        took = time.monotonic() - began
        growth.cancel()
        chat.cancel()
        codes = [await _code_of(socket) for socket in (silent, chatty)]
        assert witness.is_here
        witness.go()
        verdict = await fleet.settle()
        delays = sorted(witness.delays)
        most = max(_samples) if _samples else memory
        _samples.clear()
        return Report(
            verdict,
            [
                Figure("both let go after", let_go, " s", most=15),
                Figure("silent found", codes[0]),
                Figure("chatty found", codes[1]),
                Figure("process grew", max(0, most - memory) / 1024, " MB", most=5),
                Figure("witness p99", percentile(delays, 0.99), " s", most=0.25),
                Figure("burst", burst / 1e6, " MB"),
                Figure("in", took, " s"),
                *figures_of_newcomers(fleet.states),
                *figures_of_files(fleet),
            ],
        )


_samples: list[int] = []


async def _highest(stage: Stage) -> None:
    while True:
        _samples.append(stage.resident_kib())
        await asyncio.sleep(0.2)


async def _burst(fleet: Fleet, speakers: list[Visitor], room: str, size: int) -> None:
    """The speakers talk as fast as they are acked."""
    said = 0
    while said < size:
        for visitor in speakers:
            if not visitor.waiting:
                visitor.say(room, BODY)
                said += len(BODY)
        await asyncio.sleep(0.005)
    await until(lambda: fleet.waiting == 0, 30)


async def _stop_reading(stage: Stage, room: str, person: int) -> FrameSocket:
    """A socket that greets, and then takes 4 KiB and no more."""
    socket = await FrameSocket.open(
        stage.servers[0].port,
        f"/ws/v1/{stage.key}/",
        lambda _text: None,
        origin=ORIGIN,
        receive_buffer=RECEIVE_BUFFER,
    )
    token = stage.cast.people[person]["token"]
    hello = {"type": "hello", "v": 1, "token": token, "rooms": [{"room": room}]}
    socket.stop_reading()
    socket.send(json.dumps(hello).encode())
    return socket


async def _chat(socket: FrameSocket, room: str) -> None:
    while True:
        socket.send(json.dumps({"type": "typing", "room": room}).encode())
        await asyncio.sleep(0.3)


async def _code_of(socket: FrameSocket) -> int:
    """What somebody finds who reads on after all: 4001, or a socket that was cut (1006)."""
    socket.read_on()
    async with asyncio.timeout(40):
        return await asyncio.shield(socket.closed)
