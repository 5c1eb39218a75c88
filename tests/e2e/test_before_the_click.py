"""Until a visitor acts, a page with the tag has made one request, and
nobody has stored anything.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit

STORED = """async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": 0, "session": 0, "cookies": "", "databases": 0, "caches": 0, "workers": 0}


def asked_of(demo: Demo, page: Page) -> list[str]:
    """The paths that this page asks the product for, from now on, as a list that grows."""
    asked: list[str] = []

    def note(request: Any) -> None:
        if request.url.startswith(demo.base_url):
            asked.append(request.url.removeprefix(demo.base_url))

    page.on("request", note)
    page.on("websocket", lambda socket: asked.append(socket.url))
    return asked


@pytest.mark.parametrize("path", ["/shop", "/article", "/radio", "/walks", "/strict"])
def test_a_page_asks_for_one_file_and_nothing_is_stored(
    demo: Demo, visit: Visit, path: str
) -> None:
    before = demo.rows()
    page = visit("about:blank")
    asked = asked_of(demo, page)
    page.goto(demo.pages_url + path, wait_until="networkidle")
    expect(page.locator("inglenook-chat").get_by_role("button").first).to_be_visible()
    page.mouse.wheel(0, 2000)
    page.keyboard.press("a")
    page.wait_for_load_state("networkidle")

    assert asked == ["/embed.js"]
    assert page.evaluate(STORED) == NOTHING
    assert page.context.cookies() == []
    assert demo.rows() == before


def test_pointing_at_the_launcher_fetches_the_code_and_stores_nothing(
    demo: Demo, visit: Visit
) -> None:
    before = demo.rows()
    page = visit(f"{demo.pages_url}/shop")
    asked = asked_of(demo, page)
    with page.expect_response(lambda response: "/widget/engine." in response.url):
        Chat(page).launcher.hover()
    page.wait_for_load_state("networkidle")
    files = sorted(path.partition(".")[0] for path in asked)
    assert files == ["/widget/engine", "/widget/widget"]
    assert page.evaluate(STORED) == NOTHING
    assert demo.rows() == before


def test_a_press_opens_a_session_without_a_cookie(demo: Demo, visit: Visit) -> None:
    before = demo.rows()
    page = visit(f"{demo.pages_url}/shop")
    asked = asked_of(demo, page)
    Chat(page).open()
    assert [path for path in asked if "/api/" in path] == [f"/api/v1/{demo.site_key}/session"]
    assert len([path for path in asked if path.startswith("ws:")]) == 1
    assert not [path for path in asked if "?" in path], "a token does not belong into an address"
    assert page.context.cookies() == []
    changed = {name: n - before[name] for name, n in demo.rows().items() if n != before[name]}
    assert changed.pop("visitors_visitor") == 1
    assert set(changed) <= {"chat_readmark", "sites_originsighting"}, (
        "what was read; that the tag works"
    )
