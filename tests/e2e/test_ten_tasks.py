"""Ten things that visitors do, by keys alone. What came of it is read from the accessibility tree
that the browser gives to a screen reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.testkit import files
from tests.testkit.browser.accessibility import AccessibilityTree
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit
from tests.testkit.browser.states.site import StateSite, StateSites

FIELD = "Your message"
MENU = "What to do with this message"
FETCHED = """part => performance.getEntriesByType("resource")
    .some(({ name, responseEnd }) => responseEnd > 0 && name.includes(part))"""


@dataclass(frozen=True)
class Keys:
    """Somebody without a pointer and without a screen."""

    page: Page
    tree: AccessibilityTree

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Where the focus is."""
        self.page.keyboard.type(text)

    def open(self) -> None:
        self.tree.wait_for("button", re.compile("^(Chat|Open chat)"))
        self.tree.tab_to("button", re.compile("^(Chat|Open chat)"))
        self.press("Enter")
        self.tree.wait_for_focus("textbox", FIELD)
        self.tree.wait_for("log", "Messages")

    def say(self, text: str) -> None:
        """In the field, which has the focus."""
        self.write(text)
        self.press("Enter")
        self.wait_for_text(text)

    def wait_for_text(self, text: str) -> None:
        self.tree.wait_for("StaticText", text)

    def wait_for_file(self, name: str) -> None:
        """It is fetched once the focus comes near what needs it."""
        self.page.wait_for_function(FETCHED, arg=f"/widget/{name}.")

    def menu_of_newest(self) -> None:
        """From the field back to the list, up to its last message, and into its menu."""
        self.tree.tab_to("log", "Messages", back=True)
        self.wait_for_file("message-tools-view")
        for _ in range(20):
            self.press("ArrowUp")
            if not self.tree.focused().is_called("log", "Messages"):
                break
        self.press("Enter")
        self.tree.wait_for("dialog", MENU)

    def choose(self, name: str | re.Pattern[str]) -> None:
        """In the menu, whose first button has the focus."""
        for _ in range(20):
            if self.tree.focused().is_called("button", name):
                break
            self.press("Tab")
        self.tree.wait_for_focus("button", name)
        self.press("Enter")


@pytest.fixture(scope="module")
def site(demo: Demo) -> Iterator[StateSite]:
    sites = StateSites(demo)
    made = sites.named("Keys alone")
    made.room("Studio desk")
    yield made
    sites.close()


@pytest.fixture
def room(site: StateSite) -> str:
    return site.room("Library", files="images", files_from="all")


@pytest.fixture
def keys(site: StateSite, room: str, visit: Visit) -> Keys:
    page = visit(site.pages.add("<a href='#'>A link of the page</a>", room=room))
    return Keys(page, AccessibilityTree(page))


def test_open_and_write(keys: Keys) -> None:
    keys.open()
    panel = keys.tree.wait_for("dialog", "Library")
    keys.say("Hello from the keys")
    keys.wait_for_text("Sent")
    log = keys.tree.wait_for("log", "Messages")
    assert "Hello from the keys" in keys.tree.words_in(log)
    assert keys.tree.wait_for_focus("textbox", FIELD).value == ""
    keys.press("Escape")
    keys.tree.wait_until_gone("dialog", panel.name)
    keys.tree.wait_for_focus("button", "Open chat")


def test_change_the_room(site: StateSite, visit: Visit) -> None:
    page = visit(site.pages.add("<a href='#'>A link of the page</a>"))
    keys = Keys(page, AccessibilityTree(page))
    keys.open()
    keys.tree.tab_to("button", re.compile("^Lobby"), back=True)
    assert keys.tree.focused().properties["expanded"] is False
    keys.press("Enter")
    keys.tree.wait_for("list", "Rooms")
    keys.tree.tab_to("button", re.compile("^Studio desk"))
    keys.press("Enter")
    keys.tree.wait_for("heading", re.compile("^Studio desk"))
    keys.tree.wait_until_gone("list", "Rooms")
    keys.tree.wait_for_focus("button", re.compile("^Studio desk"))
    keys.tree.tab_to("textbox", FIELD)
    keys.say("I am in the other room")


def test_read_back_and_jump_to_the_newest(site: StateSite, room: str, keys: Keys) -> None:
    for speaker in ("Mira", "Jonas", "Amina"):
        for number in range(8):
            site.speaker(speaker).say(f"{speaker} says number {number}", room=room)
    keys.open()
    keys.wait_for_text("Amina says number 7")
    keys.tree.tab_to("log", "Messages", back=True)
    keys.press("Home")
    keys.tree.wait_for("button", "To the newest messages")
    site.speaker("Mira").say("And one more", room=room)
    keys.tree.wait_for("button", "1 new message")
    keys.tree.tab_to("button", "1 new message")
    keys.press("Enter")
    keys.tree.wait_until_gone("button", "1 new message")
    keys.tree.wait_for_focus("log", "Messages")
    keys.wait_for_text("And one more")


def test_reply(site: StateSite, room: str, keys: Keys) -> None:
    site.speaker("Mira").say("Is the kiln on?", room=room)
    keys.open()
    keys.wait_for_text("Is the kiln on?")
    keys.menu_of_newest()
    keys.choose("Reply")
    keys.tree.wait_for_focus("textbox", FIELD)
    keys.wait_for_text("Reply to Mira")
    keys.say("Since noon")
    keys.tree.wait_for("button", re.compile(r"^Mira\s*Is the kiln on\?$"))
    keys.tree.wait_until_gone("StaticText", "Reply to Mira")


def test_react(site: StateSite, room: str, keys: Keys) -> None:
    site.speaker("Mira").say("It came out blue", room=room)
    keys.open()
    keys.wait_for_text("It came out blue")
    keys.menu_of_newest()
    keys.choose("🔥")
    keys.tree.wait_for("button", re.compile(r"^🔥\s*1$"), pressed="true")
    keys.tree.wait_until_gone("dialog", MENU)


def test_edit_and_delete_ones_own(keys: Keys) -> None:
    keys.open()
    keys.say("Gren glaze")
    keys.wait_for_text("Sent")
    keys.menu_of_newest()
    keys.choose(re.compile("^Edit"))
    assert keys.tree.wait_for_focus("textbox", FIELD).value == "Gren glaze"
    keys.press("ControlOrMeta+A")
    keys.say("Green glaze")
    keys.wait_for_text("edited")
    keys.tree.wait_until_gone("StaticText", "Gren glaze")

    keys.menu_of_newest()
    keys.choose("Delete")
    keys.tree.wait_for_focus("button", "Keep it")
    keys.choose("Delete")
    keys.wait_for_text("Message deleted")
    keys.tree.wait_until_gone("StaticText", "Green glaze")


def test_send_a_picture_with_words_for_it(site: StateSite, room: str, keys: Keys) -> None:
    keys.open()
    keys.tree.tab_to("button", "Add files")
    keys.wait_for_file("tray-view")
    with keys.page.expect_file_chooser() as chooser:
        keys.press("Enter")
    name = "jars.png"
    chooser.value.set_files(
        [{"name": name, "mimeType": "image/png", "buffer": files.picture(size=(400, 300))}]
    )
    keys.tree.wait_for("textbox", f"What {name} shows, in words")
    keys.tree.wait_until_gone("progressbar", f"{name} is uploading")
    for _ in range(20):
        if keys.tree.focused().is_called("textbox", f"What {name} shows, in words"):
            break
        keys.press("Shift+Tab")
    keys.tree.wait_for_focus("textbox", f"What {name} shows, in words")
    keys.write("Two jars on a shelf")
    keys.press("Enter")
    keys.tree.wait_for_focus("textbox", FIELD)
    keys.say("For Friday")
    keys.wait_for_text("Sent")
    keys.tree.wait_for("image", "Two jars on a shelf")
    [sent] = site.speaker("Mira").history(room)
    assert [file["alt"] for file in sent["attachments"]] == ["Two jars on a shelf"]


def test_report_and_ignore(site: StateSite, room: str, keys: Keys) -> None:
    site.speaker("Mira").say("Buy my wax", room=room)
    keys.open()
    keys.wait_for_text("Buy my wax")
    keys.menu_of_newest()
    keys.choose("Report to the team")
    keys.tree.wait_for_focus("radio", "Adverts or spam")
    keys.press("ArrowDown")
    assert keys.tree.wait_for_focus("radio", "Insults or hate").properties["checked"] == "true"
    keys.press("ArrowUp")
    keys.tree.tab_to("textbox", re.compile("^Note for the team"))
    keys.write("In every room")
    keys.tree.tab_to("button", "Report")
    keys.press("Enter")
    keys.wait_for_text("Thank you. The team looks at it.")
    [case] = [one for one in site.ask("GET", "/reports")["items"] if one["room"] == room]
    assert (case["reasons"], case["notes"]) == ({"spam": 1}, ["In every room"])

    keys.tree.tab_to("textbox", FIELD)
    keys.menu_of_newest()
    keys.choose("Ignore Mira")
    keys.wait_for_text("You don't see what Mira writes any more.")
    keys.tree.wait_until_gone("StaticText", "Buy my wax")


def test_change_the_name_and_take_ones_words_along_and_away(
    site: StateSite, room: str, keys: Keys, tmp_path: Path
) -> None:
    keys.open()
    keys.say("Warp and weft")
    keys.wait_for_text("Sent")
    keys.tree.tab_to("button", re.compile("^You are "), back=True)
    keys.press("Enter")
    keys.tree.wait_for_focus("textbox", "Your name")
    keys.press("ControlOrMeta+A")
    keys.write("Keys")
    keys.press("Enter")

    keys.tree.wait_for_focus("button", "You are Keys")
    keys.press("Enter")
    keys.tree.wait_for("dialog", "You")
    keys.tree.tab_to("button", re.compile("^Take my messages with me"))
    with keys.page.expect_download() as download:
        keys.press("Enter")
    download.value.save_as(tmp_path / "mine.json")
    mine = json.loads((tmp_path / "mine.json").read_text())
    assert [row["body"] for row in mine["messages"]] == ["Warp and weft"]
    keys.wait_for_text("Saved as a file")

    keys.tree.tab_to("button", "Delete everything about me")
    keys.press("Enter")
    keys.tree.wait_for_focus("button", "Keep everything")
    keys.tree.tab_to("button", "Delete everything")
    keys.press("Enter")
    keys.tree.wait_until_gone("StaticText", "Warp and weft")
    keys.tree.wait_until_gone("button", "You are Keys")
    assert [row["body"] for row in site.speaker("Mira").history(room)] == [""]


def test_ask_the_team_privately_and_learn_the_answer(site: StateSite, visit: Visit) -> None:
    page = visit(site.pages.add("<a href='#'>A link of the page</a>"))
    keys = Keys(page, AccessibilityTree(page))
    keys.open()
    keys.tree.tab_to("button", re.compile("^Lobby"), back=True)
    keys.press("Enter")
    keys.tree.wait_for("list", "Rooms")
    keys.tree.tab_to("button", re.compile("^Ask the team"))
    keys.press("Enter")
    keys.tree.wait_for("heading", re.compile("^Ask the team"))
    keys.tree.tab_to("textbox", FIELD)
    keys.say("Is the mug for left hands?")
    keys.wait_for_text("Sent")
    site.answer(site.newest_private_room(), "For both hands")
    keys.wait_for_text("For both hands")
    keys.wait_for_text("Olive says: For both hands")
    polite = [
        keys.tree.words_in(one)
        for one in keys.tree.nodes().values()
        if one.properties.get("live") == "polite"
    ]
    assert "Olive says: For both hands" in polite
    log = keys.tree.wait_for("log", "Messages")
    assert log.properties.get("live", "off") == "off", "each message would be read twice"
    keys.tree.wait_for_focus("textbox", FIELD)
