"""Several rooms on one page, and what one sees of the others in a room."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from inglenook.sites.snippets import inline_snippet
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit, place


def test_two_rooms_of_a_page_share_one_connection(demo: Demo, visit: Visit) -> None:
    page = visit("about:blank")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"{demo.pages_url}/radio")
    desk, corner = Chat(page, inline="help").open(), Chat(page, inline="coffee").open()
    desk.say("A song for the ridge, please")
    corner.say("And a coffee")
    desk.expect_message("A song for the ridge, please")
    corner.expect_message("And a coffee")
    expect(desk.message("And a coffee")).to_have_count(0)
    expect(corner.message("A song for the ridge, please")).to_have_count(0)
    assert desk.name() == corner.name()

    desk.rename("Hill walker")
    expect(corner.face).to_have_accessible_name("You are Hill walker")
    assert len(sockets) == 1
    assert page.context.pages == [page]


def pasted_from_readme(demo: Demo) -> str:
    """What README says about a room inside the page, with the key and address of this demo."""
    lines = Path("README.md").read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if "data-inglenook-room" in line)
    shown = list(takewhile(lambda line: line.startswith("    "), lines[start:]))
    text = "\n".join(shown).replace("https://chat.example.com", demo.base_url)
    return text.replace("pk_…", demo.site_key)


def pasted_from_dashboard(demo: Demo) -> str:
    return inline_snippet(demo.base_url, demo.site_key, "lobby", "Lobby")


@pytest.mark.parametrize("pasted", [pasted_from_readme, pasted_from_dashboard])
def test_what_is_pasted_for_an_inline_room_draws_no_launcher_and_calls_the_room_by_its_name(
    pasted: Callable[[Demo], str], demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(
        foreign.show(
            "<!doctype html><html lang='en'><title>Pasted</title><link rel='icon' href='data:,'>"
            + pasted(demo)
        )
    )
    button = page.locator("inglenook-chat").get_by_role("button")
    expect(button).to_have_text(["Lobby"])
    Chat(page, inline="lobby").open()
    expect(page.locator("inglenook-chat")).to_have_count(1)
    expect(page.locator("html > inglenook-chat")).to_have_count(0)


def test_a_closed_chat_counts_what_is_unread_and_shows_where_it_begins(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Clock tower")
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    chat.say("I was here")
    chat.expect_message("I was here")
    chat.close()
    expect(chat.launcher).to_have_accessible_name("Open chat")

    demo.seed(room, ["First unread"])
    expect(chat.launcher).to_have_accessible_name("Open chat, 1 unread message")
    demo.seed(room, ["Second unread"])
    expect(chat.launcher).to_have_accessible_name("Open chat, 2 unread messages")

    chat.open()
    chat.expect_message("Second unread")
    expect(chat.launcher).to_have_accessible_name("Close chat")
    order = chat.log.get_by_text(re.compile("^(I was here|New|First unread|Second unread)$"))
    expect(order).to_have_text(["I was here", "New", "First unread", "Second unread"])
    chat.close()
    expect(chat.launcher).to_have_accessible_name("Open chat")


def test_people_see_each_other_come_write_rename_and_go(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Parlour")
    address = foreign.add(place(room), mode="inline")
    pages = [visit(address), visit(address)]
    ann = Chat(pages[0], inline=room).open()
    expect(ann.people).to_have_text("1 here")
    ben = Chat(pages[1], inline=room).open()
    for chat in (ann, ben):
        expect(chat.people).to_have_text("2 here")
    ann.rename("Ann")
    ben.rename("Ben")
    ann.people.click()
    here = ann.panel.get_by_role("list", name="Here now").get_by_role("listitem")
    expect(here).to_have_text([re.compile("Ann you$"), re.compile("Ben$")])

    ann.type_until("Hm", ben.panel.get_by_text("Ann is writing…"))
    ann.field.press("Enter")
    ben.expect_message("Hm")
    expect(ben.panel.get_by_text("Ann is writing…")).to_be_hidden()
    expect(ben.message("Hm")).to_contain_text("Ann")
    expect(ann.message("Hm")).to_contain_text("You")

    pages[1].context.close()
    expect(ann.people).to_have_text("1 here", timeout=40_000)


def test_a_name_of_the_team_is_refused_in_words(demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/shop", complaints="422")
    chat = Chat(page).open()
    name = chat.name()
    chat.face.click()
    field = chat.panel.get_by_role("textbox", name="Your name")
    field.fill("Moderator")
    field.press("Enter")
    expect(chat.panel.get_by_role("alert")).to_have_text(
        "This name is taken by the team. Choose another one."
    )
    expect(field).to_be_focused()
    field.press("Escape")
    expect(field).to_be_hidden()
    assert chat.name() == name
    expect(chat.panel).to_be_visible()
