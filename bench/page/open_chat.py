"""From the click to typing, and how long the page takes to answer what a visitor does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from playwright.sync_api import Page

from bench.page.figures import Figure, of_floor
from bench.page.floor import ALL_ROWS, floor_of, plain_page, press
from bench.page.stage import SETTLED_MS, SLOW_4G, Stage, manifest
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

# The browser reports no shorter event.
LEAST_MS = 16.0
# Each is half a minute of pressing keys.
VISITS = 3


def until_typing(page: Page) -> float:
    """In milliseconds. The pointer comes from nowhere, as a finger does:
    no head start by hovering.
    """
    page.evaluate(TYPING)
    Chat(page).launcher.click()
    return float(page.evaluate("() => window.untilTyping"))


def measure(stage: Stage, rounds: int, step: Callable[[str], None]) -> list[Figure]:
    url = stage.site.page("open", stage.tag)
    floor = _plain_page(stage, url, "typing", rows=0, files=manifest()["first"])
    near: list[float] = []
    far: list[float] = []
    near_floor: list[float] = []
    far_floor: list[float] = []
    for number in range(rounds + 1):
        step(f"click to typing, {'to warm up' if not number else f'{number} of {rounds}'}")
        with stage.visit(url) as (page, _):
            near.append(until_typing(page))
        near_floor.append(floor_of(stage, floor))
        with stage.visit(url) as (page, line):
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", SLOW_4G)
            far.append(until_typing(page))
        far_floor.append(floor_of(stage, floor, SLOW_4G))
    return [
        of_floor(
            "Click to typing, of its files and then plain HTML", near[1:], near_floor[1:], 1.25
        ),
        of_floor("The same on slow 4G", far[1:], far_floor[1:], 1.25),
        _slowest(stage, rounds, step),
    ]


def _plain_page(stage: Stage, url: str, name: str, *, rows: int, files: Sequence[str] = ()) -> str:
    """The address of the plain HTML of what a chat at `url` shows once it is open."""
    with stage.visit(url) as (page, _):
        Chat(page).open()
        page.wait_for_timeout(SETTLED_MS)
        return plain_page(stage, page, name, rows=rows, files=files)


def _slowest(stage: Stage, rounds: int, step: Callable[[str], None]) -> Figure:
    """The middle of the slowest interactions of each visit, of that with the same panel as plain
    HTML, which is there already. The browser counts in steps of 8 ms, from the press until the next
    frame.
    """
    room, visits = stage.room("Interactions", 200), min(rounds, VISITS)
    url = stage.site.page("interactions", stage.tag_for(room=room))
    plain = _plain_page(stage, url, "plain-interactions", rows=ALL_ROWS)
    own: list[dict[str, float]] = []
    floor: list[dict[str, float]] = []
    for number in range(1, visits + 1):
        step(f"a visitor opens, types, sends and scrolls, {number} of {visits}")
        with stage.visit(url) as (page, _):
            page.evaluate(EVENTS)
            own.append(_interactions(page, Chat(page).open(), number))
        with stage.visit(plain) as (page, _):
            press(page)
            page.evaluate(EVENTS)
            floor.append(_interactions(page, Chat(page), number))
    return slowest_of(own, floor)


def slowest_of(own: Sequence[dict[str, float]], floor: Sequence[dict[str, float]]) -> Figure:
    """From the longest of each kind of event of each visit."""
    slowest, slowest_floor = (
        [max(events.values(), default=LEAST_MS) for events in visits] for visits in (own, floor)
    )
    figure = of_floor(
        "Slowest interaction: open, type, send, scroll, of plain HTML's without opening",
        slowest,
        slowest_floor,
        2,
    )
    worst = own[slowest.index(max(slowest))]
    return replace(
        figure, also=f"{figure.also} {max(worst, key=lambda kind: worst[kind], default='')}"
    )


def _interactions(page: Page, chat: Chat, visit: int) -> dict[str, float]:
    """The longest of each kind of event since EVENTS, in an open chat or in its plain HTML.
    The browser reports none below 16 ms.
    """
    for number in range(3):
        text = f"What costs number {number} of {visit}?"
        chat.field.press_sequentially(text, delay=60)
        chat.field.press("Enter")
        chat.expect_message(text, timeout=30_000)
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
