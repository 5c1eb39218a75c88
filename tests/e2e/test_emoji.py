"""Emoji in a real browser: chosen by pointer and by keys, named while one writes, as a reaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from tests.testkit.browser.chat import BODY, Chat
from tests.testkit.browser.demo import Demo, Speaker
from tests.testkit.browser.pages import ForeignPages, Visit

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NARROW = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Glaze")


@pytest.fixture
def mira(demo: Demo) -> Iterator[Speaker]:
    with closing(demo.speaker()) as speaker:
        speaker.call_themselves("Mira")
        yield speaker


def picker_of(chat: Chat) -> Locator:
    chat.panel.get_by_role("button", name="Emoji", exact=True).click()
    picker = chat.panel.get_by_role("dialog", name="Emoji")
    expect(picker).to_be_visible()
    return picker


def test_by_keys_alone_and_it_is_known_on_the_next_page(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    picker = picker_of(chat)
    search = picker.get_by_role("searchbox", name="Search emoji")
    expect(search).to_be_focused()
    page.keyboard.type("teapot")
    expect(picker.get_by_role("button", name="teapot")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(picker.get_by_role("button", name="teapot")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    page.keyboard.type(" is on")
    page.keyboard.press("Enter")
    chat.expect_message("🫖 is on")

    page.reload()
    chat = Chat(page).wait_until_ready()  # it was left open
    first = picker_of(chat).get_by_role("gridcell").first
    expect(first.get_by_role("button", name="teapot")).to_be_visible()


@pytest.mark.parametrize("screen", [PHONE, NARROW], ids=["390", "320"])
def test_a_finger_finds_signs_and_no_keyboard_over_them(
    room: str, visit: Visit, foreign: ForeignPages, screen: dict[str, object]
) -> None:
    chat = Chat(visit(foreign.add(room=room), **screen)).open()
    picker = picker_of(chat)
    expect(picker.get_by_role("button", name="thumbs up")).to_be_focused()
    picker.get_by_role("button", name="Food and drink").tap()
    grapes = picker.get_by_role("button", name="grapes")
    box = grapes.bounding_box()
    assert box, "the sign is drawn"
    assert box["height"] >= 44
    assert box["width"] >= 44
    grid = picker.get_by_role("grid")
    assert grid.evaluate("grid => grid.scrollWidth <= grid.clientWidth"), "nothing is cut"
    grapes.tap()
    expect(picker).to_be_hidden()
    expect(chat.field).to_have_value("🍇")


def test_a_name_between_colons_becomes_its_sign(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    chat.log.hover()  # what completes comes with what a message can do
    chat.field.press_sequentially("Done :tad")
    offers = chat.panel.get_by_role("listbox", name="Emoji by that name")
    expect(offers.get_by_role("option").first).to_have_text("🎉:tada:")
    page.keyboard.press("Tab")
    expect(chat.field).to_have_value("Done 🎉 ")
    chat.field.press_sequentially("and :fire:")
    expect(chat.field).to_have_value("Done 🎉 and 🔥")
    page.keyboard.press("Enter")
    chat.expect_message("Done 🎉 and 🔥")


def test_any_of_them_is_a_reaction(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    mira.say("It came out blue", room=room)
    chat = Chat(visit(foreign.add(room=room))).open()
    chat.message("It came out blue").locator(BODY).hover()
    tools = chat.panel.get_by_role("toolbar")
    tools.get_by_role("button", name="React").click()
    menu = chat.panel.get_by_role("dialog", name="What to do with this message")
    menu.get_by_role("button", name="Another emoji").click()
    picker = menu.get_by_role("dialog", name="Emoji")
    picker.get_by_role("searchbox").fill("unicorn")
    picker.get_by_role("button", name="unicorn").click()
    mine = chat.messages.last.get_by_role("button", name="🦄 1")
    expect(mine).to_have_attribute("aria-pressed", "true")
