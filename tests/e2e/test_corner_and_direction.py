"""The corner of the window and the direction of the text are two things, and the panel is always
inside the window.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

# The page's direction, by attribute or by style; the tag's; the tag's language.
PAGES = (
    {"dir": ""},
    {"dir": "rtl"},
    {"dir": "ltr", "style": "direction: rtl"},
    {"style": "direction: rtl"},
)
DIRECTIONS = ("", "ltr", "rtl")
LANGUAGES = ("", "ar", "de_DE")
POSITIONS = ("", "bottom-right", "bottom-left", " bottom-left ", "nonsense")
OFFSETS = (("", ""), ("0", "0"), ("20px", "20px"), ("300", "500"), ("9999", "9999"), ("-5", "2em"))
# From here on the panel does not fill the window.
SIZES = ({"width": 1280, "height": 800}, {"width": 481, "height": 421})

OPEN = """async (combinations) => {
    const html = document.documentElement;
    const tag = document.querySelector("script[data-site]");
    const boxes = [];
    for (const { page, options } of combinations) {
        for (const name of ["dir", "style"])
            page[name] ? html.setAttribute(name, page[name]) : html.removeAttribute(name);
        for (const [name, value] of Object.entries(options))
            value ? tag.dataset[name] = value : delete tag.dataset[name];
        Inglenook.boot();
        await Inglenook.open();
        const root = document.querySelector("html > inglenook-chat").shadowRoot;
        const box = (node) => {
            const { left, right, top, bottom, height } = node.getBoundingClientRect();
            return { left, right, top, bottom, height };
        };
        const panel = root.querySelector(".panel");
        boxes.push({ panel: box(panel), launcher: box(root.querySelector("button")),
            direction: getComputedStyle(panel).direction });
        await Inglenook.destroy();
    }
    return boxes;
}"""


def open_each(page: Page, combinations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Opens a chat for each, one after the other on the same page: where its parts were."""
    found: list[dict[str, Any]] = page.evaluate(OPEN, combinations)
    return found


def is_inside(box: dict[str, float], size: dict[str, int]) -> bool:
    return (
        box["left"] >= 0
        and box["top"] >= 0
        and box["right"] <= size["width"]
        and box["bottom"] <= size["height"]
    )


@pytest.fixture
def ready(demo: Demo, visit: Visit, foreign: ForeignPages) -> Page:
    page = visit(foreign.add(), cuts=True, complaints="is not understood")
    Chat(page).open()
    page.evaluate("Inglenook.destroy()")
    return page


def test_the_corner_is_an_edge_of_the_window_whatever_the_direction(ready: Page) -> None:
    ready.set_viewport_size({"width": 1280, "height": 800})
    combinations = [
        {"page": page, "options": {"dir": direction, "lang": language, "position": position}}
        for page, direction, language, position in product(PAGES, DIRECTIONS, LANGUAGES, POSITIONS)
    ]
    for asked, found in zip(combinations, open_each(ready, combinations), strict=True):
        is_left = "left" in asked["options"]["position"]
        for part in ("panel", "launcher"):
            box = found[part]
            distance = box["left"] if is_left else 1280 - box["right"]
            assert distance == 20, (asked, part, box)
        assert is_inside(found["panel"], {"width": 1280, "height": 800}), asked
        assert found["panel"]["bottom"] < found["launcher"]["top"], asked


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size['width']}x{size['height']}")
def test_a_panel_that_does_not_fit_above_its_offset_shrinks_and_stays_inside(
    ready: Page, size: dict[str, int]
) -> None:
    ready.set_viewport_size(size)  # type: ignore[arg-type]  # a TypedDict of the same keys
    combinations = [
        {"page": page, "options": {"offsetX": x, "offsetY": y, "position": position}}
        for (x, y), page, position in product(OFFSETS, PAGES[:2], POSITIONS[1:3])
    ]
    for asked, found in zip(combinations, open_each(ready, combinations), strict=True):
        for part in ("panel", "launcher"):
            assert is_inside(found[part], size), (asked, part, found[part])
        assert found["panel"]["height"] >= 320, "one can still read and write"


def test_the_direction_is_that_of_the_words(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(html='lang="en" dir="ltr"', lang="ar_EG", position="bottom-left"))
    chat = Chat(page)
    page.locator("inglenook-chat").get_by_role("button").click()
    expect(chat.panel.get_by_role("textbox")).to_have_attribute("aria-label", "رسالتك")
    assert chat.panel.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert chat.panel.evaluate("node => node.closest('[lang]').lang") == "ar-EG"
    chat.panel.get_by_role("textbox").fill("مرحبا")
    chat.panel.get_by_role("textbox").press("Enter")
    # ١٢:٣٠: the times are Arabic, too.
    expect(chat.panel.locator("time").first).to_have_text(re.compile("[٠-٩]"))


def test_properties_of_the_page_do_not_reach_the_chat(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    """Custom properties are inherited even into a shadow root, and these
    names are used by many pages.
    """
    names = [
        "h",
        "w",
        "x",
        "y",
        "z",
        "top",
        "left",
        "right",
        "height",
        "width",
        "full",
        "wide",
        "tall",
        "lift",
        "accent",
        "ink",
        "surface",
    ]
    head = f"<style>:root {{ {''.join(f'--{name}: 7px;' for name in names)} }}</style>"
    plain, styled = (visit(foreign.add(head=more, room="lobby")) for more in ("", head))
    boxes = []
    for page in (plain, styled):
        chat = Chat(page).open()
        boxes.append((chat.panel.bounding_box(), chat.launcher.bounding_box()))
    assert boxes[0] == boxes[1]
