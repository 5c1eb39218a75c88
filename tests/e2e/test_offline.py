"""F19: who writes without a network writes on, reloads, and everything goes once and
in order when it is back.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit
from tests.testkit.browser.trouble import keep_files

OFFLINE = "You are offline."


def test_five_written_without_a_network_survive_a_reload_and_go_once_in_order(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Cave")
    page = visit("about:blank", cuts=True)
    keep_files(page)
    page.goto(foreign.add(room=room))
    chat = Chat(page).open()
    page.context.set_offline(True)
    expect(chat.panel.get_by_text(OFFLINE)).to_be_visible()
    said = [f"{number} from the cave" for number in range(1, 6)]
    for body in said:
        chat.say(body)

    page.reload()
    chat.wait_until_ready()
    expect(chat.panel.get_by_text(OFFLINE)).to_be_visible()
    for body in said:
        expect(chat.status_of(body)).to_have_text("Sends when you are back")
    assert demo.bodies(room) == []

    page.context.set_offline(False)
    for body in said:
        chat.expect_message(body, timeout=COMING_BACK_MS)
    expect(chat.log.get_by_text(re.compile("^(Sending…|Sends when)"))).to_have_count(0)
    assert demo.bodies(room) == said
    assert [one.body for one in chat.shown()] == said


def test_the_network_that_goes_and_comes_takes_nothing_from_who_is_writing(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Lift")
    page = visit(foreign.add(room=room), cuts=True)
    chat = Chat(page).open()
    chat.field.press_sequentially("Between the")
    page.context.set_offline(True)
    expect(chat.panel.get_by_text(OFFLINE)).to_be_visible()
    chat.field.press_sequentially(" floors")
    page.context.set_offline(False)
    expect(chat.panel.get_by_text(OFFLINE)).to_be_hidden(timeout=COMING_BACK_MS)
    expect(chat.field).to_be_focused()
    chat.field.press_sequentially(" I wrote")
    page.context.set_offline(True)
    expect(chat.panel.get_by_text(OFFLINE)).to_be_visible()
    chat.field.press("Enter")
    chat.field.press_sequentially("The next")
    page.context.set_offline(False)
    chat.expect_message("Between the floors I wrote", timeout=COMING_BACK_MS)
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_value("The next")
    assert demo.bodies(room) == ["Between the floors I wrote"]
