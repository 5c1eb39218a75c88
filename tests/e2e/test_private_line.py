"""The demo's shop offers the visitor's own line to the team, as README promises."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat, RoomPage
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit

LINK = "Ask us privately"


def ask_privately(page: Page) -> Chat:
    page.get_by_role("link", name=LINK).click()
    return Chat(page).wait_until_ready()


def test_the_shops_link_opens_a_line_that_no_other_visitor_sees(demo: Demo, visit: Visit) -> None:
    asking = ask_privately(visit(f"{demo.pages_url}/shop"))
    asking.say("Is the mug for left hands?")
    asking.expect_message("Is the mug for left hands?")

    other = ask_privately(visit(f"{demo.pages_url}/shop"))
    other.say("Do you post abroad?")
    other.expect_message("Do you post abroad?")
    assert [message.body for message in other.shown()] == ["Do you post abroad?"]
    assert [message.body for message in asking.shown()] == ["Is the mug for left hands?"]
    room = Chat(visit(f"{demo.pages_url}/shop")).open()
    expect(room.message("Is the mug for left hands?")).to_have_count(0)


def test_without_a_script_the_link_leads_to_the_line(demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/shop", scripts=False)
    page.get_by_role("link", name=LINK).click()
    expect(page.get_by_role("heading", name="You and the team")).to_be_visible()
    line = RoomPage(page)
    line.say("Is the bowl for soup?")
    assert [message.body for message in line.shown()] == ["Is the bowl for soup?"]
