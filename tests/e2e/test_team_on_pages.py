"""The team moderates on the site's own pages, which are another origin than the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import OWNER_EMAIL, Demo
from tests.testkit.browser.pages import ForeignPages, Visit

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
on_both = pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
STORED = "() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].join(' ')"


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Shop floor")


@pytest.fixture
def workspace(demo: Demo, visit: Visit, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Signed in as the owner of the demo's site, on the screen of the test."""
    screen: dict[str, Any] = request.getfixturevalue("screen")
    link = demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1]
    # A login that has ended is refused, which a browser reports by itself.
    page = visit(link, complaints="status of 401|has ended", **screen)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My sites").wait_for()
    return page


def go_to(workspace: Page, address: str, foreign: ForeignPages) -> Page:
    """By the button of Home and the form behind it: the website in a tab of its own."""
    workspace.get_by_role("link", name="Moderate on my pages").click()
    workspace.get_by_label("Website").select_option(foreign.origin)
    workspace.get_by_label("Page").fill(address.removeprefix(foreign.origin))
    with workspace.expect_popup() as opened:
        workspace.get_by_role("button", name="Open it").click()
    page = opened.value
    page.wait_for_url(f"{foreign.origin}/**")
    return page


def acts_of(chat: Chat, name: str) -> None:
    """Opens the menu of the last message with that name above it, by its time."""
    chat.messages.filter(has_text=name).last.locator("time").click()


def press(chat: Chat, act: str) -> None:
    chat.panel.get_by_role("button", name=act, exact=True).click()


@on_both
def test_a_member_deletes_mutes_and_takes_it_back(
    screen: dict[str, Any],
    demo: Demo,
    room: str,
    visit: Visit,
    foreign: ForeignPages,
    workspace: Page,
) -> None:
    address = foreign.add(room=room)
    visitor = Chat(visit(address)).open()
    visitor.say("Buy my lamps")
    visitor.expect_message("Buy my lamps")
    name = visitor.name()

    page = go_to(workspace, address, foreign)
    chat = Chat(page).wait_until_ready()
    assert "#" not in page.url
    expect(chat.panel.get_by_text("You moderate here as Olive")).to_be_visible()

    acts_of(chat, name)
    press(chat, "Delete")
    expect(visitor.panel.get_by_text("Message deleted")).to_be_visible()
    expect(chat.panel.get_by_text("Deleted.", exact=True)).to_be_visible()
    press(chat, "Undo")
    visitor.expect_message("Buy my lamps")
    expect(chat.panel.get_by_text("Taken back.")).to_be_visible()

    acts_of(chat, name)
    press(chat, "Mute a day")
    expect(chat.panel.get_by_text(f"{name} is muted for a day.")).to_be_visible()
    expect(visitor.panel.get_by_text("You can read, but not write here until")).to_be_visible()
    press(chat, "Undo")
    expect(visitor.panel.get_by_text("You can read, but not write here until")).to_be_hidden()

    chat.say("Welcome in the shop")
    visitor.expect_message("Welcome in the shop")
    expect(visitor.panel.get_by_text("Team", exact=True)).to_be_visible()


@pytest.mark.parametrize("screen", [DESK], ids=["desk"])
def test_it_goes_on_from_page_to_page_and_ends_by_the_button(
    screen: dict[str, Any], room: str, foreign: ForeignPages, workspace: Page
) -> None:
    address = foreign.add(room=room)
    page = go_to(workspace, address, foreign)
    Chat(page).wait_until_ready()
    page.goto(foreign.add(room=room))
    chat = Chat(page)
    bar = chat.panel.get_by_text("You moderate here as Olive")
    expect(bar).to_be_visible()
    press(chat, "Stop moderating")
    expect(bar).to_be_hidden()
    expect(chat.panel.get_by_role("button", name="You are Olive")).to_be_hidden()
    assert ":team:" not in page.evaluate(STORED)
    chat.wait_until_ready().say("As anybody")
    chat.expect_message("As anybody")
    expect(chat.panel.get_by_text("Team", exact=True)).to_be_hidden()


@pytest.mark.parametrize("screen", [DESK], ids=["desk"])
def test_it_ends_with_the_login(
    screen: dict[str, Any], room: str, foreign: ForeignPages, workspace: Page
) -> None:
    page = go_to(workspace, foreign.add(room=room), foreign)
    chat = Chat(page).wait_until_ready()
    bar = chat.panel.get_by_text("You moderate here as Olive")
    expect(bar).to_be_visible()
    workspace.goto(workspace.url.partition("/dashboard/")[0] + "/accounts/logout/")
    workspace.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(bar).to_be_hidden()
    assert ":team:" not in page.evaluate(STORED)


@pytest.mark.parametrize("screen", [DESK], ids=["desk"])
def test_the_menu_works_by_keys_alone(
    screen: dict[str, Any],
    demo: Demo,
    room: str,
    foreign: ForeignPages,
    workspace: Page,
) -> None:
    with closing(demo.speaker()) as speaker:
        speaker.say("Buy my lamps", room=room)
        page = go_to(workspace, foreign.add(room=room), foreign)
        chat = Chat(page).wait_until_ready()
        chat.log.press("ArrowUp")
        expect(chat.messages.last).to_be_focused()
        page.keyboard.press("Enter")
        menu = chat.panel.get_by_role("dialog", name="What to do with this message")
        expect(menu.get_by_role("button", name="Pin")).to_be_visible()
        page.keyboard.press("Escape")
        expect(chat.messages.last).to_be_focused()
        page.keyboard.press("Enter")
        expect(menu.get_by_role("button", name="Delete", exact=True)).to_be_visible()
        # Six reactions and any other, Reply, Copy text, Copy link, Pin: then Delete.
        for _ in range(11):
            page.keyboard.press("ArrowDown")
        expect(menu.get_by_role("button", name="Delete", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(chat.panel.get_by_text("Message deleted")).to_be_visible()


def test_a_code_that_is_no_good_opens_an_ordinary_chat(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(
        foreign.add(room=room) + "#ing-" + "a" * 32, complaints="code is not valid|status of 400"
    )
    chat = Chat(page).wait_until_ready()
    assert "#" not in page.url
    chat.say("Hello")
    chat.expect_message("Hello")
    assert ":team:" not in page.evaluate(STORED)


def test_another_fragment_of_the_page_brings_nothing(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room) + "#prices")
    page.wait_for_function("() => window.Inglenook")
    page.wait_for_timeout(500)
    assert page.url.endswith("#prices")
    expect(Chat(page).panel).to_be_hidden()
    assert page.evaluate(STORED) == ""
