"""Browsers keep embed.js for a day. One of an earlier build opens the chat of today."""

from __future__ import annotations

import re

from playwright.sync_api import Route

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit


def test_an_embed_js_of_an_earlier_build_opens_a_whole_chat(demo: Demo, visit: Visit) -> None:
    page = visit("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def kept(route: Route) -> None:
        answer = route.fetch()
        text, changed = re.subn(
            r"\b(widget|engine|returning)\.[0-9A-Z]{8}\b", r"\1.0A1B2C3D", answer.text()
        )
        assert changed == 4  # the small file of who comes back is fetched in two cases
        route.fulfill(response=answer, body=text)

    page.route("**/embed.js", kept)
    page.goto(f"{demo.pages_url}/shop")
    chat = Chat(page).open()
    chat.say("from yesterday's page")
    chat.expect_message("from yesterday's page")

    files = [url.rpartition("/")[2] for url in asked if "/widget/" in url]
    of_today = [name for name in files if "0A1B2C3D" not in name]
    # What the room shows may bring a file of its own.
    kinds = [name.partition(".")[0] for name in of_today if "-view." not in name]
    assert sorted(kinds) == ["engine", "widget"], "each file of today, once"
