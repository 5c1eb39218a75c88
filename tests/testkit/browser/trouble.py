"""What can happen to a page in a browser: no network, sleep, sends that get lost."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Error, Page, Route, WebSocketRoute

# The clock goes on while the page stands still, as it does in sleep.
TEN_MINUTES_OF_SLEEP = """(() => {
    const now = Date.now;
    let slept = 0;
    let last = performance.now();
    setInterval(() => {
        if (performance.now() - last > 1_500) slept += 600_000;
        last = performance.now();
    }, 100);
    Date.now = () => now() + slept;
})()"""


@contextlib.contextmanager
def asleep(page: Page) -> Iterator[None]:
    """Nothing of the page runs, as when the lid of a laptop is shut;
    the page notices neither end.

    Chromium's own freezing leaves a page alone that Playwright keeps in sight,
    so the processes stand still. They stand for longer than what
    TEN_MINUTES_OF_SLEEP takes for sleep.
    """
    browser = page.context.browser
    assert browser, "A page has a browser."
    asked = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    pids = [int(one["id"]) for one in asked["processInfo"] if one["type"] == "renderer"]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        yield
        time.sleep(max(0.0, 2 - (time.monotonic() - began)))
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def keep_files(page: Page) -> None:
    """As with a site that works offline: page and scripts come from what was fetched before;
    the chat's own calls do not.
    """
    kept: dict[str, dict[str, Any]] = {}

    def answer(route: Route) -> None:
        url = route.request.url
        if url not in kept:
            fetched = route.fetch()
            encoded = ("content-encoding", "content-length")
            headers = {name: it for name, it in fetched.headers.items() if name not in encoded}
            kept[url] = {"status": fetched.status, "headers": headers, "body": fetched.body()}
        route.fulfill(**kept[url])

    # A page that came from nowhere counts as the internet's, which may not call this machine.
    # An older browser has no such rule.
    with contextlib.suppress(Error):
        page.context.grant_permissions(["local-network-access"])
    page.route(lambda url: "/api/" not in url, answer)


def keep_sends(page: Page) -> None:
    """What this page sends gets lost on the way; all else goes through."""

    def relay(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def up(text: str | bytes) -> None:
            if json.loads(text)["type"] != "send":
                server.send(text)

        socket.on_message(up)

    page.route_web_socket("**/ws/v1/**", relay)


def silent_cut(page: Page) -> Callable[[], None]:
    """The answer cuts what is connected then, without a word to either end:
    it looks open and nothing goes through.
    """
    cuts = 0

    def relay(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        before = cuts
        socket.on_message(lambda text: server.send(text) if before == cuts else None)
        server.on_message(lambda text: socket.send(text) if before == cuts else None)

    def cut() -> None:
        nonlocal cuts
        cuts += 1

    page.route_web_socket("**/ws/v1/**", relay)
    return cut
