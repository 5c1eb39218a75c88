"""What can be done with a message, in a real browser: by pointer, finger and keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from tests.testkit.browser.chat import BODY, Chat
from tests.testkit.browser.demo import Demo, Speaker
from tests.testkit.browser.pages import ForeignPages, Visit

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MENU = "What to do with this message"
# In how many lines the words of a button stand.
LINES = """node => {
    const words = document.createRange();
    words.selectNodeContents(node);
    return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size;
}"""


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Kiln")


@pytest.fixture
def mira(demo: Demo) -> Iterator[Speaker]:
    with closing(demo.speaker()) as speaker:
        speaker.call_themselves("Mira")
        yield speaker


def menu_of(chat: Chat) -> Locator:
    return chat.panel.get_by_role("dialog", name=MENU)


def tools_at(chat: Chat, text: str, tool: str) -> None:
    """By pointer: over the message, then on the tool that appears there."""
    body = chat.message(text).locator(BODY).last
    button = chat.panel.get_by_role("toolbar", name=MENU).get_by_role("button", name=tool)
    for x in (5, 15, 25):  # a list that still moves hides the tools
        body.hover(position={"x": x, "y": 5})
        if button.is_visible():
            break
        chat.page.wait_for_timeout(500)
    button.click()


def test_an_answer_quotes_and_its_quote_leads_back(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    mira.say("Is the kiln on?", room=room)
    chat = Chat(visit(foreign.add(room=room))).open()
    tools_at(chat, "Is the kiln on?", "Reply")
    expect(chat.field).to_be_focused()
    expect(chat.panel.get_by_text("Reply to Mira")).to_be_visible()
    chat.page.keyboard.type("Since noon")
    chat.page.keyboard.press("Enter")
    chat.expect_message("Since noon")
    expect(chat.panel.get_by_text("Reply to Mira")).to_be_hidden()
    chat.messages.last.get_by_role("button", name=re.compile("^Mira")).click()
    expect(chat.messages.first).to_be_focused()


def test_a_quote_far_above_is_fetched(
    demo: Demo, room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    seq = mira.say("The very first", room=room)
    demo.seed(room, [f"Number {n}" for n in range(70)])
    mira.answer(seq, "About the first", room=room)
    chat = Chat(visit(foreign.add(room=room))).open()
    chat.expect_message("About the first")
    expect(chat.log.get_by_text("The very first")).to_have_count(0)
    chat.messages.last.get_by_role("button", name="An earlier message").click()
    first = chat.messages.filter(has_text="The very first").first
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()


def test_a_reaction_is_counted_for_everybody_and_taken_back(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    mira.say("It came out blue", room=room)
    here, there = (Chat(visit(foreign.add(room=room))).open() for _ in range(2))
    tools_at(here, "It came out blue", "React")
    menu_of(here).get_by_role("button", name="🔥").click()
    mine = here.messages.last.get_by_role("button", name="🔥 1")
    expect(mine).to_have_attribute("aria-pressed", "true")
    theirs = there.messages.last.get_by_role("button", name="🔥 1")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    theirs.focus()
    expect(there.panel.get_by_text(f"🔥 {here.name()}")).to_be_visible()
    mine.click()
    expect(theirs).to_have_count(0)


def test_mine_are_changed_and_deleted_by_keys_alone(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    chat.say("Gren glaze")
    chat.expect_message("Gren glaze")
    chat.log.press("ArrowUp")
    expect(chat.messages.last).to_be_focused()
    page.keyboard.press("Enter")
    edit = menu_of(chat).get_by_role("button", name=re.compile("^Edit 1[45] minutes left$"))
    edit.focus()
    page.keyboard.press("Enter")
    expect(chat.field).to_have_value("Gren glaze")
    chat.field.fill("Green glaze")
    page.keyboard.press("Enter")
    chat.expect_message("Green glaze")
    expect(chat.messages.last.get_by_text("edited")).to_be_visible()
    expect(chat.field).to_have_value("")

    chat.log.press("ArrowUp")
    page.keyboard.press("Enter")
    menu_of(chat).get_by_role("button", name="Delete").press("Enter")
    expect(menu_of(chat).get_by_role("button", name="Keep it")).to_be_focused()
    menu_of(chat).get_by_role("button", name="Delete").press("Enter")
    expect(chat.messages.last.get_by_text("Message deleted")).to_be_visible()


def test_a_finger_that_stays_opens_a_sheet_and_what_one_ignores_stays_away(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    mira.say("Cheap wax", room=room)
    page = visit(foreign.add(room=room), **PHONE)
    chat = Chat(page).open()
    chat.expect_message("Cheap wax")
    chat.message("Cheap wax").locator("time").tap()
    sheet = menu_of(chat)
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(844, abs=1), "it comes from below"
    for button in sheet.get_by_role("button").all():
        size = button.bounding_box()
        assert size, button.inner_text()
        assert size["height"] >= 44, button.inner_text()
    sheet.get_by_role("button", name="Ignore Mira").tap()
    undo = chat.panel.get_by_role("button", name="Undo")
    assert undo.evaluate(LINES) == 1, "a word does not break for a longer sentence beside it"
    expect(chat.message("Cheap wax")).to_have_count(0)
    page.reload()
    chat = Chat(page)
    if not chat.panel.is_visible():
        chat.open()
    chat.wait_until_ready()
    mira.say("Still cheap", room=room)
    chat.say("Quiet here")
    chat.expect_message("Quiet here")
    expect(chat.messages).to_have_count(1)


def test_a_report_reaches_the_team(
    demo: Demo, room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    mira.say("Call me on 555", room=room)
    chat = Chat(visit(foreign.add(room=room))).open()
    tools_at(chat, "Call me on 555", "More")
    menu_of(chat).get_by_role("button", name="Report to the team").click()
    menu_of(chat).get_by_label("Personal data of somebody").check()
    menu_of(chat).get_by_role("textbox").fill("A phone number")
    menu_of(chat).get_by_role("button", name="Report").click()
    expect(chat.panel.get_by_text("Thank you. The team looks at it.")).to_be_visible()
