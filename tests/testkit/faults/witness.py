"""Somebody in the room whom the fault does not touch:
what they see and how soon is what the fault costs everybody else.
"""

from __future__ import annotations

import json
import time
from typing import Any, Self

import msgspec

from tests.testkit.faults.frame_socket import FrameSocket
from tests.testkit.faults.journal import Journal
from tests.testkit.faults.stage import Stage, until
from tests.testkit.wire import ORIGIN

_decode = msgspec.json.Decoder().decode


class Witness:
    """Connects past every proxy. `online` and `joined` are what presence says;
    `delays` are seconds from said to seen.
    """

    def __init__(self, journal: Journal) -> None:
        self.online = 0
        self.joined: set[str] = set()  # who came after the witness, and is still here
        self.delays: list[float] = []
        self.frames: list[dict[str, Any]] = []
        self._journal = journal
        self._socket: FrameSocket | None = None

    @classmethod
    async def come(cls, stage: Stage, journal: Journal, *, room: str, person: int = 0) -> Self:
        self = cls(journal)
        self._socket = await FrameSocket.open(
            stage.servers[0].port, f"/ws/v1/{stage.key}/", self._take, origin=ORIGIN
        )
        token = stage.cast.people[person]["token"]
        self._send({"type": "hello", "v": 1, "token": token, "rooms": [{"room": room}]})
        assert await until(lambda: self.online > 0, 10), "the witness was not let in"
        return self

    def go(self) -> None:
        if self._socket is not None:
            self._socket.vanish()

    @property
    def is_here(self) -> bool:
        return self._socket is not None and not self._socket.closed.done()

    def _send(self, frame: dict[str, Any]) -> None:
        if self._socket is not None:
            self._socket.send(json.dumps(frame).encode())

    def _take(self, text: bytes) -> None:
        value = _decode(text)
        for frame in value if isinstance(value, list) else (value,):
            if frame["type"] == "ping":
                self._send({"type": "pong", "n": frame["n"]})
            elif frame["type"] == "presence":
                self.online = frame["online"]
                self.joined |= {one["id"] for one in frame.get("joined", ())}
                self.joined -= {one["id"] for one in frame.get("left", ())}
            elif frame["type"] == "message" and frame["cid"] in self._journal.said:
                self.delays.append(time.monotonic() - self._journal.said[frame["cid"]].at)
