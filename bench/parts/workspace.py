"""WORKSPACE: until the first paint of each page of the workspace, with a slow CPU.

Pages are loaded in turn, round by round, so that a busy moment hits all of them. Each loading has
an empty profile: nothing is in the browser's cache, only who is signed in. The floor is a page of
some words from a server that does nothing else: what the browser itself needs.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, StorageState

from bench.page.stage import CPU, WAIT_MS, Stage, stage
from bench.progress import Progress
from scripts.install import install

NAME = "WORKSPACE"
OWNER = "owner@example.com"
SITE = "/dashboard/sites/1/"
FLOOR = "A page of words alone"
PAGES = {
    "Sign in": "/accounts/login/",
    "Home": "/dashboard/",
    "Inbox": f"{SITE}inbox/",
    "Conversation": f"{SITE}inbox/ .pane-line",
    "Rooms": f"{SITE}rooms/",
    "Room, live": f"{SITE}rooms/lobby/",
    "Review": f"{SITE}review/",
    "Case": f"{SITE}review/ .pane-line",
    "Word rules": f"{SITE}review/words/",
    "People": f"{SITE}people/",
    "Person": f"{SITE}people/ .person-name",
    "Settings": f"{SITE}settings/",
    "Look": f"{SITE}look/",
    "Install": SITE,
    "Team": f"{SITE}team/",
    "Log": f"{SITE}log/",
}
# All times are milliseconds since the navigation began.
TIMES = """() => new Promise((resolve) => {
    const [page] = performance.getEntriesByType("navigation");
    const bytes = [page, ...performance.getEntriesByType("resource")]
        .reduce((sum, { transferSize }) => sum + transferSize, 0);
    new PerformanceObserver((list) => {
        const paint = list.getEntriesByName("first-contentful-paint")[0];
        if (paint) resolve({ paint: paint.startTime, answer: page.responseEnd, bytes });
    }).observe({ type: "paint", buffered: true });
})"""
Result = dict[str, Any]


def measure(is_short: bool, only: list[str]) -> Result:
    """`only` names pages by their first word; the floor is always measured."""
    install(dev=True)
    pages = {title: path for title, path in PAGES.items() if not only or title.split()[0] in only}
    rounds = 1 if is_short else 5
    titles = [FLOOR, *pages]
    progress = Progress(NAME, (rounds + 1) * len(titles))
    runs: dict[str, Result] = {title: {"page": title, "loads": []} for title in titles}
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as ready:
        cookies = _signed_in(ready)
        addresses = {FLOOR: ready.site.page("words")}
        addresses |= {title: _address(ready, cookies, path) for title, path in pages.items()}
        for number in range(rounds + 1):
            for title, address in addresses.items():
                progress.step(title)
                try:
                    load = _load(
                        ready.browser, None if title in ("Sign in", FLOOR) else cookies, address
                    )
                except Error as error:
                    runs[title]["error"] = str(error)
                    continue
                if number:  # the first warms the server up
                    runs[title]["loads"].append(load)
    progress.end()
    return {"runs": list(runs.values()), "cpu": CPU, "rounds": rounds, "short": is_short}


def _signed_in(ready: Stage) -> StorageState:
    context = ready.browser.new_context()
    page = context.new_page()
    page.goto(ready.demo.run("owner", "login-link", "--email", OWNER).split()[-1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard/")
    state = context.storage_state()
    context.close()
    return state


def _address(ready: Stage, cookies: StorageState, path: str) -> str:
    """Where a path has a selector behind it: what the first such link of that page leads to."""
    path, _, selector = path.partition(" ")
    if not selector:
        return ready.demo.base_url + path
    context = ready.browser.new_context(storage_state=cookies)
    page = context.new_page()
    page.goto(ready.demo.base_url + path)
    href = page.locator(selector).first.get_attribute("href")
    context.close()
    return f"{ready.demo.base_url}{href}"


def _load(browser: Browser, cookies: StorageState | None, address: str) -> Result:
    context = browser.new_context(
        storage_state=cookies, viewport={"width": 1280, "height": 800}, service_workers="block"
    )
    context.set_default_timeout(WAIT_MS)
    try:
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
        page.goto(address, wait_until="load")
        found: Result = page.evaluate(TIMES)
        return found
    finally:
        context.close()
