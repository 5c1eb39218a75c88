"""What one site does to another on the same process: nothing that anybody there would notice. F9n.

Calm and flooded windows take turns in one run, so that whatever else the
machine does falls on both.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
import uuid
from functools import partial
from typing import Any

import msgspec

from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.flood import Flood
from tests.testkit.faults.frame_socket import FrameSocket
from tests.testkit.faults.http_call import Call
from tests.testkit.faults.registry import Figure, Report, Scale, fault
from tests.testkit.faults.stage import Stage, in_thread, until
from tests.testkit.wire import ORIGIN

# The limits of a fresh installation: they are what keeps a flood small.
# But for the address's, since here everybody has one.
DEFAULTS: dict[str, Any] = {
    "processes": 1,
    "INGLENOOK_SENDS_PER_10S": "5",
    "INGLENOOK_BURST": "10",
    "INGLENOOK_ADDRESS_SENDS_PER_10S": "0",
}
FLOODERS = 50
A_WINDOW = 60
EVERY_SECONDS = 0.02
_decode = msgspec.json.Decoder().decode


class Neighbours:
    """Visitors of the quiet site, each within its limits. The first of them sees what all say."""

    def __init__(self, stage: Stage, key: str) -> None:
        self._port = stage.servers[0].port
        self._key = key
        self._sockets: list[FrameSocket] = []
        self._said: dict[str, float] = {}
        self._welcomed = 0
        self._turn = 0
        self.took: list[float] = []
        self.refused = 0

    async def come(self, count: int) -> None:
        for number in range(count):
            token = await Call.new_visitor(self._port, self._key)
            socket = await FrameSocket.open(
                self._port,
                f"/ws/v1/{self._key}/",
                partial(self._take, number),
                origin=ORIGIN,
            )
            rooms = [] if number else [{"room": "lobby"}]
            socket.send(
                json.dumps({"type": "hello", "v": 1, "token": token, "rooms": rooms}).encode()
            )
            self._sockets.append(socket)
        assert await until(lambda: self._welcomed == count, 20), "the neighbours were not let in"

    async def window(self) -> float:
        """Seconds within which 99 of 100 messages are seen."""
        self.took.clear()
        for _ in range(A_WINDOW):
            self._turn += 1
            cid = str(uuid.uuid4())
            self._said[cid] = time.perf_counter()
            said = {"type": "send", "cid": cid, "room": "lobby", "body": "measured"}
            self._sockets[self._turn % len(self._sockets)].send(json.dumps(said).encode())
            await asyncio.sleep(EVERY_SECONDS)
        await until(lambda: not self._said, 20)
        self.refused += len(self._said)
        self._said.clear()
        assert len(self.took) > A_WINDOW * 0.9, "the neighbours get no answers"
        return sorted(self.took)[int(len(self.took) * 0.99) - 1]

    def leave(self) -> None:
        for socket in self._sockets:
            socket.vanish()

    def _take(self, number: int, text: bytes) -> None:
        value = _decode(text)
        for frame in value if isinstance(value, list) else (value,):
            if frame["type"] == "welcome":
                self._welcomed += 1
            elif frame["type"] == "ping":
                pong = {"type": "pong", "n": frame["n"]}
                self._sockets[number].send(json.dumps(pong).encode())
            elif frame["type"] == "message" and frame["cid"] in self._said:
                self.took.append(time.perf_counter() - self._said.pop(frame["cid"]))


@fault("F9n", "One site is flooded; what its neighbour notices")
async def flooded_neighbour(scale: Scale) -> Report:
    windows = 9 if scale.is_whole else 3
    async with scale.stage(**DEFAULTS) as stage:
        flooded, quiet = [await in_thread(_site, stage, name) for name in ("Flooded", "Quiet")]
        # Ten messages at once and then five in ten seconds each: so many that nobody meets a limit.
        neighbours = Neighbours(stage, quiet)
        await neighbours.come(-(-windows * 2 * A_WINDOW // 10))
        flood = await Flood(stage.servers[0].port, flooded, FLOODERS).start()
        await neighbours.window()
        calm, rough = [], []
        for _ in range(windows):
            calm.append(await neighbours.window())
            await flood.turn()
            await asyncio.sleep(1)
            rough.append(await neighbours.window())
            await flood.turn()
            await asyncio.sleep(1)
        counts = await flood.end()
        neighbours.leave()
        ratio = statistics.median(after / before for before, after in zip(calm, rough, strict=True))
        defects = stage.defects()
        verdict = Verdict(
            said=(1 + 2 * windows) * A_WINDOW,
            lost=neighbours.refused,
            exceptions=len(defects),
            details=defects,
        )
        return Report(
            verdict,
            [
                Figure("flooding frames", counts["sent"], least=1000),
                Figure("flooders closed", counts["closed"]),
                Figure("neighbour p99 calm", statistics.median(calm) * 1000, " ms"),
                Figure("flooded", statistics.median(rough) * 1000, " ms"),
                Figure("flooded to calm", ratio, " ×", most=2),
            ],
        )


def _site(stage: Stage, name: str) -> str:
    words = ("site", "create", "--name", name, "--origin", ORIGIN)
    return str(stage.servers[0].ask(*words)["site_key"])
