"""F18: a laptop that slept, and a page that lay in the browser's cache, show what is true,
once, and go on.
"""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from scripts.browser import launch_options_of_whole
from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit
from tests.testkit.browser.trouble import TEN_MINUTES_OF_SLEEP, asleep, silent_cut


def test_a_laptop_that_slept_shows_what_came_meanwhile_once(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Bedroom")
    page = visit("about:blank", before=TEN_MINUTES_OF_SLEEP)
    cut = silent_cut(page)
    page.goto(foreign.add(room=room))
    chat = Chat(page).open()
    chat.say("Good night")
    chat.expect_message("Good night")
    chat.field.fill("Half a dream")
    # What looks open after ten minutes is not believed:
    # the truth is asked for on another connection.
    with asleep(page):
        cut()
        demo.seed(room, ["While you slept", "And you slept on"])
    stored = ["Good night", "While you slept", "And you slept on"]
    for body in stored:
        chat.expect_message(body, timeout=COMING_BACK_MS)
    expect(chat.field).to_have_value("Half a dream")
    chat.field.press("Enter")
    chat.expect_message("Half a dream", timeout=COMING_BACK_MS)
    assert [one.body for one in chat.shown()] == [*stored, "Half a dream"] == demo.bodies(room)


def test_a_page_out_of_the_cache_goes_on_where_it_was(
    demo: Demo, browser: Browser, foreign: ForeignPages
) -> None:
    room = demo.new_room("Attic")
    # Playwright turns the cache off by default, and a build without windows has none.
    options = {**launch_options_of_whole(), "ignore_default_args": ["--disable-back-forward-cache"]}
    with browser.browser_type.launch(**options) as cached:
        page = cached.new_page(reduced_motion="reduce")
        page.goto(foreign.add(room=room))
        chat = Chat(page).open()
        chat.say("Just looking around")
        chat.expect_message("Just looking around")
        page.evaluate("window.stayed = true")
        chat.field.fill("Where was I")

        page.goto(foreign.add("<p>Another page</p>"))
        demo.seed(room, ["You were away"])
        page.go_back(wait_until="commit")
        assert page.evaluate("window.stayed"), "The page was not kept in the cache."
        chat.expect_message("You were away", timeout=COMING_BACK_MS)
        expect(chat.field).to_have_value("Where was I")
        chat.field.press("Enter")
        chat.expect_message("Where was I", timeout=COMING_BACK_MS)
        stored = ["Just looking around", "You were away", "Where was I"]
        assert [one.body for one in chat.shown()] == stored == demo.bodies(room)
