"""From the click to typing, and how long the page takes to answer what a visitor does."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from playwright.sync_api import Page

from bench.page.figures import Figure, spread
from bench.page.stage import SLOW_4G, Stage
from tests.testkit.browser.chat import Chat

# From the browser's own time of the click until a frame in which one can write.
TYPING = """() => {
    const shown = Promise.withResolvers();
    addEventListener("click", ({ timeStamp }) => {
        const look = () => {
            const field = document.querySelector("html > inglenook-chat").shadowRoot.activeElement;
            if (field?.tagName === "TEXTAREA" && !field.disabled)
                shown.resolve(performance.now() - timeStamp);
            else requestAnimationFrame(look);
        };
        look();
    }, { capture: true, once: true });
    window.untilTyping = shown.promise;
}"""
# A Chromium without a window learns only with the next frame that a frame was shown: a page that
# stands still would count a press until the chat has opened. So a title moves, beside the page's
# own thread.
EVENTS = """() => {
    document.querySelector("h1").animate([{ opacity: 0.9 }, { opacity: 1 }],
        { duration: 300, iterations: Infinity });
    window.slowest = {};
    new PerformanceObserver((list) => {
        for (const { name, duration } of list.getEntries())
            window.slowest[name] = Math.max(window.slowest[name] ?? 0, duration);
    }).observe({ type: "event", durationThreshold: 16 });
}"""


def until_typing(page: Page) -> float:
    """In milliseconds. The pointer comes from nowhere, as a finger does:
    no head start by hovering.
    """
    page.evaluate(TYPING)
    Chat(page).launcher.click()
    return float(page.evaluate("() => window.untilTyping"))


def measure(stage: Stage, rounds: int, step: Callable[[str], None]) -> list[Figure]:
    url = stage.site.page("open", stage.tag)
    near: list[float] = []
    far: list[float] = []
    for number in range(rounds + 1):
        step(f"click to typing, {'to warm up' if not number else f'{number} of {rounds}'}")
        with stage.visit(url) as (page, _):
            near.append(until_typing(page))
        with stage.visit(url) as (page, line):
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", SLOW_4G)
            far.append(until_typing(page))
    step("a visitor opens, types, sends and scrolls")
    events = _interactions(stage)
    worst = max(events, key=lambda name: events[name], default="")
    return [
        Figure("Click to typing", median(near[1:]), "ms", 200, spread(near[1:])),
        Figure("Click to typing, slow 4G", median(far[1:]), "ms", 500, spread(far[1:])),
        Figure(
            "Slowest interaction: open, type, send, scroll", events.get(worst, 0), "ms", 100, worst
        ),
    ]


def _interactions(stage: Stage) -> dict[str, float]:
    """The longest of each kind of event, from the press until the next frame.
    The browser reports none below 16 ms.
    """
    room = stage.room("Interactions", 200)
    with stage.visit(stage.site.page("interactions", stage.tag_for(room=room))) as (page, _):
        page.evaluate(EVENTS)
        chat = Chat(page).open()
        for number in range(3):
            chat.field.press_sequentially(f"What costs number {number}?", delay=60)
            chat.field.press("Enter")
            chat.expect_message(f"What costs number {number}?", timeout=30_000)
        chat.log.focus()
        for key in ["PageUp"] * 6 + ["Home", "PageDown", "End"]:
            page.keyboard.press(key)
            page.wait_for_timeout(150)
        box = chat.log.bounding_box()
        if box:
            page.mouse.move(box["x"] + 40, box["y"] + 40)
            for _ in range(6):
                page.mouse.wheel(0, -300)
                page.wait_for_timeout(100)
        found: dict[str, float] = page.evaluate("() => window.slowest")
    return found
