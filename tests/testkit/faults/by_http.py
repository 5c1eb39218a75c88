"""Simulated clients where no WebSocket gets through: a stream of events, long polling, polling.
What they say goes by POST.

The rules, the outbox and the cursor are those of `Visitor`; only the way is another.
"""

from __future__ import annotations

import asyncio
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any
from urllib.parse import urlencode

from tests.testkit.faults.http_call import FAILED, Call
from tests.testkit.faults.view import Frame, View
from tests.testkit.faults.visitor import ACK_SECONDS, SILENCE_SECONDS, UNANSWERED, Visitor

WAIT_SECONDS = 25
PING_SECONDS = 25.0  # the server's default; no stream announces it
# In a busy room whoever asked again at once would be answered once a message.
LONG_POLL_SECONDS = 2.0
POLL_SECONDS = 3.0
LOST = 1006  # what a stream ends with that no `bye` ended
RETRY_SECONDS = (0.25, 0.75)


class HttpVisitor(Visitor, ABC):
    """Follows one room. `doubles` and `loses` are shares of its POSTs:
    sent twice, answered to nobody.
    """

    doubles = 0.0
    loses = 0.0

    def __init__(self, **wanted: Any) -> None:
        super().__init__(**wanted)
        (self._view,) = self.views.values()
        self._call: Call | None = None
        self._asks = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def vanish(self) -> None:
        if self._call is not None:
            self._call.cut()

    async def _once(self) -> tuple[int, float | None]:
        self._view.is_syncing = True
        try:
            return await self._follow()
        finally:
            self.vanish()
            self._call = None
            self._rest()

    @abstractmethod
    async def _follow(self) -> tuple[int, float | None]:
        """Until it fails: the code it ended with, and how long it was up if it ever was."""

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- reading

    async def _open(self, *, wait: int = 0, accept: str = "") -> Call:
        """Asks what is new. Raises FAILED, also for a refusal: that says when to ask again."""
        query = {"wait": wait} if wait else {}
        cursor = self._cursor(self._view)
        query |= {name: cursor[name] for name in ("epoch", "since") if name in cursor}
        path = f"{self._room_path(self._view)}/events?{urlencode(query)}"
        call = await Call.open(self._port(), "GET", path, self._token, accept=accept)
        if call.status == 200:
            return call
        self._journal.refused[call.status] += 1
        try:
            again = (await call.json()).get("retry_ms")
        finally:
            call.cut()
        if again is not None:
            self._window = (again, again + 250.0)
        raise ConnectionRefusedError(call.status)

    async def _ask_once(self) -> None:
        """One `sync`, beside whatever else is going on."""
        try:
            async with asyncio.timeout(ACK_SECONDS):
                call = await self._open()
                try:
                    text = await call.body()
                finally:
                    call.cut()
        except FAILED:
            return  # its timer asks again
        self._take(text)

    # --- writing

    def _send(self, frame: Frame) -> None:
        if frame["type"] == "send":
            self._spawn(self._post(self.views[frame["room"]], frame))
            if self._dice.random() < self.doubles:
                self._spawn(self._post(self.views[frame["room"]], frame))
        elif frame["type"] in ("sync", "join"):
            self._ask_again_now()

    def _ask_again_now(self) -> None:
        self._asks.set()

    async def _post(self, view: View, frame: Frame) -> None:
        cid, path = frame["cid"], f"{self._room_path(view)}/messages"
        try:
            async with asyncio.timeout(ACK_SECONDS):
                said = {name: frame[name] for name in ("cid", "body", "attachments")}
                call = await Call.open(self._port(), "POST", path, self._token, body=said)
                try:
                    answer = await call.json()
                finally:
                    call.cut()
            if self._dice.random() < self.loses:
                raise ConnectionResetError("its answer was lost")
        except FAILED:
            self._retry(view, cid)
            return
        if call.status < 300:
            self._take_ack(answer)
            return
        self._take_nack(
            {
                "room": view.slug,
                "cid": cid,
                "code": answer["error"],
                "final": call.status != 429 and call.status < 500,
                "retry_ms": answer.get("retry_ms"),
            }
        )

    def _retry(self, view: View, cid: str) -> None:
        """Nobody knows whether it was stored: the same `cid` again, soon."""
        pending = view.in_flight
        if pending is not None and pending.cid == cid:
            wait = self._dice.uniform(*RETRY_SECONDS)
            self._at(view, "send", wait, lambda: self._write_again(view, pending))

    def _room_path(self, view: View) -> str:
        return f"/api/v1/{self._key}/rooms/{view.slug}"

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class StreamVisitor(HttpVisitor):
    """By a stream of events."""

    transport = "stream of events"

    async def _follow(self) -> tuple[int, float | None]:
        self._bye = LOST
        began: float | None = None
        silence = PING_SECONDS + SILENCE_SECONDS
        try:
            async with asyncio.timeout(silence) as deadline:
                self._call = await self._open(accept="text/event-stream")
                began = time.monotonic()
                rest = b""
                async for piece in self._call.pieces():
                    deadline.reschedule(self._loop.time() + silence)
                    *lines, rest = (rest + piece).split(b"\n")
                    for line in lines:
                        if line.startswith(b"data: "):
                            self._take(line.removeprefix(b"data: "))
        except FAILED:
            pass
        if began is None:
            return UNANSWERED, None
        return self._bye, time.monotonic() - began

    def _take_bye(self, frame: Frame) -> None:
        super()._take_bye(frame)
        self._bye = frame["code"]

    def _take_sync(self, frame: Frame) -> None:
        self._take_welcome({"ping_s": PING_SECONDS})
        super()._take_sync(frame)

    def _ask_again_now(self) -> None:
        self._spawn(self._ask_once())

    def _read_on(self, view: View) -> None:
        """The next page comes by itself."""
        view.is_syncing = True
        self._at(view, "sync", ACK_SECONDS, lambda: self._ask_again(view))


class LongPollVisitor(HttpVisitor):
    """By questions that are answered at the first change."""

    transport = "long polling"
    is_pushed = False
    wait_s = WAIT_SECONDS
    every_s = LONG_POLL_SECONDS

    async def _follow(self) -> tuple[int, float | None]:
        began: float | None = None
        try:
            while True:
                asked = time.monotonic()
                self._asks.clear()
                async with asyncio.timeout(self.wait_s + SILENCE_SECONDS):
                    # Never wait on top of something that is known to be missing.
                    wait = 0 if self._view.is_syncing else self.wait_s
                    self._call = await self._open(wait=wait)
                    text = await self._call.body()
                self._call.cut()
                began = began or time.monotonic()
                self._take_welcome({"ping_s": PING_SECONDS})
                self._take(text)
                await self._pause(asked + self.every_s - time.monotonic())
        except FAILED:
            return UNANSWERED, None if began is None else time.monotonic() - began

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._asks.wait()
        except TimeoutError:
            pass


class PollVisitor(LongPollVisitor):
    """By questions that are answered at once."""

    transport = "polling"
    wait_s = 0
    every_s = POLL_SECONDS


# Of twenty visitors. Most have a socket; the others meet a proxy, a firewall
# or a host that knows none.
MIX: tuple[type[Visitor], ...] = (
    *[Visitor] * 16,
    *[StreamVisitor] * 2,
    LongPollVisitor,
    PollVisitor,
)
# Those whose connection can be cut.
PUSHED = tuple(kind for kind in MIX if kind.is_pushed)


def mixed(count: int, dice: random.Random, mix: Sequence[type[Visitor]]) -> list[type[Visitor]]:
    """A kind for each visitor: in the shares of the mix, in an order that the seed decides."""
    kinds = [mix[number % len(mix)] for number in range(count)]
    dice.shuffle(kinds)
    return kinds


def words_of_the_mix() -> str:
    counts = {kind.transport: MIX.count(kind) for kind in MIX}
    words = [f"{count} by {transport}" for transport, count in counts.items()]
    return f"{', '.join(words[:-1])} and {words[-1]}"
