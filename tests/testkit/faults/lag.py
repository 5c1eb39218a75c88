"""How long one process's event loop keeps a frame waiting:
asked from a process of its own, so that only it is measured.

    python -m tests.testkit.faults.lag PORT KEY TOKEN      until its stdin closes;
    then one JSON object

A `pong` that was never asked for is answered by the loop itself, without the database.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Self

from tests.testkit.faults.frame_socket import FrameSocket
from tests.testkit.faults.helper_process import HelperProcess
from tests.testkit.faults.stage import Stage
from tests.testkit.wire import ORIGIN

EVERY_SECONDS = 0.03


class LagProbe:
    """The asking process. `read()` ends it and answers with milliseconds."""

    def __init__(self, stage: Stage, number: int = 0) -> None:
        port, token = stage.servers[number].port, stage.cast.people[-1]["token"]
        self._process = HelperProcess(__name__, str(port), stage.key, token)

    async def start(self) -> Self:
        """Returns when it has said hello."""
        await self._process.start()
        return self

    async def read(self) -> dict[str, float]:
        """`max`, `p99` and `count`; `max` counts what was still unanswered, too."""
        return await self._process.end()


async def _ask(port: int, key: str, token: str) -> None:
    answered = asyncio.Event()
    is_ready = asyncio.Event()

    def take(text: bytes) -> None:
        if text.startswith(b'{"type":"welcome"'):
            is_ready.set()
        elif text.startswith(b'{"type":"ping"'):
            socket.send(json.dumps({"type": "pong", "n": json.loads(text)["n"]}).encode())
        elif text.startswith(b'{"type":"error"'):
            answered.set()

    socket = await FrameSocket.open(port, f"/ws/v1/{key}/", take, origin=ORIGIN)
    hello = {"type": "hello", "v": 1, "token": token, "rooms": []}
    socket.send(json.dumps(hello).encode())
    await is_ready.wait()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.read))
    waits: list[float] = []
    while not ended.done():
        answered.clear()
        asked = time.perf_counter()
        socket.send(b'{"type":"pong","n":999999999}')
        await asyncio.wait(
            {asyncio.ensure_future(answered.wait()), ended}, return_when="FIRST_COMPLETED"
        )
        waits.append((time.perf_counter() - asked) * 1000)
        await asyncio.sleep(EVERY_SECONDS)
    waits.sort()
    found = {"max": waits[-1], "p99": waits[int(len(waits) * 0.99)], "count": len(waits)}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    asyncio.run(_ask(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
