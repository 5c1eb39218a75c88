"""A small client of the wire for tests: what was sent is what it shows,
nothing is smoothed over.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

ORIGIN = "http://shop.test"
# How long a test waits for what must come. No bar:
# a busy machine may take long, `make faults` has bars.
SECONDS = 30.0
Frame = dict[str, Any]


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Closes a raw connection and waits until it is closed, so that no socket outlives its test."""
    writer.close()
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), SECONDS)


def new_cid() -> str:
    return str(uuid.uuid4())


async def open_session(
    base_url: str,
    key: str,
    *,
    origin: str = ORIGIN,
    token: str | None = None,
    room: str | None = None,
    headers: dict[str, str] | None = None,
) -> Frame:
    """The answer of `POST session`; raises when it is not 200."""
    async with httpx.AsyncClient(timeout=SECONDS) as http:
        answer = await http.post(
            f"{base_url}/api/v1/{key}/session",
            json={"token": token, "room": room},
            headers={"Origin": origin, **(headers or {})},
        )
    answer.raise_for_status()
    found: Frame = answer.json()
    return found


_opened: list[Client] = []


async def close_all() -> None:
    """Ends every client that was opened since the last time: for a fixture's end."""
    while _opened:
        await _opened.pop().close()


class Received(ABC):
    """Frames that come while a test goes on. They are kept in `frames` in the order in which they
    came; `expect` takes the next that fits.
    """

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._taken: set[int] = set()
        self._news = asyncio.Event()
        self._reader = asyncio.ensure_future(self._read())

    @abstractmethod
    async def _read(self) -> None:
        """Appends to `frames` and sets `_news`, until nothing more comes."""

    async def expect(
        self,
        kind: str,
        *,
        where: Callable[[Frame], bool] | None = None,
        seconds: float = SECONDS,
        **fields: Any,
    ) -> Frame:
        """The next frame of that type with those fields that was not taken yet."""
        deadline = time.monotonic() + seconds
        while True:
            for index, frame in enumerate(self.frames):
                if index in self._taken or frame.get("type") != kind:
                    continue
                if any(frame.get(name) != value for name, value in fields.items()):
                    continue
                if where is not None and not where(frame):
                    continue
                self._taken.add(index)
                return frame
            self._news.clear()
            left = deadline - time.monotonic()
            if left <= 0 or (self._reader.done() and not self._news.is_set()):
                raise AssertionError(f"no {kind} {fields} came; what came: {self.frames[-20:]}")
            try:
                await asyncio.wait_for(self._news.wait(), min(left, 0.25))
            except TimeoutError:
                continue


class Client(Received):
    """One socket. Frames of an array (`arrays` counts them) are kept one by one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        super().__init__()
        self.answers_pings = True
        self.arrays = 0
        _opened.append(self)

    @classmethod
    async def open(
        cls,
        ws_url: str,
        key: str,
        *,
        origin: str | None = ORIGIN,
        subprotocols: list[str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Self:
        """A socket after its handshake, before `hello`."""
        socket = await connect(
            f"{ws_url}/ws/v1/{key}/",
            origin=origin,  # type: ignore[arg-type]  # a NewType of str
            subprotocols=["inglenook.v1"] if subprotocols is None else subprotocols or None,  # type: ignore[arg-type, list-item]  # a NewType of str
            additional_headers=headers,
            compression=None,
            ping_interval=None,
            open_timeout=SECONDS,
            # A server that slows a flood down reads on for long.
            close_timeout=1,
            max_size=2**22,
        )
        return cls(socket)

    @classmethod
    async def greet(
        cls,
        server: Any,
        key: str,
        *rooms: str | Frame,
        token: str | None = None,
        origin: str = ORIGIN,
        address: str | None = None,
    ) -> Self:
        """A new visitor (or the token's) who said hello and has its `sync` of every room.

        `address` is where a trusted proxy says that they are.
        """
        headers = {"X-Forwarded-For": address} if address else {}
        if token is None:
            session = await open_session(server.base_url, key, origin=origin, headers=headers)
            token = session["token"]
        client = await cls.open(server.ws_url, key, origin=origin, headers=headers)
        wanted = [{"room": room} if isinstance(room, str) else room for room in rooms]
        await client.send({"type": "hello", "v": 1, "token": token, "rooms": wanted})
        client.token = token
        client.visitor = (await client.expect("welcome"))["visitor"]
        for room in wanted:
            await client.expect("sync", room=room["room"])
        return client

    token: str
    visitor: Frame

    async def send(self, frame: Frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def say(
        self, body: str, *, room: str = "lobby", cid: str | None = None, **more: Any
    ) -> str:
        cid = cid or new_cid()
        await self.send({"type": "send", "cid": cid, "room": room, "body": body, **more})
        return cid

    async def ack(self, cid: str) -> Frame:
        return await self.expect("ack", cid=cid)

    async def closed(self, seconds: float = SECONDS) -> int | None:
        """The close code, once the server has closed."""
        await asyncio.wait_for(asyncio.shield(self._reader), seconds)
        return self.socket.close_code

    def of(self, kind: str, **fields: Any) -> list[Frame]:
        return [
            frame
            for frame in self.frames
            if frame.get("type") == kind and all(frame.get(k) == v for k, v in fields.items())
        ]

    async def close(self) -> None:
        await self.socket.close()
        await asyncio.wait({self._reader}, timeout=SECONDS)

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                value = json.loads(text)
                self.arrays += isinstance(value, list)
                for frame in value if isinstance(value, list) else [value]:
                    self.frames.append(frame)
                    if frame.get("type") == "ping" and self.answers_pings:
                        await self.send({"type": "pong", "n": frame["n"]})
                self._news.set()
        except ConnectionClosed:
            pass
        finally:
            self._news.set()
