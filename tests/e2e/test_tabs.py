"""F24: several tabs of one visitor are one conversation, and what one tab
can't send another does.
"""

from __future__ import annotations

import contextlib

from playwright.sync_api import Error, Page, expect

from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit
from tests.testkit.browser.trouble import keep_sends


def another_tab(page: Page, url: str) -> Chat:
    tab = page.context.new_page()
    tab.goto(url)
    return Chat(tab)


def test_a_tab_that_crashes_while_sending_hands_over_to_another(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Bridge")
    url = foreign.add(room=room)
    page = visit("about:blank")
    keep_sends(page)
    page.goto(url)
    doomed = Chat(page).open()
    heir = another_tab(page, url).open()
    said = [f"Mayday {number}" for number in range(1, 4)]
    for body in said:
        doomed.say(body)
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")

    for body in said:
        heir.expect_message(body, timeout=COMING_BACK_MS)
    expect(heir.log.get_by_text("Sending…")).to_have_count(0)
    assert demo.bodies(room) == said
    # The crashed one comes back, and has nothing left to send.
    page.unroute_all()
    late = another_tab(heir.page, url).open()
    assert [one.body for one in late.shown()] == said
    expect(late.log.get_by_text("Sending…")).to_have_count(0)
    assert demo.bodies(room) == said


def test_a_tab_that_is_closed_while_sending_hands_over_to_one_that_has_another_room(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room, other = demo.new_room("Pier"), demo.new_room("Beach")
    page = visit("about:blank")
    keep_sends(page)
    page.goto(foreign.add(room=room))
    leaving = Chat(page).open()
    stays = another_tab(page, foreign.add(room=other)).open()
    leaving.say("Said while leaving")
    page.close()
    late = another_tab(stays.page, foreign.add(room=room)).open()
    late.expect_message("Said while leaving", timeout=COMING_BACK_MS)
    assert demo.bodies(room) == ["Said while leaving"]
    assert demo.bodies(other) == []


def test_two_tabs_have_one_draft_one_conversation_and_one_count_of_what_is_new(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Landing")
    url = foreign.add(room=room)
    first = Chat(visit(url)).open()
    second = another_tab(first.page, url).open()
    # Nobody writes in this one.
    second.page.get_by_role("heading", name="A foreign page").click()
    first.field.press_sequentially("One thought")
    expect(second.field).to_have_value("One thought")
    second.field.press_sequentially(", continued")
    first.page.get_by_role("heading", name="A foreign page").click()
    second.field.press_sequentially("!")
    expect(first.field).to_have_value("One thought, continued!")
    second.field.press("Enter")
    for chat in (first, second):
        chat.expect_message("One thought, continued!")
    expect(first.field).to_have_value("")

    # Each tab is open or closed for itself; what is read in one is read in all.
    second.close()
    expect(first.panel).to_be_visible()
    first.close()
    demo.seed(room, ["Hello?", "Hello?"])
    for chat in (first, second):
        expect(chat.launcher).to_have_accessible_name("Open chat, 2 unread messages")
    first.open()
    expect(second.launcher).to_have_accessible_name("Open chat")
    expect(second.panel).to_be_hidden()
    assert demo.bodies(room) == ["One thought, continued!", "Hello?", "Hello?"]
