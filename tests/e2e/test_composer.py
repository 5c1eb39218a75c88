"""The composer before all of it is here, and where there is little room for it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_files import Team
from tests.e2e.test_sending_files import give, stored, tray, uploaded
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit


@pytest.fixture
def gallery(demo: Demo) -> str:
    """A room that takes pictures of everybody."""
    room = demo.new_room("Gallery")
    pictures = {"files": "images", "files_from": "all"}
    Team(demo).ask("PATCH", f"/rooms/{room}", json=pictures)
    return room


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_that_comes_before_the_tray_is_not_lost(
    demo: Demo, foreign: ForeignPages, visit: Visit, gallery: str, kind: str
) -> None:
    page = visit(foreign.add(room=gallery), viewport={"width": 1280, "height": 760})
    chat = Chat(page).open()
    expect(chat.panel.locator("input[type=file]")).to_have_count(0)
    with uploaded(page), page.expect_response(re.compile("/widget/tray-view")):
        give(chat.field if kind == "paste" else chat.log, kind, "early.png")
    expect(tray(chat)).to_contain_text("early.png")
    chat.send_button.click()
    expect(chat.messages.get_by_role("img")).to_have_count(1)
    assert stored(demo, gallery) == [("", [""])]


def test_a_narrow_field_keeps_its_tools_behind_a_plus(
    gallery: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=gallery), viewport={"width": 320, "height": 568})
    chat = Chat(page).open()
    tools = [chat.panel.get_by_role("button", name=name) for name in ("Add files", "Emoji")]
    plus = chat.panel.get_by_role("button", name="More")
    for tool in tools:
        expect(tool).to_be_hidden()
    plus.click()
    for tool in tools:
        expect(tool).to_be_visible()
    expect(tools[0]).to_be_focused()
    expect(plus).to_be_hidden()
    chat.field.fill("A long wall")
    for tool in tools:
        expect(tool).to_be_hidden()

    page.set_viewport_size({"width": 390, "height": 844})
    expect(plus).to_be_hidden()
    for tool in tools:
        expect(tool).to_be_visible()
