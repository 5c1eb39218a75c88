"""Everything by keyboard alone, and nothing for axe to find."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.axe import assert_well
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import OWNER_EMAIL, Demo
from tests.testkit.browser.pages import ForeignPages, Visit, place

FOCUSED = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.ariaLabel || element?.textContent?.trim() || element?.title || "";
}"""
MOST_TABS = 40


def tab_to(page: Page, words: str, *, back: bool = False) -> None:
    """Presses Tab until what has the focus is called so."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        passed.append(page.evaluate(FOCUSED))
        if words in passed[-1]:
            return
    raise AssertionError(f"{words} cannot be reached with Tab; what can: {passed}")


def test_a_whole_conversation_without_a_mouse(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Library")
    page = visit(foreign.add("<a href='#'>A link of the page</a>", room=room))
    shortcuts = (
        "window.pressed = []; addEventListener('keydown', (event) => pressed.push(event.key))"
    )
    page.evaluate(shortcuts)
    chat = Chat(page)
    chat.launcher.wait_for()
    tab_to(page, "Chat")
    page.keyboard.press("Enter")
    chat.wait_until_ready()
    expect(chat.field).to_be_focused()
    page.keyboard.type("Hello from the keys")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and a second line")
    page.keyboard.press("Enter")
    chat.expect_message("Hello from the keys\nand a second line")
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_value("")

    tab_to(page, f"You are {chat.name()}", back=True)
    page.keyboard.press("Enter")
    expect(chat.panel.get_by_role("textbox", name="Your name")).to_be_focused()
    page.keyboard.type("Keys")
    page.keyboard.press("Enter")
    expect(chat.face).to_have_accessible_name("You are Keys")

    tab_to(page, "1 here", back=True)
    page.keyboard.press("Space")
    expect(chat.panel.get_by_role("list", name="Here now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(chat.panel.get_by_role("list", name="Here now")).to_be_hidden()
    expect(chat.panel).to_be_visible()

    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    typed = [key for key in page.evaluate("pressed") if len(key) == 1]
    assert typed == [], "what is typed in the chat is no shortcut of the page"

    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    chat.expect_message("Hello from the keys\nand a second line")


def test_the_page_can_be_used_beside_an_open_chat(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add("<a href='#'>A link of the page</a>"))
    Chat(page).open()
    tab_to(page, "A link of the page")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_the_chat(
    demo: Demo, visit: Visit, foreign: ForeignPages, scheme: str, width: int
) -> None:
    room = demo.new_room("Chapel", "--topic", "Quiet talk")
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    background = "<style>:root { color-scheme: light dark }</style>"
    page = visit(foreign.add(head=background), **look)
    assert_well(page, "closed")
    chat = Chat(page).open()
    chat.say("With *bold*, _slant_, `code` and https://example.org")
    expect(chat.messages.last.get_by_role("link")).to_be_visible()
    assert_well(page, "open")
    chat.messages.last.locator("time").click()
    expect(chat.panel.get_by_role("button", name="Copy text")).to_be_visible()
    assert_well(page, "the menu of a message")
    page.keyboard.press("Escape")
    chat.panel.get_by_role("heading").get_by_role("button").click()
    expect(chat.panel.get_by_role("list", name="Rooms")).to_be_visible()
    assert_well(page, "rooms")
    page.keyboard.press("Escape")
    chat.people.click()
    assert_well(page, "people")
    page.keyboard.press("Escape")
    chat.face.click()
    assert_well(page, "name")

    page = visit(foreign.add(place(room, 600), mode="inline", head=background), **look)
    assert_well(page, "not joined")
    chat = Chat(page, inline=room).open()
    assert_well(page, "an empty room")
    chat.say("Amen")
    chat.expect_message("Amen")
    chat.field.fill("x" * 2001)
    assert_well(page, "too long")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_our_pages_and_the_demo_pages(
    demo: Demo, visit: Visit, scheme: str
) -> None:
    page = visit("about:blank", color_scheme=scheme)
    names = ("", "shop", "article", "radio", "walks", "walks/weather", "strict")
    for address in [
        *(f"{demo.pages_url}/{name}" for name in names),
        f"{demo.unlisted_url}/shop",
        demo.room_page(),
        f"{demo.base_url}/accounts/login/",
        f"{demo.base_url}/",
    ]:
        page.goto(address)
        assert_well(page, address)

    page.goto(demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1])
    assert_well(page, "the one-time link")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My sites")).to_be_visible()
    assert_well(page, "my sites")
    page.get_by_role("link", name="Install", exact=True).click()
    site = page.url
    for path in ("", "origins/", "rooms/", "rooms/lobby/", "settings/"):
        page.goto(site + path)
        assert_well(page, path or "site")
