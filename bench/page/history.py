"""A room with 10,000 stored messages: opening it, one message more, scrolling up through it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median

from playwright.sync_api import Page

from bench.figures import ratio_of
from bench.page.figures import TIMES, Figure, amount, of_floor, percentile, spread
from bench.page.floor import ALL_ROWS, APPEND, asking_page, floor_of, plain_page, press
from bench.page.stage import Stage
from tests.testkit.browser.chat import Chat

STORED = 10_000
APPENDED = 12
# From the click until the newest page of messages is drawn and one can write.
OPENED = """() => {
    const shown = Promise.withResolvers();
    addEventListener("click", ({ timeStamp }) => {
        const look = () => {
            const root = document.querySelector("html > inglenook-chat").shadowRoot;
            if (root.querySelectorAll("[data-seq]").length > 20
                && !root.querySelector("textarea").disabled)
                shown.resolve(performance.now() - timeStamp);
            else requestAnimationFrame(look);
        };
        look();
    }, { capture: true, once: true });
    window.untilShown = shown.promise;
}"""
# Before the page's scripts: when each frame with a message came in, to be set beside
# the frame that shows it.
HEARING = """
window.arrivedAt = [];
const Own = WebSocket;
window.WebSocket = class extends Own {
    constructor(...all) {
        super(...all);
        this.addEventListener("message", ({ data }) => {
            const number = /"appended (\\d+)"/.exec(data)?.[1];
            if (number) arrivedAt[number] ??= performance.now();
        });
    }
};
"""
# Called once the frame that shows it has been drawn.
WATCHING = """() => {
    window.arrivedAt = [];  // an earlier visit's messages came with the newest page
    window.shownAt = [];
    const root = document.querySelector("html > inglenook-chat").shadowRoot;
    new MutationObserver(() => {
        const text = [...root.querySelectorAll("[data-seq]")].at(-1)?.textContent;
        const number = /appended (\\d+)/.exec(text)?.[1];
        if (!number || number in shownAt) return;
        const drawn = new MessageChannel();
        requestAnimationFrame(() => {
            drawn.port1.onmessage = () => { shownAt[number] ??= performance.now(); };
            drawn.port2.postMessage(0);
        });
    }).observe(root, { childList: true, subtree: true });
}"""
SCROLL = """() => new Promise((resolve) => {
    const scroller = document
                .querySelector("html > inglenook-chat").shadowRoot.querySelector(".scroller");
    const frames = [];
    let last = 0;
    const frame = (now) => {
        if (last) frames.push(now - last);
        last = now;
        if (frames.length >= 60) return resolve(frames);
        scroller.scrollTop -= 90;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})"""


def measure(stage: Stage, rounds: int, step: Callable[[str], None]) -> list[Figure]:
    step(f"storing {STORED:,} messages")
    room = stage.room("Long", STORED)
    url = stage.site.page("long", stage.tag_for(room=room))
    found = Times()
    asking, plain, whole = asking_page(stage, room), "", ""
    for number in range(rounds + 1):
        step(f"{STORED:,} messages, {'to warm up' if not number else f'{number} of {rounds}'}")
        once = Times()
        with stage.visit(url, before=HEARING) as (page, _):
            page.evaluate(OPENED)
            chat = Chat(page)
            chat.launcher.click()
            once.opened.append(float(page.evaluate("() => window.untilShown")))
            chat.wait_until_ready()
            page.wait_for_timeout(600)
            once.scrolled += page.evaluate(SCROLL)
            _load_all(page)
            once.appended += _append(stage, page, room)
            whole = whole or plain_page(stage, page, "whole", rows=ALL_ROWS)
            plain = plain or plain_page(stage, page, "plain")
        once.asked.append(floor_of(stage, asking))
        once.drawn.append(floor_of(stage, plain))
        with stage.visit(whole) as (page, _):
            press(page)
            page.wait_for_timeout(600)
            once.floor_scrolled += page.evaluate(SCROLL)
            once.floor_appended += page.evaluate(APPEND, APPENDED)
        if number:
            found.add(once)
    return found.figures()


@dataclass
class Times:
    """Milliseconds. The last four are floors: what is asked with nothing drawn, the panel as plain
    HTML with nothing asked, a frame of its scrolling, one row more in it.
    """

    opened: list[float] = field(default_factory=list)
    appended: list[float] = field(default_factory=list)
    scrolled: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    floor_scrolled: list[float] = field(default_factory=list)
    floor_appended: list[float] = field(default_factory=list)

    def add(self, other: Times) -> None:
        for name in vars(self):
            getattr(self, name).extend(getattr(other, name))

    def figures(self) -> list[Figure]:
        asked, drawn = median(self.asked), median(self.drawn)
        opened, frame = median(self.opened), percentile(self.scrolled, 0.95)
        floor_frame = percentile(self.floor_scrolled, 0.95)
        return [
            Figure(
                f"Opening a room with {STORED:,} messages, of its answers and then plain HTML",
                ratio_of(opened, asked + drawn),
                TIMES,
                1.0,
                f"{amount(opened)} of {amount(asked)} + {amount(drawn, 'ms')}; "
                f"{spread(self.opened)}",
            ),
            of_floor(
                "One message more, until it is drawn, of one row more in plain HTML",
                self.appended,
                self.floor_appended,
                1.5,
            ),
            Figure(
                "A frame while scrolling up, 95th percentile, of plain HTML's",
                ratio_of(frame, floor_frame),
                TIMES,
                1.5,
                f"{amount(frame)} of {amount(floor_frame, 'ms')}; {spread(self.scrolled)}",
            ),
        ]


def _load_all(page: Page) -> None:
    """Four hundred messages in the list, then back to the newest."""
    page.evaluate(
        """async () => {
            const root = document.querySelector("html > inglenook-chat").shadowRoot;
            const scroller = root.querySelector(".scroller");
            for (let tries = 0; tries < 100 && root.querySelectorAll("[data-seq]").length < 400;
                tries++) {
                scroller.scrollTop = 0;
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
            scroller.scrollTop = scroller.scrollHeight;
            await new Promise((resolve) => setTimeout(resolve, 800));
        }"""
    )


def _append(stage: Stage, page: Page, room: str) -> list[float]:
    page.evaluate(WATCHING)
    for start in range(0, APPENDED, 6):
        with closing(stage.site_speaker()) as speaker:
            for number in range(start, start + 6):
                speaker.say(f"appended {number}", room=room)
                page.wait_for_function(f"() => window.shownAt.length > {number}", timeout=20_000)
                page.wait_for_timeout(60)
    arrived: list[float] = page.evaluate("() => window.arrivedAt")
    shown: list[float] = page.evaluate("() => window.shownAt")
    return [b - a for a, b in zip(arrived, shown, strict=True)]
