"""A moderator's program: it decides what waits, and sanctions, by the owners' API.

    GET held ─> approve | reject | leave ─> until the server has answered, whatever breaks meanwhile

What was answered is what must stand afterwards.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter
from typing import Any

import httpx

from tests.testkit.faults.stage import Stage

# The API takes 20 calls a second of a key.
LOOK_SECONDS = 0.4
AGAIN_SECONDS = 0.25
REJECTED, LEFT = 0.15, 0.1
# Of one author, who may have 20 waiting in a room.
MOST_LEFT = 4


class Moderator:
    """`decisions`: cid to what the server answered. `refusals`: answers that no retry mends."""

    def __init__(self, stage: Stage, dice: random.Random) -> None:
        self.decisions: dict[str, str] = {}
        self.refusals: list[str] = []
        self._stage = stage
        self._dice = dice
        self._left: Counter[str] = Counter()
        self._sanctions: list[str] = []
        self._stops = asyncio.Event()
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {stage.cast.secret_key}"}, timeout=10
        )

    async def work(self) -> None:
        """Until `stop`; a call that is on its way is answered first.

        Without its answer nobody knows which decision was the first.
        """
        while not self._stops.is_set():
            await self.decide_all()
            await asyncio.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        self._stops.set()

    async def decide_all(self) -> int:
        """The oldest first. How many there were that nobody had decided about."""
        found = await self._call("GET", "held?limit=100")
        new = [held for held in found["items"] if held["cid"] not in self.decisions]
        for held in new:
            await self._decide(held)
        return len(new)

    async def sanction(self, visitor: str, kind: str) -> float:
        """When the server had answered."""
        wanted = {"visitor": visitor, "kind": kind, "seconds": 3600, "reason": "adverts"}
        made = await self._call("POST", "sanctions", wanted)
        self._sanctions.append(made["id"])
        return time.monotonic()

    async def clear(self) -> None:
        """Takes back what would last: the next fault may have the same people."""
        for sanction in self._sanctions:
            await self._call("DELETE", f"sanctions/{sanction}")
        self._sanctions.clear()
        for held in (await self._call("GET", "held?limit=200"))["items"]:
            await self._call("POST", f"held/{held['id']}/reject", {})

    async def close(self) -> None:
        await self._http.aclose()

    async def _decide(self, held: dict[str, Any]) -> None:
        chance, author = self._dice.random(), held["visitor"]
        if chance < LEFT and self._left[author] < MOST_LEFT:
            self._left[author] += 1
            self.decisions[held["cid"]] = "waiting"
            return
        act, state = ("reject", "rejected") if chance < LEFT + REJECTED else ("approve", "approved")
        await self._call("POST", f"held/{held['id']}/{act}", {})
        self.decisions[held["cid"]] = state

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer; a call that got none, or a 429 or 5xx, is made again with the same key."""
        once = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        while True:
            try:
                answer = await self._http.request(method, self._url(path), json=body, headers=once)
            except httpx.HTTPError:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            is_running = answer.status_code == 409 and "retry_ms" in answer.json()
            if answer.status_code != 429 and answer.status_code < 500 and not is_running:
                break
            await asyncio.sleep(AGAIN_SECONDS)
        if answer.status_code >= 400:
            self.refusals.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            return {"items": [], "id": ""}
        return answer.json() if answer.content else None

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._stage.balancer.port}/api/v1/manage/{path}"
