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
# The middle of the last of those that are in sight of the list, or stand outside it; with `words`,
# of those that begin with them.
PLACE = """([selector, words]) => {
    const list = ROOT.querySelector(".scroller");
    const { top, bottom } = list.getBoundingClientRect();
    const boxes = [...ROOT.querySelectorAll(selector)]
        .filter((one) => one.textContent.startsWith(words))
        .map((one) => [one.getBoundingClientRect(), list.contains(one)])
        .filter(([box, isListed]) =>
            box.height && (!isListed || (box.top >= top && box.bottom <= bottom)));
    const [box] = boxes.at(-1) ?? [];
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
            "answer": (1, self._answer),
            "edit": (1, self._edit),
            "people": (1, self._people),
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
        self._write(words)

    def _react(self, dice: random.Random) -> None:
        """As somebody else did, or by one of those that are at hand."""
        if dice.random() < 0.5 or not self._reach("smile", ".message .bubble"):
            self._click(".chip")
        elif not self._click(".menu .quick button:first-child"):
            self._leave(".menu")

    def _answer(self, dice: random.Random) -> None:
        if self._reach("reply", ".message.other .bubble"):
            self._write(sentence(dice).splitlines()[0])

    def _edit(self, dice: random.Random) -> None:
        """An own message in sight, where the menu offers it."""
        if not self._reach("more", ".message.mine[data-seq] .bubble"):
            return
        if self._click(".menu button", "Edit"):
            self._pause(200)
            self._write(" (as I said)")
        else:
            self._leave(".menu")

    def _scroll(self, dice: random.Random) -> None:
        """Up, so far that earlier messages are asked for, and back by the button or by hand."""
        if not self._point(".message .bubble"):
            return
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
        self._leave(".drawer")

    # --- pointer and keys

    def _point(self, selector: str, words: str = "") -> bool:
        """Whether there is one to point at."""
        place = self.page.evaluate(PLACE, [selector, words])
        if place:
            self.page.mouse.move(*place)
        return bool(place)

    def _click(self, selector: str, words: str = "") -> bool:
        """Whether there was one to press."""
        place = self.page.evaluate(PLACE, [selector, words])
        if place:
            self.page.mouse.click(*place)
        return bool(place)

    def _reach(self, tool: str, selector: str) -> bool:
        """One of the tools that appear beside a message which is pointed at."""
        if not self._point(selector):
            return False
        self._pause(200)
        is_there = self._click(f"[data-tool={tool}]")
        self._pause(300)
        return is_there

    def _write(self, words: str) -> None:
        self.page.keyboard.type(words, delay=15)
        self.page.keyboard.press("Enter")

    def _leave(self, what: str) -> None:
        """By Escape, which would close the chat where nothing else is open."""
        if self.page.evaluate(f"(what) => !!{ROOT}.querySelector(what)", what):
            self.page.keyboard.press("Escape")

    def _pause(self, ms: int) -> None:
        """A visitor's time passes; the browser goes on."""
        self.page.wait_for_timeout(ms)

    def _take_session(self, response: Response) -> None:
        if response.url.endswith("/session") and response.ok:
            found = response.json()
            self.token, self.id = found["token"], found["visitor"]["id"]
