"""All simulated visitors of one run: they come, talk at a rate, fall silent,
and are compared with the database.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Self

from tests.testkit.faults.by_http import MIX, HttpVisitor, mixed
from tests.testkit.faults.checker import Verdict, judge
from tests.testkit.faults.journal import Journal
from tests.testkit.faults.newcomers import SANCTIONED, Newcomers
from tests.testkit.faults.newcomers_checker import judge_newcomers, judge_sightings
from tests.testkit.faults.senders import Senders, judge_files
from tests.testkit.faults.stage import Stage, in_thread, until
from tests.testkit.faults.truth import (
    Database,
    StoredRoom,
    read_files,
    read_held,
    read_rooms,
)
from tests.testkit.faults.visitor import Visitor

PROGRESS_SECONDS = 5.0
TICK_SECONDS = 0.02
# How many of a run that has uploads send files.
SENDERS = 4


class Fleet:
    """`through`: "fronts" gives each visitor a process of its own choice,
    "balancer" whichever takes it.

    They come by all transports, in the shares of `mix`.
    """

    def __init__(
        self,
        stage: Stage,
        seed: int,
        *,
        through: str = "fronts",
        title: str = "",
        is_loud: bool = False,
        mix: Sequence[type[Visitor]] = MIX,
    ) -> None:
        self.stage = stage
        self.seed = seed
        self.journal = Journal()
        self.dice = random.Random(seed)
        self.title = title
        self.is_loud = is_loud
        # Of the newcomers' messages, how many came to each state.
        self.states: Counter[str] = Counter()
        self._talking: asyncio.Task[None] | None = None
        self._progress: asyncio.Task[None] | None = None
        self._lives: list[asyncio.Task[None]] = []
        self._through = through
        self.senders: Senders | None = None
        kinds = mixed(len(stage.cast.people), self.dice, mix)
        people = stage.cast.people
        self.speakers = self._visitors(people, kinds, self.journal)
        self.newcomers = self._newcomers(mix) if stage.cast.newcomers else None
        self.visitors = [*self.speakers, *(self.newcomers.visitors if self.newcomers else ())]

    def _visitors(
        self, people: Sequence[dict[str, str]], kinds: Sequence[type[Visitor]], journal: Journal
    ) -> list[Visitor]:
        stage = self.stage
        return [
            kind(
                key=stage.key,
                token=person["token"],
                me=person["id"],
                rooms=[stage.cast.rooms[number // 2 % len(stage.cast.rooms)]],
                port=self._port_for(number, self._through),
                server=number % len(stage.fronts) if self._through == "fronts" else -1,
                journal=journal,
                dice=random.Random(self.dice.getrandbits(64)),
            )
            for number, (person, kind) in enumerate(zip(people, kinds, strict=True))
        ]

    def _newcomers(self, mix: Sequence[type[Visitor]]) -> Newcomers:
        people, journal = self.stage.cast.newcomers, Journal()
        # Who is sanctioned has a socket: its close says why.
        others = mixed(len(people) - SANCTIONED, self.dice, mix)
        kinds: list[type[Visitor]] = [*[Visitor] * SANCTIONED, *others]
        return Newcomers(self.stage, self._visitors(people, kinds, journal), journal, self.dice)

    def _port_for(self, number: int, through: str) -> Callable[[], int]:
        stage = self.stage
        if through == "balancer":
            return lambda: stage.balancer.port
        return lambda: stage.fronts[number % len(stage.fronts)].port

    async def __aenter__(self) -> Self:
        self._progress = asyncio.ensure_future(self._tell_progress())
        self._lives = [asyncio.ensure_future(visitor.live()) for visitor in self.visitors]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop_talking()
        if self.newcomers:
            await self.newcomers.leave()
        if self.senders:
            await self.senders.leave()
        for task in [*self._lives, self._progress]:
            if task is not None:
                task.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)
        await asyncio.gather(*(visitor.leave() for visitor in self.visitors))

    # --- what they do

    async def arrive(self, seconds: float = 30.0) -> float:
        """Seconds until everybody is there and in step."""
        began = time.monotonic()
        assert await until(self.is_in_step, seconds), f"{self.present} of {len(self.visitors)} came"
        return time.monotonic() - began

    def talk(self, per_second: float, body: str = "") -> None:
        self._talking = asyncio.ensure_future(self._talk(per_second, body))

    def moderate(self) -> None:
        """The newcomers write, and the team decides about it, until all fall silent."""
        assert self.newcomers
        self.newcomers.begin()

    def send_files(self) -> None:
        """Some send pictures, until all fall silent."""
        some = self.dice.sample(self.speakers, SENDERS)
        self.senders = Senders(self.stage, some, random.Random(self.dice.getrandbits(64)))
        self.senders.begin()

    async def stop_talking(self) -> None:
        talking, self._talking = self._talking, None
        if talking is not None:
            if talking.done():
                talking.result()  # it never ends by itself: raises what broke it
            talking.cancel()

    async def _talk(self, per_second: float, body: str) -> None:
        began, said = time.monotonic(), 0
        while True:
            due = int((time.monotonic() - began) * per_second)
            for _ in range(said, due):
                visitor = self.dice.choice(self.speakers)
                if visitor.stopped_with is None:
                    visitor.say(self.dice.choice(list(visitor.views)), body or f"number {said}")
                said += 1
            await asyncio.sleep(TICK_SECONDS)

    def spoil_posts(self, *, doubled: float = 0.0, lost: float = 0.0) -> None:
        """Shares of what goes by POST: sent twice, answered to nobody."""
        for visitor in self.visitors:
            if isinstance(visitor, HttpVisitor):
                visitor.doubles, visitor.loses = doubled, lost

    # --- how they are

    @property
    def present(self) -> int:
        return sum(visitor.is_online for visitor in self.visitors)

    @property
    def waiting(self) -> int:
        return sum(visitor.waiting for visitor in self._staying())

    def is_in_step(self) -> bool:
        return all(visitor.is_in_step for visitor in self.visitors if visitor.stopped_with is None)

    def is_quiet(self) -> bool:
        return self.waiting == 0 and self.is_in_step()

    async def settle(self, seconds: float = 40.0) -> Verdict:
        """Falls silent, waits until all is said and shown or the time is up, and judges."""
        await self.stop_talking()
        if self.senders:
            await self.senders.finish()
        if self.newcomers:
            await self.newcomers.finish()
        deadline = time.monotonic() + seconds
        await until(self.is_quiet, seconds)
        rooms = await in_thread(self.stored)
        await until(lambda: self.shows(rooms), max(1.0, deadline - time.monotonic()))
        verdict = judge(self._staying(), self.journal, rooms, self.stage.defects())
        if self.newcomers:
            await self._judge_newcomers(self.newcomers, verdict, rooms)
        if self.senders:
            stored = await in_thread(lambda: read_files(**self._database()))
            await judge_files(verdict, self.senders, self.visitors, stored)
        if self.journal.closes:
            verdict.tell(f"closed with {dict(self.journal.closes)}")
        return verdict

    def shows(self, rooms: dict[str, StoredRoom]) -> bool:
        """Whether everybody is where the database is."""
        return all(
            (view.epoch, view.since) == (rooms[view.slug].epoch, rooms[view.slug].head)
            for visitor in self._staying()
            for view in visitor.views.values()
        )

    def stored(self) -> dict[str, StoredRoom]:
        return read_rooms(**self._database())

    def _database(self) -> Database:
        if self.stage.postgres is not None:
            return {"postgres_url": self.stage.database_url}
        return {"sqlite_file": self.stage.sqlite_file}

    def _staying(self) -> list[Visitor]:
        """All but who was banned: their page stands still."""
        banned = self.newcomers.banned if self.newcomers else None
        return [visitor for visitor in self.visitors if visitor is not banned]

    async def _judge_newcomers(
        self, newcomers: Newcomers, verdict: Verdict, rooms: dict[str, StoredRoom]
    ) -> None:
        held, sanctions = await in_thread(lambda: read_held(**self._database()))
        self.states = judge_newcomers(verdict, newcomers, rooms, held, sanctions)
        judge_sightings(verdict, newcomers, self.visitors, held)
        await newcomers.moderator.clear()

    async def _tell_progress(self) -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            if self.is_loud:
                acked = sum(said.acked_at is not None for said in self.journal.said.values())
                sys.stderr.write(
                    f"    {self.title} {time.monotonic() - began:4.0f} s: {self.present} of "
                    f"{len(self.visitors)} here, {len(self.journal.said)} said, {acked} acked, "
                    f"{self.waiting} waiting\n"
                )
