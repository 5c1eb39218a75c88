"""The product's own services, hubs and conversations, in several server processes that are none,
behind a network that is none.

    Visitor (tests/faults) ── SimSocket ── Line: delays, drops, doubles, swaps, cuts,
    stalls ── visitor_consumer ── Hub
                                                                                                      │
    services ──COMMIT──> World.on_event ──> the hub of the process that wrote,
    at once             database
                                   └──> the others, by a layer that drops 20 %, doubles and swaps

A process that is killed loses its hub, its tasks and whatever had not been committed.
Nothing here waits for real time.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import Any

from inglenook.chat import publish
from inglenook.chat.events import Event
from inglenook.protocol.errors import Unavailable
from inglenook.realtime.connections.consumers import visitor_consumer
from inglenook.realtime.connections.conversation import SUBPROTOCOL
from inglenook.realtime.hub.hub import Hub
from inglenook.sites import database
from inglenook.sites.selectors import CachedSite
from tests.testkit.wire import ORIGIN

LOST = 1006
# Only what the protocol lets a client do without: what it lacks it can tell by the numbers,
# or by the missing ack.
MAY_BE_LOST = (b'{"type":"message"', b'{"type":"room"', b'{"type":"ack"', b'{"type":"presence"')
here: ContextVar[Process | None] = ContextVar("here", default=None)


class Process:
    """One server process: a hub and the tasks of its sockets."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.is_up = True
        self.lines: set[Line] = set()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.context = copy_context()
        self.context.run(here.set, self)
        self.hub: Hub = self.context.run(Hub)
        self.hub._unsubscribe_from_events()  # which hub gets which event is the world's affair
        self.hub._unsubscribe_from_events = lambda: None

    def spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work, context=self.context.copy())
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and self.is_up and task.exception() is not None:
            self.world.defects.append(repr(task.exception()))

    def kill(self) -> None:
        """At once, in the middle of whatever it does."""
        self.is_up = False
        hub = self.hub
        hub.tasks.cancel_all()
        for task in list(self.tasks):
            task.cancel()
        for line in list(self.lines):
            line.cut()

    async def end(self) -> None:
        """As SIGTERM does."""
        await self.hub.drain(1.0)
        self.kill()


class Line:
    """One connection. Each direction keeps its order but for what `World.fate` swaps."""

    def __init__(self, world: World, process: Process, take: Callable[[bytes], None]) -> None:
        self.world = world
        self.process = process
        self.dice = random.Random(world.dice.random())
        self.is_stalled = False
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._take = take
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        self._is_gone = False
        self._late: list[bytes] = []
        self._arrives = {"up": 0.0, "down": 0.0}
        process.lines.add(self)

    # --- the client's end

    def send(self, text: bytes) -> None:
        copies = 2 if b'"type": "send"' in text and self.world.happens(self.dice, 0.1) else 1
        if b'"type": "send"' in text and self.world.happens(self.dice, 0.05):
            return
        message = {"type": "websocket.receive", "text": text.decode()}
        for _ in range(copies):
            self._later("up", lambda: self._inbox.put_nowait(message))

    def vanish(self) -> None:
        self.cut()

    # --- both ends

    def cut(self) -> None:
        """Whatever is under way is lost, in both directions."""
        if not self.closed.done():
            self.closed.set_result(LOST)
        self._hang_up()

    def _hang_up(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self.process.lines.discard(self)
            self._inbox.put_nowait({"type": "websocket.disconnect", "code": LOST})

    def _later(self, way: str, act: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        delay = self.dice.uniform(0.001, self.world.slowness)
        # Never two at one moment: a heap of timers does not keep the order of equals.
        self._arrives[way] = max(self._arrives[way] + 1e-6, loop.time() + delay)
        loop.call_at(self._arrives[way], self._arrive, act)

    def _arrive(self, act: Callable[[], None]) -> None:
        if not self._is_gone and not self.is_stalled:
            act()

    # --- the server's end

    async def receive(self) -> dict[str, Any]:
        return await self._inbox.get()

    async def write(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            text = message["text"].encode()
            for it in self.world.fate(self.dice, text, self._late):
                self._later("down", lambda it=it: self._take(it))  # type: ignore[misc]  # the default binds it
        elif message["type"] == "websocket.close":
            self._later("down", lambda: self._close(message["code"]))

    def _close(self, code: int) -> None:
        if not self.closed.done():
            self.closed.set_result(code)
        self._hang_up()


class World:
    """`port` n is the n-th process. `is_calm`: nothing goes wrong any more."""

    def __init__(self, seed: int, card: CachedSite, processes: int) -> None:
        self.dice = random.Random(seed)
        self.card = card
        self.is_calm = False
        self.is_database_away = False
        self.is_layer_away = False
        self.slowness = self.dice.choice((0.005, 0.05, 0.4))
        self.defects: list[str] = []
        self.processes = [Process(self) for _ in range(processes)]
        self._unsubscribe = publish.subscribe(self.on_event)

    def end(self) -> None:
        self._unsubscribe()
        for process in self.processes:
            process.kill()

    def happens(self, dice: random.Random, chance: float) -> bool:
        return not self.is_calm and dice.random() < chance

    def start_again(self, number: int) -> None:
        self.processes[number] = Process(self)

    # --- the network

    async def open(self, port: int, _path: str, take: Callable[[bytes], None], **_: Any) -> Line:
        await asyncio.sleep(0.001)
        process = self.processes[port]
        if not process.is_up or process.hub.is_draining:
            raise ConnectionRefusedError
        line = Line(self, process, take)
        scope = {
            "type": "websocket",
            "site": self.card,
            "origin": ORIGIN,
            "subprotocols": [SUBPROTOCOL],
        }
        process.spawn(self._serve(scope, line))
        return line

    async def _serve(self, scope: dict[str, Any], line: Line) -> None:
        """In the process that `here` names."""
        await visitor_consumer(scope, line.receive, line.write)

    def fate(self, dice: random.Random, text: bytes, late: list[bytes]) -> list[bytes]:
        """What comes out at the other end now; `late` holds what comes after the next one."""
        chance = dice.random()
        if not self.is_calm and text.startswith(MAY_BE_LOST):
            if chance < 0.05:
                return []
            if chance < 0.1:
                late.append(text)
                return []
            if chance < 0.15:
                return [text, text]
        out = [text, *late]
        late.clear()
        return out

    # --- the layer

    def on_event(self, event: Event) -> None:
        """Announced after COMMIT, in the process that wrote."""
        loop = asyncio.get_running_loop()
        for process in self.processes:
            if process is here.get():
                process.hub.on_event(event)
                continue
            if self.is_layer_away or self.happens(self.dice, 0.2):
                continue
            for _ in range(2 if self.happens(self.dice, 0.1) else 1):
                delay = self.dice.uniform(0.001, 0.3 if self.happens(self.dice, 0.2) else 0.01)
                loop.call_later(delay, self._arrive, process, event)

    def _arrive(self, process: Process, event: Event) -> None:
        if process.is_up:
            process.context.copy().run(process.hub.on_events, [event])

    # --- the database

    async def run(self, _executor: object, work: Callable[[], Any]) -> Any:
        """In place of `sites.database._run`: on this thread, with everything that may
        happen before and after.
        """
        process = here.get()
        await asyncio.sleep(self.dice.uniform(0.0005, 0.01))
        if process is not None and not process.is_up:
            raise asyncio.CancelledError
        if self.is_database_away or self.happens(self.dice, 0.01):
            raise Unavailable(retry_ms=1000)
        with database.unavailable_when_away():
            result = work()
        # It is committed; whether the event arrives is another matter.
        await asyncio.sleep(self.dice.uniform(0.0005, 0.01))
        if process is not None and not process.is_up:
            raise asyncio.CancelledError
        if self.happens(self.dice, 0.01):
            raise Unavailable(retry_ms=2000)
        return result
