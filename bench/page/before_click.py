"""What a page pays before anybody clicks. Cases are loaded in turn, so that a busy
moment hits all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from playwright.sync_api import Request

from bench.page.figures import Figure, spread
from bench.page.stage import SETTLED_MS, Stage

CATEGORIES = ["devtools.timeline", "v8", "disabled-by-default-v8.compile", "toplevel"]
SCRIPT = {
    "EvaluateScript",
    "FunctionCall",
    "FireAnimationFrame",
    "FireIdleCallback",
    "TimerFire",
    "RunMicrotasks",
    "v8.compile",
    "v8.compileModule",
    "v8.evaluateModule",
    "V8.CompileCode",
}
SEEN = """() => new Promise((resolve) => {
    const seen = { longtask: 0, shift: 0 };
    new PerformanceObserver((list) => { seen.longtask += list.getEntries().length; }).observe({
        type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
        for (const it of list.getEntries()) seen.shift += it.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(seen), 100);
})"""


@dataclass
class Load:
    """One loading of one page."""

    script_ms: float
    long_tasks: int
    shift: float
    requests: list[str]
    # As they came over the wire, compressed.
    body: int
    headers: int


@dataclass
class Case:
    name: str
    url: str
    loads: list[Load] = field(default_factory=list)

    def script(self, blank: Case) -> list[float]:
        """Above a blank page, of each loading."""
        floor = median(load.script_ms for load in blank.loads)
        return [load.script_ms - floor for load in self.loads]

    def long_tasks(self, blank: Case) -> float:
        return max(
            0.0, min(x.long_tasks for x in self.loads) - min(x.long_tasks for x in blank.loads)
        )


def load_in_turn(stage: Stage, cases: list[Case], rounds: int, step: Callable[[str], None]) -> None:
    """The first loading of each warms the browser and is thrown away."""
    for number in range(rounds + 1):
        for case in cases if number % 2 else reversed(cases):
            step(f"{case.name}, {'to warm up' if not number else f'{number} of {rounds}'}")
            load = _load(stage, case.url)
            if number:
                case.loads.append(load)


def _load(stage: Stage, url: str) -> Load:
    finished: list[Request] = []
    with stage.visit() as (page, _):
        page.on("requestfinished", lambda request: finished.append(request))
        stage.browser.start_tracing(page=page, categories=CATEGORIES)
        page.goto(url, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        trace = json.loads(stage.browser.stop_tracing())
        seen: dict[str, Any] = page.evaluate(SEEN)
        others = [one for one in finished if one.url != url and not one.url.startswith("data:")]
        sizes = [one.sizes() for one in others]
    return Load(
        script_ms=script_ms(trace["traceEvents"], url),
        long_tasks=int(seen["longtask"]),
        shift=float(seen["shift"]),
        requests=[one.url for one in others],
        body=sum(size["responseBodySize"] for size in sizes),
        headers=sum(size["responseHeadersSize"] for size in sizes),
    )


def script_ms(events: list[dict[str, Any]], url: str) -> float:
    """Time in scripts on the page's main thread: outermost events alone, by the thread's own clock.

    That clock stands still while another program has the core, and runs while
    Chromium makes the CPU slow.
    """
    pages = {
        one["pid"]
        for one in events
        if one["name"] == "ParseHTML" and one["args"].get("beginData", {}).get("url") == url
    }
    mains = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"].get("name") == "CrRendererMain"
    }
    total = end = 0.0
    chosen = [
        one
        for one in events
        if one.get("ph") == "X"
        and one["name"] in SCRIPT
        and one["pid"] in pages
        and (one["pid"], one["tid"]) in mains
    ]
    for one in sorted(chosen, key=lambda event: (event["ts"], -event.get("dur", 0))):
        if one["ts"] >= end:
            end = one["ts"] + one.get("dur", 0)
            total += one.get("tdur", one.get("dur", 0))
    return total / 1000


def measure(stage: Stage, rounds: int, step: Callable[[str], None]) -> list[Figure]:
    blank = Case("a page without the tag", stage.site.page("blank"))
    ours = Case("the same with the tag", stage.site.page("tag", stage.tag))
    load_in_turn(stage, [blank, ours], rounds, step)
    return figures_of(blank, ours)


def figures_of(blank: Case, ours: Case) -> list[Figure]:
    requests = ours.loads[0].requests
    script = ours.script(blank)
    return [
        Figure(
            "Requests before the click",
            max(len(x.requests) for x in ours.loads),
            "",
            1,
            _names(requests),
        ),
        Figure(
            "Bytes on the wire for them (brotli)",
            max(x.body for x in ours.loads),
            "B",
            2048,
            f"and {ours.loads[0].headers} B of headers",
        ),
        Figure("Script on the main thread", min(script), "ms", None, spread(script)),
        Figure("Long tasks above those of the page", ours.long_tasks(blank), "", 0),
        Figure("Layout shift", max(x.shift for x in ours.loads), "", 0),
    ]


def _names(urls: list[str]) -> str:
    return ", ".join(url.rpartition("/")[2] for url in urls)
