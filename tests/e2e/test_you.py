"""The sheet about oneself: whom one ignores, what one wrote, to take along and to delete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo, Speaker
from tests.testkit.browser.pages import ForeignPages, Visit


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Loom")


@pytest.fixture
def mira(demo: Demo) -> Iterator[Speaker]:
    with closing(demo.speaker()) as speaker:
        speaker.call_themselves("Mira")
        yield speaker


def sheet_of(chat: Chat) -> Locator:
    chat.face.click()
    sheet = chat.panel.get_by_role("dialog", name="You")
    expect(sheet.get_by_role("textbox", name="Your name")).to_be_focused()
    return sheet


def test_the_keyboard_stays_in_the_sheet_and_goes_back(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    sheet = sheet_of(chat)
    page.keyboard.press("Shift+Tab")
    expect(sheet.get_by_role("button", name="Done")).to_be_focused()
    page.keyboard.press("Tab")
    expect(sheet.get_by_role("textbox", name="Your name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(chat.face).to_be_focused()
    expect(chat.panel).to_be_visible()


def test_somebody_ignored_is_shown_again(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    mira.say("Buy my wool", room=room)
    chat = Chat(visit(foreign.add(room=room))).open()
    chat.message("Buy my wool").locator("time").click()
    chat.panel.get_by_role("button", name="Ignore Mira").click()
    expect(chat.log.get_by_text("Buy my wool")).to_be_hidden()
    sheet = sheet_of(chat)
    sheet.get_by_role("button", name="People you ignore").click()
    expect(sheet.get_by_role("listitem")).to_have_text([re.compile("Mira")])
    sheet.get_by_role("button", name="Show again").click()
    expect(sheet.get_by_role("button", name="People you ignore")).to_be_hidden()
    sheet.get_by_role("button", name="Done").click()
    expect(chat.log.get_by_text("Buy my wool")).to_be_visible()


def test_what_one_wrote_is_taken_along_as_a_file(
    room: str, visit: Visit, foreign: ForeignPages, tmp_path: Path
) -> None:
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    chat.say("Warp and weft")
    chat.expect_message("Warp and weft")
    name = chat.name()
    sheet = sheet_of(chat)
    take = sheet.get_by_role("button", name="Take my messages with me")
    expect(take).to_contain_text("1 message")
    with page.expect_download() as download:
        take.click()
    assert download.value.suggested_filename == "what-i-wrote.json"
    download.value.save_as(tmp_path / "mine.json")
    mine = json.loads((tmp_path / "mine.json").read_text())
    assert [row["body"] for row in mine["messages"]] == ["Warp and weft"]
    assert mine["visitor"]["name"] == name
    expect(take).to_contain_text("Saved as a file")


def test_everything_goes_for_everybody_and_the_chat_begins_anew(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    mira.say("Mine stays", room=room)
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    chat.rename("Weaver")
    chat.say("My secret pattern")
    chat.expect_message("My secret pattern")
    other = Chat(visit(foreign.add(room=room))).open()
    other.expect_message("My secret pattern")

    sheet = sheet_of(chat)
    sheet.get_by_role("button", name="Delete everything about me").click()
    expect(sheet.get_by_text("Your 1 message goes")).to_be_visible()
    keep = sheet.get_by_role("button", name="Keep everything")
    expect(keep).to_be_focused()
    keep.click()
    expect(sheet.get_by_role("button", name="Delete everything about me")).to_be_visible()
    sheet.get_by_role("button", name="Delete everything about me").click()
    sheet.get_by_role("button", name="Delete everything", exact=True).click()

    expect(sheet).to_be_hidden(timeout=20_000)
    for each in (chat, other):
        expect(each.log.get_by_text("My secret pattern")).to_have_count(0)
        each.expect_message("Mine stays")
    expect(chat.face).to_have_accessible_name(re.compile("^You are (?!Weaver$).+"))
    assert [row["body"] for row in mira.history(room)] == ["Mine stays", ""]
    chat.say("Somebody new")
    chat.expect_message("Somebody new")
    other.expect_message("Somebody new")
