"""The chat in a window of its own: the same visitor, in step with the page that opened it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.test_files import photograph
from tests.e2e.test_strict_policy import LISTEN
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

BUTTON = "Open in a window of its own"


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Kiln")


def open_drawer(chat: Chat) -> None:
    chat.people.click()
    expect(chat.panel.get_by_role("list", name="Here now")).to_be_visible()


def pop_out(page: Page, chat: Chat) -> Page:
    open_drawer(chat)
    with page.expect_popup() as popup:
        chat.panel.get_by_role("button", name=BUTTON).click()
    return popup.value


def note_addresses(context: BrowserContext) -> list[str]:
    """Everything that is asked for from now on, with the page that it is asked from."""
    seen: list[str] = []
    context.on(
        "request",
        lambda request: seen.append(f"{request.url} {request.headers.get('referer', '')}"),
    )
    return seen


def test_it_is_the_same_visitor_and_both_stay_in_step(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room, accent="#145c32"))
    chat = Chat(page).open()
    chat.say("From the page")
    chat.expect_message("From the page")
    chat.field.fill("half a thought")
    name = chat.name()
    token = page.evaluate("Object.entries(localStorage).find(([key]) => key.endsWith(':token'))[1]")
    addresses = note_addresses(page.context)

    window = pop_out(page, chat)
    own = Chat(window).wait_until_ready()
    expect(chat.panel).to_be_hidden()
    own.expect_message("From the page")
    assert own.name() == name
    expect(own.field).to_have_value("half a thought")
    expect(window).to_have_title("Kiln")
    photograph(window, "popout-1-window")
    assert urlsplit(window.url).scheme == "blob"
    assert addresses
    assert not [address for address in addresses if token in address]

    own.say("From the window")
    own.expect_message("From the window")
    chat.open()
    chat.expect_message("From the window")
    chat.rename("Potter")
    expect(own.face).to_have_accessible_name("You are Potter")
    expect(chat.people).to_have_text("1 here")

    # Nothing but the chat is in it, so there is nothing to go back to.
    open_drawer(own)
    expect(own.panel.get_by_role("button", name=BUTTON)).to_have_count(0)
    window.keyboard.press("Escape")
    with window.expect_event("close"):
        own.panel.get_by_role("button", name="Close").click()
    chat.say("Still here")
    chat.expect_message("Still here")


def test_it_goes_on_after_a_reload_and_after_the_page_has_left(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    window = pop_out(page, chat)
    own = Chat(window).wait_until_ready()
    name = own.name()
    window.reload()
    assert own.wait_until_ready().name() == name
    page.goto(foreign.add())
    own.say("Alone now")
    own.expect_message("Alone now")
    assert own.name() == name


def test_rooms_are_changed_there_too_and_the_words_are_the_pages(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(html='lang="de"'))
    page.locator("inglenook-chat").get_by_role("button").click()
    panel = page.locator("inglenook-chat").get_by_role("dialog")
    panel.get_by_role("heading").get_by_role("button").click()
    with page.expect_popup() as popup:
        panel.get_by_role("button", name="In einem eigenen Fenster öffnen").click()
    own = popup.value.locator("inglenook-chat").get_by_role("dialog")
    expect(own.get_by_role("heading").get_by_role("button")).to_be_visible()
    expect(own.get_by_role("textbox", name="Deine Nachricht")).to_be_visible()
    assert popup.value.evaluate("document.documentElement.lang") == "de"


def test_a_window_that_is_blocked_is_said_and_the_chat_stays(
    room: str, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(room=room), before="window.open = () => null")
    chat = Chat(page).open()
    open_drawer(chat)
    chat.panel.get_by_role("button", name=BUTTON).click()
    expect(chat.panel.get_by_role("alert")).to_have_text(re.compile("^Your browser has blocked"))
    photograph(page, "popout-2-blocked")
    expect(chat.panel).to_be_visible()


def test_it_works_under_the_strictest_policy(demo: Demo, visit: Visit) -> None:
    page = visit(f"{demo.pages_url}/strict", before=LISTEN)
    chat = Chat(page).open()
    window = pop_out(page, chat)
    own = Chat(window).wait_until_ready()
    own.say("Under the policy")
    own.expect_message("Under the policy")
    assert page.evaluate("violations") == []
    assert window.evaluate("violations") == []


def test_a_phone_has_no_windows(room: str, visit: Visit, foreign: ForeignPages) -> None:
    page = visit(foreign.add(room=room), viewport={"width": 390, "height": 844})
    chat = Chat(page).open()
    open_drawer(chat)
    expect(chat.panel.get_by_role("button", name=BUTTON)).to_have_count(0)
