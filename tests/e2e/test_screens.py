"""Phones, right-to-left pages, the dark, reduced motion, and pages that do
not mean well by guests.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit, place

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
LONG_PAGE = "<p style='height:3000px'>A long page</p><button>Of the page</button>"
HTML_STYLE = "() => document.documentElement.getAttribute('style')"


def box(chat: Chat) -> dict[str, float]:
    found = chat.panel.bounding_box()
    assert found
    return {name: round(value) for name, value in found.items()}


def luminance(page: Page, chat: Chat) -> float:
    """How light the panel's background is, 0 to 1."""
    red, green, blue = chat.panel.evaluate(
        "node => getComputedStyle(node).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)"
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def test_a_phone_gets_a_full_screen_that_gives_the_page_back_as_it_was(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Pocket")
    demo.seed(room, [f"Line {number}" for number in range(10)])
    page = visit(
        foreign.add(LONG_PAGE, html='lang="en" style="overflow: auto;"', room=room), **PHONE
    )
    page.evaluate("scrollTo(0, 700)")
    style = page.evaluate(HTML_STYLE)
    chat = Chat(page)
    chat.launcher.tap()
    chat.wait_until_ready()
    expect(chat.field).to_be_in_viewport(ratio=1)
    expect(chat.send_button).to_be_in_viewport(ratio=1)
    page.wait_for_function(
        "() => getComputedStyle(document.documentElement).overflowY === 'hidden'"
    )
    assert box(chat) == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.body.inert"), "the page behind cannot get the focus"
    size = chat.field.evaluate("field => parseFloat(getComputedStyle(field).fontSize)")
    assert size >= 16, "iOS zooms into smaller fields"

    chat.field.tap()
    chat.say("From the pocket")
    chat.expect_message("From the pocket")
    # The keyboard comes: what is left of the window is all there is.
    page.set_viewport_size({"width": 390, "height": 460})
    expect(chat.field).to_be_in_viewport(ratio=1)
    page.wait_for_function("() => innerHeight === 460")
    assert box(chat)["height"] <= 460
    page.set_viewport_size(PHONE["viewport"])

    chat.panel.get_by_role("button", name="Close").tap()
    expect(chat.panel).to_be_hidden()
    assert page.evaluate(HTML_STYLE) == style
    assert page.evaluate("scrollY") == 700
    assert not page.evaluate("document.body.inert")


def test_nothing_is_wider_than_a_phone(demo: Demo, visit: Visit, foreign: ForeignPages) -> None:
    room = demo.new_room("Narrow " + "lane" * 10, "--topic", "topic" * 20)
    demo.seed(room, ["x" * 500, "https://example.org/" + "path/" * 40, "word " * 100])
    page = visit(foreign.add(room=room), **PHONE)
    chat = Chat(page).open()
    chat.expect_message("x" * 500)
    wide = chat.panel.evaluate(
        """panel => [panel, ...panel.querySelectorAll("*")]
            .filter((node) => node.scrollWidth > node.clientWidth + 1
                && getComputedStyle(node).overflowX !== "hidden"
                && getComputedStyle(node).display !== "inline" && !node.closest(".hidden, svg"))
            .map((node) => `${node.localName}.${node.className}`
                + ` ${node.scrollWidth} > ${node.clientWidth}`)"""
    )
    assert wide == []


def test_the_page_of_a_room_fits_a_phone_however_many_rooms_there_are(
    demo: Demo, visit: Visit
) -> None:
    room = demo.new_room("One of several")
    for name in ("A room with a longer name", "And one more"):
        demo.new_room(name)
    demo.seed(room, ["x" * 500, "https://example.org/" + "path/" * 40])
    page = visit(demo.room_page(room), **PHONE)
    expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
    widths = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert widths == [390, 390]


def test_a_right_to_left_page_gets_a_mirrored_chat_in_the_same_corner(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(html='lang="ar" dir="rtl"', room=demo.new_room("Harbour")))
    chat = Chat(page)
    page.locator("inglenook-chat").get_by_role("button").click()
    page.wait_for_function("() => window.Inglenook?.run")
    field = chat.panel.get_by_role("textbox")
    field.wait_for()
    panel = chat.panel.bounding_box()
    launcher = (
        page.locator("inglenook-chat").get_by_role("button", expanded=True).first.bounding_box()
    )
    assert panel
    assert launcher
    assert panel["x"] > 640, "the corner is the window's, and does not move with the direction"
    assert launcher["x"] > 640
    assert field.get_attribute("aria-label") != "Your message", "the words are Arabic"
    field.fill("مرحبا")
    field.press("Enter")
    expect(chat.panel.locator("[data-seq]").filter(has_text="مرحبا")).to_have_count(1)
    assert chat.panel.evaluate("node => getComputedStyle(node).direction") == "rtl"


@pytest.mark.parametrize(
    ("scheme", "options", "is_dark"),
    [
        ("light", {}, False),
        ("dark", {}, True),
        ("light", {"theme": "dark"}, True),
        ("dark", {"theme": "light"}, False),
    ],
)
def test_light_and_dark_follow_the_system_unless_the_tag_says_otherwise(
    demo: Demo,
    visit: Visit,
    foreign: ForeignPages,
    scheme: str,
    options: dict[str, str],
    is_dark: bool,
) -> None:
    page = visit(foreign.add(**options), color_scheme=scheme)
    chat = Chat(page).open()
    assert (luminance(page, chat) < 0.3) == is_dark
    page.evaluate("theme => Inglenook.setTheme(theme)", "light" if is_dark else "dark")
    assert (luminance(page, chat) < 0.3) != is_dark


def test_nothing_moves_for_who_asked_for_less_motion(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(), reduced_motion="reduce")
    Chat(page).open().say("Calm")
    assert moving(page) == []
    page.emulate_media(reduced_motion="no-preference")


def moving(page: Page) -> list[str]:
    """What is animated right now and lasts long enough to be seen."""
    found: list[str] = page.locator("inglenook-chat").evaluate(
        """host => host.shadowRoot.getAnimations()
            .filter((one) => one.effect.getComputedTiming().endTime > 50)
            .map((one) => `${one.animationName ?? one.transitionProperty}`
                + ` on ${one.effect.target.className}`)"""
    )
    return found


HOSTILE_STYLE = """<style>
    html { font-size: 62.5% }
    * { font: 30px/3 fantasy !important; color: red !important; box-sizing: content-box !important;
        margin: 9px !important }
    button, input, textarea, div, section, ol, ul, li, p, h2 { display: block !important;
        float: left !important;
        width: 7px !important; text-transform: uppercase !important;
        letter-spacing: 9px !important }
    inglenook-chat { display: none !important; opacity: 0 !important;
        transform: rotate(9deg) !important }
    [hidden] { display: block !important }
</style>"""


def test_styles_of_the_page_do_not_reach_in_and_ours_do_not_reach_out(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Castle")
    plain, hostile = (
        visit(foreign.add(room=room)),
        visit(foreign.add(head=HOSTILE_STYLE, room=room)),
    )
    heading = "() => JSON.stringify({ ...getComputedStyle(document.querySelector('h1')) })"
    before = plain.evaluate(heading)
    boxes = []
    for page in (plain, hostile):
        chat = Chat(page).open()
        expect(chat.people).to_be_visible()
        style = (
            "node => { const s = getComputedStyle(node); return [s.font, s.color, s.opacity, "
            "s.letterSpacing] }"
        )
        boxes.append((box(chat), chat.field.evaluate(style)))
    assert boxes[0] == boxes[1]
    assert plain.evaluate(heading) == before


def test_a_transformed_inline_place_and_a_bubble_live_side_by_side(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Attic")
    turned = f"<div style='transform: scale(.9); contain: layout'>{place(room)}</div>"
    page = visit(foreign.add(turned))
    bubble, inline = Chat(page), Chat(page, inline=room)
    bubble.open()
    inline.open().say("Under the roof")
    inline.expect_message("Under the roof")
    expect(bubble.launcher).to_be_in_viewport(ratio=1)
    expect(bubble.message("Under the roof")).to_have_count(0)
