"""What of the chat loads when it is needed: who is here, and another name."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Request, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

VIEWS = "**/widget/*-view.*"
QUIET_MS = 6_000


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Workshop")


def test_what_was_pointed_at_opens_without_a_network(
    visit: Visit, foreign: ForeignPages, room: str
) -> None:
    page = visit(foreign.add(room=room), cuts=True)
    chat = Chat(page).open()
    with page.expect_response(lambda response: "/widget/drawer-view." in response.url):
        chat.people.hover()
    with page.expect_response(lambda response: "/widget/you-view." in response.url):
        chat.face.focus()
    page.wait_for_load_state("networkidle")
    page.route(VIEWS, lambda route: route.abort())
    chat.people.click()
    names = chat.panel.get_by_role("list", name="Here now")
    expect(names.get_by_role("listitem")).to_have_text([re.compile("you$")])
    page.keyboard.press("Escape")
    chat.face.click()
    expect(chat.panel.get_by_role("textbox", name="Your name")).to_be_focused()


def test_a_chat_that_was_open_for_a_while_has_them(
    visit: Visit, foreign: ForeignPages, room: str
) -> None:
    page = visit(foreign.add(room=room))
    views: list[str] = []

    def note(request: Request) -> None:
        if found := re.search(r"/widget/([\w-]+-view)\.", request.url):
            views.append(found[1])

    page.on("request", note)
    chat = Chat(page).open()
    chat.say("sent before anything else is fetched")
    chat.expect_message("sent before anything else is fetched")
    assert views == []
    page.wait_for_timeout(QUIET_MS + 1_000)
    of_all = ["drawer-view", "emoji-view", "message-tools-view", "noticing-view", "you-view"]
    assert sorted(views) == of_all


def test_one_that_does_not_come_says_so_and_comes_when_it_can(
    visit: Visit, foreign: ForeignPages, room: str
) -> None:
    page = visit(foreign.add(room=room), cuts=True, complaints="Failed to fetch dynamically")
    page.route(VIEWS, lambda route: route.abort())
    chat = Chat(page).open()

    chat.face.click()
    failed = chat.panel.get_by_role("status").filter(has_text="This could not be loaded.")
    expect(failed).to_be_visible()
    chat.say("and the chat goes on")
    chat.expect_message("and the chat goes on")

    again = failed.get_by_role("button", name="Try again")
    again.focus()
    page.keyboard.press("Enter")
    expect(failed).to_be_visible()
    expect(again).to_be_focused()

    page.unroute(VIEWS)
    page.keyboard.press("Enter")
    expect(chat.panel.get_by_role("textbox", name="Your name")).to_be_focused()
    page.keyboard.type("Late Heron")
    page.keyboard.press("Enter")
    expect(chat.face).to_have_accessible_name("You are Late Heron")
    expect(chat.face).to_be_focused()
    assert chat.name() == "Late Heron"
