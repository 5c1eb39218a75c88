"""What is small and yet must be right: drawers, a key that cannot be pressed, no network, a ban,
a name that stays too long.
"""

from __future__ import annotations

import json
import re
from contextlib import closing
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.test_files import Team
from tests.e2e.test_screens import PHONE
from tests.testkit import colours
from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

# Of two colours as the browser tells them.
CONTRAST = """node => {
    const light = (colour) => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const { color, backgroundColor } = getComputedStyle(node);
    const [a, b] = [light(color), light(backgroundColor)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}"""
READABLE = 4.5
# What the launcher's words are drawn in on an accent, as a screen shows it.
DRAWN = """(button, accent) => {
    button.getRootNode().host.style.setProperty("--ing-accent", accent);
    const pixel = document.createElement("canvas").getContext("2d");
    pixel.fillStyle = getComputedStyle(button).color;
    pixel.fillRect(0, 0, 1, 1);
    const parts = [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
    return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}"""


def contrast(of: Locator) -> float:
    return float(of.evaluate(CONTRAST))


# Drawers


@pytest.fixture
def chat(demo: Demo, visit: Visit, foreign: ForeignPages) -> Chat:
    demo.new_room("Summer house")
    return Chat(visit(foreign.add("<a href='#'>A link of the page</a>", open="false"))).open()


def open_rooms(chat: Chat) -> Locator:
    chat.panel.get_by_role("heading").get_by_role("button").click()
    rooms = chat.panel.get_by_role("list", name="Rooms")
    expect(rooms).to_be_visible()
    return rooms


def test_a_drawer_closes_on_a_click_outside_and_on_typing(chat: Chat) -> None:
    rooms = open_rooms(chat)
    box = chat.log.bounding_box()
    assert box is not None
    chat.log.click(position={"x": 20, "y": box["height"] - 6})
    expect(rooms).to_be_hidden()
    open_rooms(chat)
    chat.page.get_by_role("link", name="A link of the page").click()
    expect(rooms).to_be_hidden()
    expect(chat.panel).to_be_visible()
    open_rooms(chat)
    chat.field.focus()
    expect(rooms).to_be_visible()
    chat.page.keyboard.type("h")
    expect(rooms).to_be_hidden()
    expect(chat.field).to_have_value("h")
    open_rooms(chat)
    chat.panel.get_by_role("heading").get_by_role("button").click()
    expect(rooms).to_be_hidden()


@pytest.mark.parametrize("where", ["in the field", "in the drawer", "on its button"])
def test_escape_closes_the_drawer_alone(chat: Chat, where: str) -> None:
    rooms = open_rooms(chat)
    opener = chat.panel.get_by_role("heading").get_by_role("button")
    if where == "in the field":
        chat.field.focus()
    if where == "in the drawer":
        rooms.get_by_role("button").first.focus()
    chat.page.keyboard.press("Escape")
    expect(rooms).to_be_hidden()
    expect(chat.panel).to_be_visible()
    expect(chat.field if where == "in the field" else opener).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_the_focus_stays_in_the_chat_when_a_room_was_picked(chat: Chat) -> None:
    opener = chat.panel.get_by_role("heading").get_by_role("button")
    opener.focus()
    chat.page.keyboard.press("Enter")
    chat.panel.get_by_role("list", name="Rooms").get_by_role("button", name="Summer").first.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.panel.get_by_role("heading", name="Summer house")).to_be_visible()
    expect(opener).to_be_focused()
    chat.field.focus()
    chat.page.evaluate("Inglenook.setRoom('lobby')")
    expect(chat.panel.get_by_role("heading", name="Lobby")).to_be_visible()
    expect(chat.field).to_be_focused()


# Send


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_send_can_be_read_whether_or_not_it_can_be_pressed(
    visit: Visit, foreign: ForeignPages, scheme: str
) -> None:
    chat = Chat(visit(foreign.add(), color_scheme=scheme)).open()
    expect(chat.send_button).to_have_attribute("aria-disabled", "true")
    for text in ("", "Something"):
        chat.field.fill(text)
        expect(chat.send_button).to_have_attribute("aria-disabled", str(not text).lower())
        chat.log.hover()
        assert contrast(chat.send_button) >= READABLE, f"{text!r}, at rest"
        chat.send_button.hover()
        assert contrast(chat.send_button) >= READABLE, f"{text!r}, under the pointer"


def test_send_can_be_read_after_a_tap(visit: Visit, foreign: ForeignPages) -> None:
    chat = Chat(visit(foreign.add(), **PHONE))
    chat.launcher.tap()
    chat.wait_until_ready()
    chat.send_button.tap(force=True)
    assert contrast(chat.send_button) >= READABLE


# The empty field


def test_words_of_the_owner_in_the_empty_field_are_one_line(
    visit: Visit, foreign: ForeignPages
) -> None:
    words = "Ask us about candles, jars, the barn, opening hours and everything else"
    field = Chat(visit(foreign.add(placeholder=words), **PHONE)).open().field
    line = "node => parseFloat(getComputedStyle(node).lineHeight)"
    inside = "node => node.scrollHeight - 2 * parseFloat(getComputedStyle(node).paddingTop)"
    assert field.evaluate(inside) < 2 * field.evaluate(line)


# No network


def test_opening_without_a_network_says_so_to_a_finger(visit: Visit, foreign: ForeignPages) -> None:
    page = visit(foreign.add(), cuts=True, complaints="Failed to fetch dynamically", **PHONE)
    chat = Chat(page)
    expect(chat.launcher).to_be_visible()
    page.context.set_offline(True)
    chat.launcher.tap()
    offline = page.locator("inglenook-chat").get_by_role("button", name=re.compile("Offline"))
    expect(offline).to_have_text(re.compile("Offline"))
    expect(offline).to_be_in_viewport(ratio=1)
    page.context.set_offline(False)
    offline.tap()
    chat.wait_until_ready()


def test_a_chat_whose_engine_cannot_come_says_that_it_is_offline(
    visit: Visit, foreign: ForeignPages
) -> None:
    """The panel was fetched when the launcher was pointed at; then the network went."""
    page = visit(foreign.add(), cuts=True, complaints="Failed to fetch dynamically")
    chat = Chat(page)
    page.route("**/widget/engine.*", lambda route: route.abort())
    with page.expect_response(lambda response: "/widget/widget." in response.url):
        chat.launcher.hover()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.unroute("**/widget/engine.*")
    chat.launcher.click()
    expect(chat.panel.get_by_text("You are offline.")).to_be_visible()
    assert not page.evaluate("Boolean(Inglenook.run)"), "the engine is not here"
    chat.field.fill("Kept for later")
    page.context.set_offline(False)
    chat.wait_until_ready()
    expect(chat.field).to_have_value("Kept for later")
    chat.field.press("Enter")
    chat.expect_message("Kept for later", timeout=COMING_BACK_MS)
    expect(chat.people).to_be_visible(timeout=COMING_BACK_MS)


# A ban


def test_a_timed_ban_says_at_once_when_it_ends(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(), complaints=r"inglenook|status of 403")
    chat = Chat(page).open()
    visitor: dict[str, Any] = json.loads(
        page.evaluate("Inglenook.debug().then((it) => JSON.stringify(it.instances[0]))")
    )
    words = ("--site", demo.site_key, "--visitor", visitor["visitor"])
    demo.run("visitor", "ban", *words, "--hours", "24")
    notice = chat.panel.get_by_role("status").get_by_text(re.compile("^You can't use this chat"))
    expect(notice).to_have_text(re.compile(r"until .+ \d{4} at \d+:\d\d"))
    expect(chat.log).to_be_focused()  # the field cannot be any more
    demo.run("visitor", "unban", *words)


# A room that is closed


def test_a_sentence_stands_where_nobody_can_write_and_the_field_comes_back_with_its_draft(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    team = Team(demo)
    room = demo.new_room("Market hall")
    chat = Chat(visit(foreign.add(room=room))).open()
    chat.field.fill("Is the east gate open?")
    sentence = chat.panel.get_by_text("The room is closed for new messages. You can still read.")
    team.ask("PATCH", f"/rooms/{room}", json={"locked": True})
    expect(sentence).to_be_visible()
    expect(chat.field).to_be_hidden()
    expect(chat.send_button).to_be_hidden()
    expect(sentence).to_have_css("font-weight", "600")
    expect(chat.log).to_be_focused()
    team.ask("PATCH", f"/rooms/{room}", json={"locked": False})
    expect(chat.field).to_have_value("Is the east gate open?")
    expect(sentence).to_be_hidden()


# Writing


def test_nobody_is_called_writing_for_longer_than_four_seconds(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Scriptorium")
    chat = Chat(visit(foreign.add(room=room))).open()
    writing = chat.panel.get_by_text(re.compile("is writing"))
    with closing(demo.speaker()) as speaker:
        speaker.is_writing(room=room)
        expect(writing).to_be_visible()
        expect(writing).to_be_hidden(timeout=4_000)


# The launcher


def test_the_launcher_is_readable_with_any_accent(visit: Visit, foreign: ForeignPages) -> None:
    page = visit(foreign.add(launcher_label="Chat with us"))
    button = page.get_by_role("button", name="Chat with us")
    levels = ("00", "33", "76", "77", "99", "cc", "ff")
    for accent in ("#" + "".join(one) for one in product(levels, repeat=3)):
        ink = button.evaluate(DRAWN, accent)
        assert ink in ("#000000", "#ffffff"), (accent, ink)
        assert colours.contrast(ink, accent) >= 4.57, (accent, ink)
