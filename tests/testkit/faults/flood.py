"""A site that is flooded, from a process of its own:
sockets that send far more than they may, and come back when they are closed.

python -m tests.testkit.faults.flood PORT KEY SOCKETS      each line of its stdin lets it run or
rest; its end ends it
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from contextlib import suppress
from typing import Self

from tests.testkit.faults.frame_socket import FrameSocket, Refused
from tests.testkit.faults.helper_process import HelperProcess
from tests.testkit.faults.http_call import Call
from tests.testkit.wire import ORIGIN

EVERY_SECONDS = 0.02
COME_BACK_SECONDS = 0.5
OF_ONE_VISITOR = 5


class Flood:
    """The flooding process."""

    def __init__(self, port: int, key: str, sockets: int) -> None:
        self._process = HelperProcess(__name__, str(port), key, str(sockets))

    async def start(self) -> Self:
        """Returns when its visitors have their sessions and sockets, and rest."""
        await self._process.start()
        return self

    async def turn(self) -> None:
        """From rest to flood, or back."""
        await self._process.tell()

    async def end(self) -> dict[str, int]:
        """How many frames it `sent`, and how many of its sockets were `closed`."""
        return await self._process.end()


class _Flooder:
    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.key = key
        self.flows = asyncio.Event()
        self.sent = 0
        self.closed = 0

    async def one(self, token: str) -> None:
        while True:
            with suppress(OSError, TimeoutError, Refused):
                await self._flood(token)
                self.closed += 1
            await asyncio.sleep(COME_BACK_SECONDS)

    async def _flood(self, token: str) -> None:
        socket = await FrameSocket.open(
            self.port, f"/ws/v1/{self.key}/", lambda _text: None, origin=ORIGIN
        )
        hello = {"type": "hello", "v": 1, "token": token, "rooms": [{"room": "lobby"}]}
        socket.send(json.dumps(hello).encode())
        while not socket.closed.done():
            await self.flows.wait()
            said = {"type": "send", "cid": str(uuid.uuid4()), "room": "lobby", "body": "flood"}
            socket.send(json.dumps(said).encode())
            self.sent += 1
            await asyncio.sleep(EVERY_SECONDS)


async def _main(port: int, key: str, count: int) -> None:
    flooder = _Flooder(port, key)
    tokens = [await Call.new_visitor(port, key) for _ in range(-(-count // OF_ONE_VISITOR))]
    floods = [asyncio.ensure_future(flooder.one(tokens[n // OF_ONE_VISITOR])) for n in range(count)]
    await asyncio.sleep(1)
    _say({})
    while await asyncio.to_thread(sys.stdin.readline):
        (flooder.flows.clear if flooder.flows.is_set() else flooder.flows.set)()
        _say({})
    for task in floods:
        task.cancel()
    await asyncio.gather(*floods, return_exceptions=True)
    _say({"sent": flooder.sent, "closed": flooder.closed})


def _say(counts: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(counts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
