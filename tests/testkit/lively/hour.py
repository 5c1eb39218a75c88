"""The lively hour: a served product, its people and its team, and one browser that follows.

play(scale, browser) ─┬─ thread: Crowd and Team do what the script says, by wire and API
                      └─ here:   Guest, in the browser; what it shows is compared at the end
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.testkit.browser.pages import ForeignPages
from tests.testkit.faults.stage import GENEROUS
from tests.testkit.lively.compare import READ, Truth, differences
from tests.testkit.lively.guest import HIGH, WIDE, Guest, Long, Moment
from tests.testkit.lively.people import Crowd
from tests.testkit.lively.script import BY_PEOPLE, Act, script
from tests.testkit.lively.team import Team
from tests.testkit.server import Server
from tests.testkit.wire import ORIGIN

# Said before the browser comes, so that there is something to scroll to.
BEFORE = 60
MOMENTS = 10
SETTLE_SECONDS = 30.0
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Scale:
    people: int = 200
    seconds: float = 600.0
    seed: int = 1


@dataclass
class Outcome:
    """`differences`: what the browser shows otherwise than the server says. `defects`: of the
    server's log, its answers and the script.
    """

    scale: Scale
    moments: list[Moment] = field(default_factory=list)
    tasks: list[Long] = field(default_factory=list)
    frames: list[Long] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    compared: int = 0
    is_favoured: bool = False
    changes: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    guest_acts: dict[str, int] = field(default_factory=dict)
    decided: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Tag:
    base_url: str
    site_key: str


class Stage:
    """The product and all that happens by wire, in a thread of its own."""

    def __init__(self, folder: Path, scale: Scale) -> None:
        self.server = Server(folder, env={**GENEROUS, "INGLENOOK_ADDRESS_SENDS_PER_10S": "0"})
        made = self.server.ask("site", "create", "--name", "Lively", "--origin", ORIGIN)
        self.tag = Tag(self.server.base_url, made["site_key"])
        self.pages = ForeignPages(self.tag)
        site = ("--site", self.tag.site_key)
        self.server.run("site", "origins", *site, "--add", self.pages.origin)
        self.server.start()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._dice = random.Random(scale.seed)
        self.problems: list[str] = []
        self.crowd, self.team = self.do(self._open(scale, made["secret_key"]))

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_SECONDS)

    def begin(self, acts: list[Act]) -> Any:
        """A future that is done when all is said."""
        return asyncio.run_coroutine_threadsafe(self._perform(acts), self._loop)

    def close(self) -> None:
        self.do(self._part())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.pages.close()
        self.server.stop()

    async def _open(self, scale: Scale, secret_key: str) -> tuple[Crowd, Team]:
        crowd = Crowd(self.server.port, self.tag.site_key)
        team = Team(crowd, secret_key, random.Random(scale.seed))
        await team.open_room()
        await crowd.gather(scale.people)
        for _ in range(BEFORE):
            await self._dice.choice(crowd.people).act("say", self._dice)
        await crowd.answered()
        return crowd, team

    async def _perform(self, acts: list[Act]) -> None:
        decides = asyncio.ensure_future(self.team.work())
        began, tasks = self._loop.time(), []
        for act in acts:
            await asyncio.sleep(max(0.0, began + act.at - self._loop.time()))
            tasks.append(asyncio.ensure_future(self._act(act)))
        await asyncio.gather(*tasks)
        await self.crowd.answered()
        decides.cancel()
        await asyncio.gather(decides, return_exceptions=True)

    async def _act(self, act: Act) -> None:
        try:
            if act.kind in BY_PEOPLE:
                await self.crowd.people[act.who].act(act.kind, self._dice)
            else:
                await self.team.act(act.kind)
        except Exception as error:  # noqa: BLE001  the others go on; it is among the defects
            self.problems.append(f"{act}: {error!r}")

    async def _part(self) -> None:
        await self.crowd.part()
        await self.team.close()


def play(
    scale: Scale,
    browser: Browser,
    folder: Path,
    tell: Callable[[str], None],
    *,
    favours: bool = False,
) -> Outcome:
    """The whole hour. `tell` gets a line at each moment of measuring. `favours`: the browser is to
    go before other work on this machine.
    """
    outcome = Outcome(scale)
    stage = Stage(folder, scale)
    try:
        context = browser.new_context(
            locale="en-GB", reduced_motion="reduce", viewport={"width": WIDE, "height": HIGH}
        )
        began = time.monotonic()
        guest = Guest(context.new_page(), stage.pages.add(), lambda: time.monotonic() - began)
        guest.arrive()
        outcome.is_favoured = favours and guest.favour()
        stage.team.guest = guest.id
        began = time.monotonic()
        _follow(stage, guest, outcome, tell)
        _compare(stage, guest, outcome)
        context.close()
        outcome.changes = stage.crowd.room.rev
        outcome.answers, outcome.decided = stage.crowd.answers, stage.team.decided
        outcome.defects += stage.crowd.defects + stage.team.refusals + stage.problems
        outcome.defects += stage.server.defects()
    finally:
        stage.close()
    return outcome


def _follow(stage: Stage, guest: Guest, outcome: Outcome, tell: Callable[[str], None]) -> None:
    scale = outcome.scale
    dice = random.Random(scale.seed)
    over = stage.begin(script(scale.seed, scale.people, scale.seconds))
    while not over.done():
        guest.act(dice)
        if len(outcome.moments) < MOMENTS and guest.clock() >= (
            len(outcome.moments) + 1
        ) * scale.seconds / (MOMENTS + 1):
            outcome.moments.append(guest.measure())
            tell(line_of(outcome.moments[-1], stage.crowd.room.rev))
    over.result()
    # What the visitor wrote last may have to wait for the team.
    while stage.do(stage.team.decide()):
        pass
    outcome.tasks, outcome.frames = guest.long_tasks()
    outcome.moments.append(guest.measure())
    tell(line_of(outcome.moments[-1], stage.crowd.room.rev))
    outcome.guest_acts = guest.acts


def _compare(stage: Stage, guest: Guest, outcome: Outcome) -> None:
    """Until it agrees, for a while: the last frames may be on their way."""
    truth = Truth(
        stage.server.base_url, stage.tag.site_key, guest.token, guest.id, stage.pages.origin
    )
    try:
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            guest.to_the_end()
            shown = guest.page.evaluate(READ)
            outcome.differences = differences(shown, truth)
            outcome.compared = len(shown["rows"])
            if not outcome.differences or time.monotonic() > deadline:
                return
    finally:
        truth.close()


def line_of(moment: Moment, rev: int) -> str:
    return (
        f"  {moment.at:5.0f} s  heap {moment.heap / 1e6:.2f} MB  nodes {moment.nodes} "
        f"({moment.attached} attached)  listeners {moment.listeners}  rows {moment.rows}  "
        f"changes {rev}"
    )
