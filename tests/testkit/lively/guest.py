"""The visitor with a real browser: follows the room, scrolls up, writes, reacts, and is measured.

What it does goes in by pointer and keys. It looks for places with one short question to the page,
because a search by role through hundreds of messages would be a long task of its own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response

from tests.testkit.browser.chat import Chat
from tests.testkit.lively.words import HELD, sentence

# What the browser calls a long task (https://w3c.github.io/longtasks/).
LONG_MS = 50
ROOT = 'document.querySelector("html > inglenook-chat").shadowRoot'
# `skipped`: while a measurement went on, which stops the page by itself.
WATCH = """() => {
    const kept = (window.lively = { tasks: [], frames: [], skipped: [] });
    const note = (type, into, of) => new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) into.push(of(entry));
    }).observe({ type });
    note("longtask", kept.tasks, ({ startTime, duration }) => [startTime, duration]);
    note("long-animation-frame", kept.frames, ({ startTime, duration, scripts }) => [
        startTime, duration, scripts.map((one) => [
            one.invoker, one.sourceFunctionName, Math.round(one.duration),
            Math.round(one.forcedStyleAndLayoutDuration)])]);
}"""
COUNT = """() => {
    let nodes = 0;
    const walk = (node) => {
        nodes += 1;
        if (node.shadowRoot) walk(node.shadowRoot);
        for (let child = node.firstChild; child; child = child.nextSibling) walk(child);
    };
    walk(document);
    return [nodes, ROOT.querySelectorAll("[data-seq]").length];
}""".replace("ROOT", ROOT)
# The middle of one of those that are in sight of the list.
PLACE = """(selector) => {
    const list = ROOT.querySelector(".scroller")?.getBoundingClientRect();
    const seen = [...ROOT.querySelectorAll(selector)]
        .map((one) => one.getBoundingClientRect())
        .filter(({ top, bottom, height }) =>
            height && (!list || selector[0] === "!" || (top >= list.top - 60
                && bottom <= list.bottom + 200)));
    const box = seen.at(-1);
    return box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}""".replace("ROOT", ROOT)
FOCUS = f"() => {ROOT}.querySelector('textarea:enabled')?.focus()"
TO_THE_END = f"() => {{ const it = {ROOT}.querySelector('.scroller'); it.scrollTop = 1e9; }}"
# How nice its processes are then.
FAVOURED = -15
WIDE, HIGH = 1280, 800


@dataclass(frozen=True)
class Moment:
    """`nodes` are all that the page keeps, `attached` those in its document."""

    at: float
    heap: float
    nodes: int
    attached: int
    listeners: int
    rows: int


@dataclass
class Long:
    """A task of the page that took more than LONG_MS, or a frame. `at` and `ms` as the browser
    says; `why`: which script, where it names one.
    """

    at: float
    ms: float
    why: str = ""


@dataclass
class Guest:
    page: Page
    url: str
    clock: Callable[[], float]
    token: str = ""
    id: str = ""
    acts: dict[str, int] = field(default_factory=dict)

    def arrive(self) -> None:
        """Opens the chat. From then on what the page does is watched."""
        page = self.page
        page.on("response", self._take_session)
        page.goto(self.url)
        self.chat = Chat(page).open()
        self.line = page.context.new_cdp_session(page)
        self.line.send("Performance.enable")
        page.wait_for_function(f"() => {ROOT}.querySelector('[data-seq]')")
        self._pause(2_000)
        page.evaluate(WATCH)

    def favour(self) -> bool:
        """Whether the browser goes before other work on this machine, which would lengthen its
        tasks. That takes the right to do so.
        """
        browser = self.page.context.browser
        assert browser is not None
        line = browser.new_browser_cdp_session()
        processes = line.send("SystemInfo.getProcessInfo")["processInfo"]
        line.detach()
        try:
            for process in processes:
                for thread in Path(f"/proc/{process['id']}/task").glob("[0-9]*"):
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), FAVOURED)
        except (OSError, ValueError):
            return False
        return True

    def act(self, dice: random.Random) -> None:
        """One of the things that a visitor does, and a rest."""
        acts: dict[str, tuple[int, Callable[[random.Random], None]]] = {
            "say": (4, self._say),
            "react": (4, self._react),
            "scroll": (3, self._scroll),
            "people": (1, self._people),
            "edit": (1, self._edit),
            "watch": (3, lambda _: None),
        }
        kind = dice.choices(list(acts), [weight for weight, _ in acts.values()])[0]
        acts[kind][1](dice)
        self.acts[kind] = self.acts.get(kind, 0) + 1
        self._pause(dice.randint(300, 2_500))

    def measure(self) -> Moment:
        """At the end of the list, once the garbage is gone."""
        page, line = self.page, self.line
        self.to_the_end()
        began = page.evaluate("() => performance.now()")
        for _ in range(3):
            line.send("HeapProfiler.collectGarbage")
        heap = float(line.send("Runtime.getHeapUsage")["usedSize"])
        metrics = {
            one["name"]: one["value"] for one in line.send("Performance.getMetrics")["metrics"]
        }
        attached, rows = page.evaluate(COUNT)
        page.evaluate("(t) => window.lively.skipped.push([t, performance.now()])", began)
        return Moment(
            at=self.clock(),
            heap=heap,
            nodes=int(metrics["Nodes"]),
            attached=attached,
            listeners=int(metrics["JSEventListeners"]),
            rows=rows,
        )

    def to_the_end(self) -> None:
        """Where the newest are, so that the list drops what is far above."""
        for _ in range(3):
            self.page.evaluate(TO_THE_END)
            self._pause(300)

    def long_tasks(self) -> tuple[list[Long], list[Long]]:
        """Tasks and frames, without those of a measurement."""
        kept: dict[str, Any] = self.page.evaluate("() => window.lively")

        def is_own(at: float, ms: float) -> bool:
            return any(begin - 60 < at + ms and at < end + 60 for begin, end in kept["skipped"])

        frames = [
            Long(at, ms, "; ".join(" ".join(map(str, one)) for one in scripts))
            for at, ms, scripts in kept["frames"]
            if not is_own(at, ms)
        ]
        tasks = [Long(at, ms) for at, ms in kept["tasks"] if not is_own(at, ms)]
        for task in tasks:
            around = [
                one for one in frames if one.at <= task.at + task.ms and task.at <= one.at + one.ms
            ]
            task.why = around[0].why if around else "not in a frame"
        return tasks, frames

    # --- what a visitor does

    def _say(self, dice: random.Random) -> None:
        self.page.evaluate(FOCUS)
        words = sentence(dice).splitlines()[0]
        if dice.random() < 0.1:
            words = f"A {HELD}? {words}"
        self.page.keyboard.type(words, delay=15)
        self.page.keyboard.press("Enter")

    def _react(self, dice: random.Random) -> None:
        self._click(".chip")

    def _scroll(self, dice: random.Random) -> None:
        """Up, so far that earlier messages are asked for, and back by the button or by hand."""
        box = self.page.evaluate(PLACE, ".message")
        if box is None:
            return
        self.page.mouse.move(*box)
        for _ in range(dice.randint(3, 25)):
            self.page.mouse.wheel(0, -dice.randint(200, 900))
            self._pause(60)
        self._pause(dice.randint(500, 3_000))
        if dice.random() < 0.7:
            self._click(".jump")
        else:
            self.to_the_end()

    def _people(self, dice: random.Random) -> None:
        """Who is here."""
        self._click("header button[aria-expanded=false]")
        self._pause(1_500)
        # Where the drawer is not open, Escape would close the chat.
        if self.page.evaluate(f"() => !!{ROOT}.querySelector('.drawer')"):
            self.page.keyboard.press("Escape")

    def _edit(self, dice: random.Random) -> None:
        """The last own message, by the key that opens it in an empty field."""
        self.page.evaluate(FOCUS)
        self.page.keyboard.press("ArrowUp")
        self._pause(400)
        self.page.keyboard.type(" (as I said)", delay=15)
        self.page.keyboard.press("Enter")

    def _click(self, selector: str) -> None:
        if place := self.page.evaluate(PLACE, selector):
            self.page.mouse.click(*place)

    def _pause(self, ms: int) -> None:
        """A visitor's time passes; the browser goes on."""
        self.page.wait_for_timeout(ms)

    def _take_session(self, response: Response) -> None:
        if response.url.endswith("/session") and response.ok:
            found = response.json()
            self.token, self.id = found["token"], found["visitor"]["id"]
