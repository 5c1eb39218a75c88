"""A page with the strictest Content Security Policy and Trusted Types:
all works, and nothing is reported.
"""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit

LISTEN = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) =>
        violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`), true);
"""


def test_everything_works_and_no_violation_is_reported(demo: Demo, visit: Visit) -> None:
    room = demo.new_room("Counter hall")
    demo.seed(room, [f"Line {number}" for number in range(60)])
    page = visit(f"{demo.pages_url}/strict", before=LISTEN)
    chat = Chat(page).open()
    chat.switch_to("Counter hall")
    chat.expect_message("Line 59")

    chat.say("With *bold*, `code` and https://example.org/a?b=c")
    expect(chat.messages.last.get_by_role("link")).to_have_attribute(
        "href", "https://example.org/a?b=c"
    )
    other = demo.speaker()
    other.is_writing(room=room)
    expect(chat.panel.get_by_text(f"{other.name} is writing…")).to_be_visible()
    other.say("From the shop", room=room)
    chat.expect_message("From the shop")

    chat.rename("Marlow")
    chat.people.click()
    expect(chat.panel.get_by_role("list", name="Here now")).to_be_visible()
    chat.people.click()

    chat.log.hover()
    page.mouse.wheel(0, -20_000)
    chat.expect_message("Line 0")
    expect(chat.panel.get_by_text("This is where the conversation begins.")).to_be_visible()
    assert [one.body for one in chat.shown()][:60] == [f"Line {number}" for number in range(60)]

    chat.close()
    chat.open()
    page.emulate_media(color_scheme="dark")
    page.evaluate("Inglenook.setTheme('dark')")
    assert page.evaluate("violations") == []
    assert httpx.get(f"{demo.pages_url}/csp-reports").json() == []
    other.close()
