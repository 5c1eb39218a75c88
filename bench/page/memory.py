"""What an open chat holds, and what a hundred chats leave behind."""

from __future__ import annotations

from collections.abc import Callable

from bench.page.figures import Figure, amount
from bench.page.stage import Stage, collected
from tests.testkit.browser.chat import Chat

MESSAGES = 200
TIMES = 100
# The first ones fill caches: code that is compiled, the browser's own lists.
WARM = 20
ONCE = """async () => {
    await Inglenook.destroy();
    Inglenook.boot();
    await Inglenook.open();
    const shown = () =>
        document.querySelector("html > inglenook-chat")?.shadowRoot.querySelector("[data-seq]");
    for (let tries = 0; tries < 400 && !shown(); tries++)
        await new Promise((resolve) => setTimeout(resolve, 25));
    if (!shown()) throw Error("the chat did not open");
}"""
FILL = """async () => {
    const root = document.querySelector("html > inglenook-chat").shadowRoot;
    for (let tries = 0; tries < 100 && root.querySelectorAll("[data-seq]").length < 200; tries++) {
        root.querySelector(".scroller").scrollTop = 0;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return root.querySelectorAll("[data-seq]").length;
}"""
COUNTED = ("JSHeapUsedSize", "Nodes", "JSEventListeners")


def measure(stage: Stage, step: Callable[[str], None]) -> list[Figure]:
    step(f"memory with {MESSAGES} messages")
    room = stage.room("Memory", MESSAGES)
    with stage.visit(stage.site.page("without"), slow=False) as (page, line):
        empty = collected(line)["JSHeapUsedSize"]
    url = stage.site.page("memory", stage.tag_for(room=room))
    with stage.visit(url, slow=False) as (page, line):
        Chat(page).open()
        shown = int(page.evaluate(FILL))
        page.wait_for_timeout(500)
        heap = collected(line)["JSHeapUsedSize"]
    return [
        Figure(
            f"Memory of the page with {shown} messages",
            heap / 1e6,
            "MB",
            5,
            f"{amount(empty / 1e6)} MB of it without the tag",
        ),
        *_mounted_again(stage, step),
    ]


def _mounted_again(stage: Stage, step: Callable[[str], None]) -> list[Figure]:
    step(f"mounted and unmounted {TIMES} times")
    room = stage.room("Again", 30)
    with stage.visit(stage.site.page("again", stage.tag_for(room=room)), slow=False) as (
        page,
        line,
    ):
        Chat(page).open()
        counted: list[dict[str, float]] = []
        for number in range(1, TIMES + 1):
            page.evaluate(ONCE)
            if number in (WARM, TIMES):
                # With nothing mounted: what is still there then was left behind.
                page.evaluate("() => Inglenook.destroy()")
                page.wait_for_timeout(1000)
                counted.append(collected(line))
        early, late = counted
    heap, nodes, listeners = (late[name] - early[name] for name in COUNTED)
    each = heap / (TIMES - WARM)
    return [
        Figure(
            f"Memory left behind by each of {TIMES - WARM} more mountings",
            max(0.0, each),
            "B",
            500,
            f"{amount(early[COUNTED[0]] / 1e6)} MB, then {amount(late[COUNTED[0]] / 1e6)} MB",
        ),
        Figure("Nodes left behind by all of them", max(0.0, nodes), "", 0),
        Figure("Listeners left behind by all of them", max(0.0, listeners), "", 0),
    ]
