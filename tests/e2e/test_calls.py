"""Calls that change a chat which is there, parts that a page may style, and who is forgotten."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

STYLES = """<style>
    inglenook-chat::part(panel) { --ing-surface: rgb(1, 2, 3); --ing-size: 18px; }
    inglenook-chat::part(header) { border-bottom: 3px solid rgb(4, 5, 6); }
    inglenook-chat::part(messages) { scrollbar-gutter: stable; }
    inglenook-chat::part(composer) { letter-spacing: 2px; }
    inglenook-chat::part(launcher) { border-radius: 5px; }
</style>"""


@pytest.fixture
def page(visit: Visit, demo: Demo, foreign: ForeignPages) -> Page:
    room = demo.new_room("Loft")
    demo.seed(room, ["Hello from the loft"])
    return visit(foreign.add(STYLES, room=room))


def test_a_page_changes_options_words_and_language_while_the_chat_is_open(page: Page) -> None:
    chat = Chat(page).open()
    chat.expect_message("Hello from the loft")
    chat.field.fill("Half a sentence")
    page.evaluate("Inglenook.update({ title: 'The shop', position: 'bottom-left', offsetX: 40 })")
    expect(chat.panel.get_by_role("heading", name="The shop")).to_be_visible()
    box = chat.launcher.bounding_box()
    assert box is not None
    assert box["x"] == 40
    page.evaluate("Inglenook.setLocale('de')")
    expect(chat.panel.get_by_role("textbox")).to_have_attribute("aria-label", "Deine Nachricht")
    page.evaluate("Inglenook.setText({ 'composer.label': 'Frag den Laden' })")
    field = chat.panel.get_by_role("textbox", name="Frag den Laden")
    expect(field).to_have_value("Half a sentence")
    expect(chat.panel.get_by_text("Hello from the loft", exact=True)).to_be_visible()
    page.evaluate("Inglenook.setTheme('dark')")
    expect(chat.panel).to_have_css("color-scheme", "dark")


def test_a_page_styles_five_parts_and_the_properties_of_the_panel(page: Page) -> None:
    chat = Chat(page).open()
    chat.expect_message("Hello from the loft")
    expect(chat.panel).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(chat.panel).to_have_css("font-size", "18px")
    expect(chat.panel.locator("header")).to_have_css("border-bottom-color", "rgb(4, 5, 6)")
    expect(chat.panel.locator(".scroller")).to_have_css("scrollbar-gutter", "stable")
    expect(chat.panel.locator("form.composer")).to_have_css("letter-spacing", "2px")
    expect(chat.launcher).to_have_css("border-radius", "5px")


def test_after_a_log_out_who_writes_is_somebody_new(page: Page) -> None:
    chat = Chat(page).open()
    chat.say("From the first")
    chat.expect_message("From the first")
    chat.field.fill("Half a sentence")
    first = page.evaluate("Inglenook.debug().then((it) => it.instances[0].visitor)")
    page.evaluate("Inglenook.reset()")
    expect(chat.field).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((it) => it.includes('token'))") == []
    chat.open()
    expect(chat.field).to_have_value("")
    chat.expect_message("From the first")
    chat.say("From the second")
    chat.expect_message("From the second")
    second = page.evaluate("Inglenook.debug().then((it) => it.instances[0].visitor)")
    assert first
    assert second
    assert first != second
    # A log-out on a page where nobody opens the chat.
    chat.launcher.click()
    page.reload()
    page.evaluate("void Inglenook.reset()")
    page.wait_for_function("!Object.keys(localStorage).some((it) => it.startsWith('inglenook:'))")
