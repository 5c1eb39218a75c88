"""A visitor who goes on speaking while the server comes and goes, by the
client's rules of the protocol.

say, wait for the ack, say the next          one in flight, so order is kept
the socket ends, or refuses                  come back (within the `bye` window),
                                             send the same `cid` again
"""

from __future__ import annotations

import asyncio
import random
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.protocol import State

from tests.testkit.events import visitor_headers
from tests.testkit.wire import Client, Frame, new_cid, open_session

ACK_SECONDS = 10.0
AGAIN_SECONDS = 0.25


class Speaker(ABC):
    """What was said, what was acknowledged, and what came in between."""

    def __init__(self, house: Any, *, every: float) -> None:
        self.house = house
        self.every = every
        self.token = ""
        self.said: list[str] = []
        self.acks: dict[str, Frame] = {}
        self.failures: list[object] = []  # what a person would see as "failed"
        self.comebacks = 0
        self.longest = 0.0

    async def speak(self, end: asyncio.Future[float]) -> None:
        """Until the moment that `end` tells; what fell due while nobody
        listened is said afterwards.
        """
        self.token = (await open_session(self.house.base_url, self.house.key))["token"]
        due = time.monotonic() + random.uniform(0, self.every)
        while not end.done() or due < end.result():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due += self.every
            cid = new_cid()
            self.said.append(cid)
            started = time.monotonic()
            self.acks[cid] = await self.deliver(cid, f"number {len(self.said)}")
            self.longest = max(self.longest, time.monotonic() - started)

    @abstractmethod
    async def deliver(self, cid: str, body: str) -> Frame:
        """Sends it until it is acked, and returns the `ack`."""


class SocketSpeaker(Speaker):
    client: Client | None = None

    async def deliver(self, cid: str, body: str) -> Frame:
        while True:
            try:
                client = self.client or await self._connect()
                await client.say(body, cid=cid)
                return await self._answer(client, cid)
            except (AssertionError, OSError, ConnectionClosed, WebSocketException):
                await self._come_back()

    async def _connect(self) -> Client:
        self.client = await Client.greet(self.house, self.house.key, "lobby", token=self.token)
        return self.client

    async def _answer(self, client: Client, cid: str) -> Frame:
        """Raises AssertionError where there is none: the socket has ended."""
        deadline = time.monotonic() + ACK_SECONDS
        while time.monotonic() < deadline:
            self.failures += client.of("nack", cid=cid, final=True)
            with suppress(AssertionError):
                return await client.expect("ack", cid=cid, seconds=0.3)
            if client.socket.state is State.CLOSED:
                break
        raise AssertionError(f"no ack of {cid}")

    async def _come_back(self) -> None:
        self.comebacks += 1
        low, high = 0, 500
        if self.client is not None:
            for bye in self.client.of("bye"):
                low, high = bye["retry_ms"]
            await self.client.close()
            self.client = None
        await asyncio.sleep(random.uniform(low, high) / 1000)


class PostSpeaker(Speaker):
    """The same by HTTP: every answer has to be JSON with a code, and none may be final."""

    async def deliver(self, cid: str, body: str) -> Frame:
        address = f"{self.house.base_url}/api/v1/{self.house.key}/rooms/lobby/messages"
        async with httpx.AsyncClient(timeout=ACK_SECONDS) as http:
            while True:
                with suppress(httpx.HTTPError):
                    answer = await http.post(
                        address,
                        json={"cid": cid, "body": body},
                        headers=visitor_headers(self.token),
                    )
                    found: Frame = answer.json()
                    if answer.status_code in (200, 201):
                        return found
                    if (answer.status_code, found["error"]) != (503, "unavailable"):
                        self.failures.append((answer.status_code, found))
                self.comebacks += 1
                await asyncio.sleep(AGAIN_SECONDS)
