"""What happens inside the chat is not the page's, whatever the page does with
such events; presses are.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

KINDS = [
    *("keydown", "keypress", "keyup", "beforeinput", "input", "copy", "cut", "paste"),
    *("compositionstart", "compositionupdate", "compositionend", "selectstart", "contextmenu"),
    *("wheel", "touchstart", "touchmove", "touchend", "touchcancel"),
    *("gesturestart", "gesturechange", "gestureend", "focusin", "focusout"),
    *("dragstart", "drag", "dragenter", "dragover", "dragleave", "drop", "dragend"),
]
# A page that scrolls, types, pastes and drops in its own way, as libraries do:
# at the window, by bubbling.
GREEDY = f"""
    window.taken = [];
    for (const kind of {KINDS})
        addEventListener(kind, (event) => {{
            if (!event.target.closest("inglenook-chat")) return;
            taken.push(kind);
            event.preventDefault();
        }}, {{ passive: false }});
"""
PRESSES = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]
SCROLLED = "node => node.scrollTop"
ABOVE = """most => document.querySelector("inglenook-chat").shadowRoot
    .querySelector("[role=log]").scrollTop < most"""


@pytest.fixture
def page(visit: Visit, demo: Demo, foreign: ForeignPages) -> Page:
    room = demo.new_room("Greenhouse")
    demo.seed(room, [f"Line {number}" for number in range(40)])
    return visit(foreign.add("<p style='height:3000px'>Long</p>", room=room), before=GREEDY)


def test_keys_the_wheel_and_the_clipboard_work_in_the_chat_on_a_page_that_takes_them(
    page: Page,
) -> None:
    chat = Chat(page)
    chat.launcher.focus()
    page.keyboard.press("Enter")
    chat.wait_until_ready()
    chat.expect_message("Line 39")
    expect(chat.field).to_be_focused()
    page.evaluate("taken.splice(0)")  # the launcher had the focus before the chat was there
    page.keyboard.type("Typed /?")
    expect(chat.field).to_have_value("Typed /?")
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+X")
    page.keyboard.press("Control+V")
    expect(chat.field).to_have_value("Typed /?")

    chat.log.hover()
    before = chat.log.evaluate(SCROLLED)
    page.mouse.wheel(0, -400)
    page.wait_for_function(ABOVE, arg=before - 100)
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("taken") == []


def test_a_finger_scrolls_and_presses_on_a_page_that_takes_touches(
    visit: Visit, demo: Demo, foreign: ForeignPages
) -> None:
    room = demo.new_room("Glass")
    demo.seed(room, [f"Line {number}" for number in range(40)])
    page = visit(
        foreign.add(room=room),
        before=GREEDY,
        has_touch=True,
        viewport={"width": 390, "height": 844},
    )
    chat = Chat(page)
    chat.launcher.tap()
    chat.wait_until_ready()
    chat.expect_message("Line 39")
    box = chat.log.bounding_box()
    assert box
    before = chat.log.evaluate(SCROLLED)
    finger = page.context.new_cdp_session(page)
    x, y = box["x"] + 100, box["y"] + 100
    for kind, points in [
        ("touchStart", [{"x": x, "y": y}]),
        *(("touchMove", [{"x": x, "y": y + 20 * step}]) for step in range(1, 16)),
        ("touchEnd", []),
    ]:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function(ABOVE, arg=before - 100)
    # The launcher had the focus before the chat was there.
    assert set(page.evaluate("taken")) <= {"focusin"}


def test_no_kind_of_them_leaves_the_root_of_the_chat(page: Page) -> None:
    chat = Chat(page).open()
    page.evaluate("taken.splice(0)")  # the launcher had the focus before the chat was there
    chat.field.evaluate(
        """(field, kinds) => kinds.forEach((kind) => field.dispatchEvent(
            new Event(kind, { bubbles: true, composed: true, cancelable: true })))""",
        KINDS,
    )
    assert page.evaluate("taken") == []


def test_a_press_in_the_chat_closes_what_the_page_had_open(
    visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add())
    chat = Chat(page).open()
    page.evaluate(
        """kinds => {
            window.outside = [];
            for (const kind of kinds)
                document.addEventListener(kind, ({ target }) =>
                    outside.push(`${kind} ${target.localName}`));
        }""",
        PRESSES,
    )
    chat.log.click()
    assert page.evaluate("outside") == [f"{kind} inglenook-chat" for kind in PRESSES]
