"""The team of the room, by the owners' API: it deletes, restores, mutes, pins, announces, slows,
locks, and decides at once about what waits.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.testkit.lively.people import ROOM, Crowd
from tests.testkit.lively.words import HELD, sentence

LOOK_SECONDS = 0.5
AGAIN_SECONDS = 0.25
MUTE_SECONDS = 8
MOMENT_SECONDS = (1.0, 3.0)
# Too many calls, or a database that is too busy: the same once more.
AGAIN = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
REJECTED = 0.25
MOST_PINS = 5


class Team:
    """`guest` is the visitor of the browser: what they wrote is approved, and the mute of `stop` is
    theirs.
    """

    def __init__(self, crowd: Crowd, secret_key: str, dice: random.Random) -> None:
        self.guest = ""
        self.decided = {"approve": 0, "reject": 0}
        self.refusals: list[str] = []
        self._crowd = crowd
        self._dice = dice
        self._removed: list[int] = []
        self._pins: list[int] = []
        self._http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{crowd.port}/api/v1/manage",
            headers={"Authorization": f"Bearer {secret_key}"},
            timeout=30,
        )

    async def open_room(self) -> None:
        """Pictures are welcome; what has the word waits for approval."""
        await self._room(files="images", files_from="all")
        await self._call("POST", "/word-rules", {"pattern": HELD, "action": "hold"})

    async def decide(self) -> int:
        """How many there were that waited."""
        held = (await self._call("GET", "/held?limit=100"))["items"]
        for one in held:
            is_guest = one["visitor"] == self.guest
            act = "reject" if not is_guest and self._dice.random() < REJECTED else "approve"
            await self._call("POST", f"/held/{one['id']}/{act}", {})
            self.decided[act] += 1
        return len(held)

    async def work(self) -> None:
        """Looks at what waits, until it is cancelled."""
        while True:
            await self.decide()
            await asyncio.sleep(LOOK_SECONDS)

    async def act(self, kind: str) -> None:
        await getattr(self, f"_{kind}")()

    async def close(self) -> None:
        await self._http.aclose()

    # --- what it does

    async def _remove(self) -> None:
        if found := self._crowd.room.newest():
            seq = self._dice.choice(found)["seq"]
            await self._call("DELETE", f"/rooms/{ROOM}/messages/{seq}")
            self._removed.append(seq)

    async def _restore(self) -> None:
        if not self._removed:
            await self._remove()
        if self._removed:
            await self._call("POST", f"/rooms/{ROOM}/messages/{self._removed.pop()}/restore", {})

    async def _pin(self) -> None:
        if len(self._pins) >= MOST_PINS:
            await self._call("DELETE", f"/rooms/{ROOM}/pins/{self._pins.pop(0)}")
        if found := self._crowd.room.newest():
            seq = self._dice.choice(found)["seq"]
            await self._call("PUT", f"/rooms/{ROOM}/pins/{seq}")
            if seq not in self._pins:
                self._pins.append(seq)

    async def _announce(self) -> None:
        field = self._dice.choice(("announcement", "topic", "rules", "name"))
        words = f"Lobby {self._dice.randrange(100)}" if field == "name" else sentence(self._dice)
        await self._room(**{field: words.splitlines()[0][:80]})

    async def _mute(self) -> None:
        visitor = self._dice.choice(self._crowd.people).id
        await self._sanction(visitor)

    async def _stop(self) -> None:
        """The visitor of the browser may not write for a while."""
        await self._sanction(self.guest)

    async def _sanction(self, visitor: str) -> None:
        wanted = {"visitor": visitor, "kind": "mute", "seconds": MUTE_SECONDS, "reason": "noise"}
        await self._call("POST", "/sanctions", wanted)

    async def _clean(self) -> None:
        """All of the last minute by one person; half of the time it was a mistake."""
        if not (found := self._crowd.room.newest()):
            return
        visitor = self._dice.choice(found)["author"]["id"]
        if not str(visitor).startswith("v_"):
            return
        since = (datetime.now(UTC) - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
        path = f"/visitors/{visitor}/delete-messages"
        done = await self._call("POST", path, {"since": since})
        if done["undo"] and self._dice.random() < 0.5:
            await asyncio.sleep(self._dice.uniform(*MOMENT_SECONDS))
            await self._call("POST", f"/undo/{done['undo']}", {})

    async def _slow(self) -> None:
        await self._for_a_moment({"slow_s": 5}, {"slow_s": 0})

    async def _lock(self) -> None:
        await self._for_a_moment({"locked": True}, {"locked": False})

    async def _for_a_moment(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        await self._room(**before)
        await asyncio.sleep(self._dice.uniform(*MOMENT_SECONDS))
        await self._room(**after)

    # --- the API

    async def _room(self, **fields: Any) -> None:
        await self._call("PATCH", f"/rooms/{ROOM}", fields)

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer; empty where a person was faster: what is gone cannot be deleted."""
        while True:
            answer = await self._http.request(method, path, json=body)
            if answer.status_code not in AGAIN:
                break
            await asyncio.sleep(AGAIN_SECONDS)
        if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
            return {"items": [], "undo": None}
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            self.refusals.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            return {"items": [], "undo": None}
        return answer.json() if answer.content else None
