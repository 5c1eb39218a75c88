"""The chat in each of its languages on the narrowest phone, and written from the right."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from inglenook.sites.widget_words import widget_words
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

NARROW = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TOPIC = "Where we talk about clay and wax, about kilns and about what came of it"
# Which buttons have words beyond their edges, or are beyond the window's.
# A text that ends in three dots by itself is as wide as the element that cuts it.
CUT = """node => [...node.querySelectorAll("button")].filter(button => {
    const outer = button.getBoundingClientRect();
    const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        const part = texts.currentNode.parentElement;
        const hasDots = getComputedStyle(part).textOverflow === "ellipsis";
        const inner = (hasDots ? part : range).getBoundingClientRect();
        if (inner.left < outer.left - 1 || inner.right > outer.right + 1
            || inner.bottom > outer.bottom + 1) return true;
    }
    return outer.left < 0 || outer.right > innerWidth;
}).map(button => button.textContent)"""


def opened(page: Page, words: dict[str, str]) -> Locator:
    """The panel, once one can write."""
    page.locator("inglenook-chat").get_by_role("button").first.click()
    page.wait_for_function("() => window.Inglenook?.run")
    panel = page.locator("html > inglenook-chat").get_by_role("dialog").first
    expect(panel.get_by_role("textbox", name=words["composer.label"])).to_be_enabled()
    return panel


def box(part: Locator) -> dict[str, Any]:
    found = part.bounding_box()
    assert found
    return {**found, "right": found["x"] + found["width"]}


def say(panel: Locator, words: dict[str, str], text: str) -> Locator:
    """The stored message."""
    field = panel.get_by_role("textbox", name=words["composer.label"])
    field.fill(text)
    field.press("Enter")
    own = panel.locator("[data-seq]").filter(has=panel.page.get_by_text(text, exact=True))
    expect(own).to_have_count(1)
    return own


def test_the_measure_finds_texts_that_are_cut_and_no_others(visit: Visit) -> None:
    page = visit("about:blank")
    page.set_content("""
        <style>button { width: 80px; overflow: hidden; white-space: nowrap }
        span { display: block; overflow: hidden; text-overflow: ellipsis }</style>
        <button>Short</button><button><span>A line that ends in dots</span></button>
        <button>A line that is cut</button><button>Cut beside a sign <kbd>2</kbd></button>""")
    cut = ["A line that is cut", "Cut beside a sign 2"]
    assert page.locator("body").evaluate(CUT) == cut


@pytest.mark.parametrize("tag", widget_words())
def test_each_language_loads_alone_and_fits_the_narrowest_phone(
    demo: Demo, visit: Visit, foreign: ForeignPages, tag: str
) -> None:
    words = widget_words()[tag]
    page = visit("about:blank", **NARROW)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(foreign.add(room=demo.new_room("Kiln"), lang=tag))
    panel = opened(page, words)
    files = [url.rpartition("/")[2].partition(".")[0] for url in fetched if "/widget/" in url]
    assert [name for name in files if name in widget_words()] == ([] if tag == "en" else [tag])
    shown = panel.locator("xpath=..")
    expect(shown).to_have_attribute("lang", tag)
    expect(shown).to_have_attribute("dir", "rtl" if tag in ("ar", "he") else "ltr")
    own = say(panel, words, "12345")
    assert panel.evaluate(CUT) == []
    own.locator("time").tap()
    menu = panel.get_by_role("dialog", name=words["tools.label"])
    menu.get_by_role("button", name=words["tools.delete"]).click()
    expect(menu.get_by_text(words["tools.delete.ask"])).to_be_visible()
    assert panel.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_the_right_all_parts_are_mirrored(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    words = widget_words()["he"]
    room = demo.new_room("Kiln", "--topic", TOPIC)
    with closing(demo.speaker()) as speaker:
        speaker.call_themselves("Mira")
        speaker.say("Good morning", room=room)
        page = visit(foreign.add(room=room, lang="he"), **PHONE)
        panel = opened(page, words)
        own = say(panel, words, "Hello")
        other = panel.locator("[data-seq]").filter(has_text="Good morning")
        assert box(other.get_by_text("Good morning"))["right"] > 300
        assert box(own.get_by_text("Hello"))["x"] < 90
        speaker.is_writing(room=room)
        typing = panel.get_by_text(words["typing.one"].replace("{a}", "Mira"))
        expect(typing).to_be_visible()
        assert typing.evaluate("node => getComputedStyle(node).direction") == "rtl"
    name, close = (
        box(panel.get_by_role("heading")),
        box(panel.get_by_role("button", name=words["panel.close"])),
    )
    assert close["right"] < name["x"]
    # English in a Hebrew chat: cut at its end, and the name stands where the header begins.
    topic = panel.get_by_text(TOPIC)
    assert topic.evaluate("node => [getComputedStyle(node).direction, node.scrollLeft]") == [
        "ltr",
        0,
    ]
    assert abs(box(topic)["right"] - name["right"]) < 2
    assert topic.evaluate("node => node.scrollWidth > node.clientWidth")
    other.locator("time").tap()
    reply = panel.get_by_role("button", name=words["tools.reply"], exact=True)
    mirrored = reply.locator("svg").evaluate("node => getComputedStyle(node).transform")
    assert mirrored == "matrix(-1, 0, 0, 1, 0, 0)"


def test_from_the_right_the_arrow_to_the_left_goes_on(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    words = widget_words()["ar"]
    page = visit(foreign.add(room=demo.new_room("Kiln"), lang="ar"), **PHONE)
    panel = opened(page, words)
    say(panel, words, "Hello").locator("time").tap()
    quick = panel.get_by_role("dialog", name=words["tools.label"]).get_by_role("button")
    expect(quick.nth(0)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(quick.nth(1)).to_be_focused()
    assert box(quick.nth(1))["right"] <= box(quick.nth(0))["x"] + 1


def test_from_the_right_a_rooms_name_stands_beside_its_sign(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    words = widget_words()["he"]
    demo.new_room("Back room")
    page = visit(foreign.add(lang="he"), **PHONE)
    panel = opened(page, words)
    # It comes a moment later, one line that ends in three dots.
    expect(panel.get_by_role("button").filter(has_text="Welcome! This room")).to_be_visible()
    assert panel.evaluate(CUT) == []
    panel.get_by_role("heading").get_by_role("button").click()
    row = panel.get_by_role("button", name="Back room").first
    sign, name = box(row.locator("svg")), box(row.get_by_text("Back room"))
    assert 0 < sign["x"] - name["right"] < 30


def test_on_the_page_of_a_room_each_text_has_its_own_direction(demo: Demo, visit: Visit) -> None:
    room = demo.new_room("غرفة", "--topic", "نتحدث هنا")
    demo.seed(room, ["مرحبا! هل ترسلون؟", "They do."])
    page = visit(demo.room_page(room), **PHONE)
    direction = "node => getComputedStyle(node).direction"
    for text, written in (
        ("مرحبا! هل ترسلون؟", "rtl"),
        ("They do.", "ltr"),
        ("نتحدث هنا", "rtl"),
    ):
        assert page.get_by_text(text, exact=True).evaluate(direction) == written
    expect(page.get_by_role("heading", name="غرفة")).to_have_css("direction", "rtl")
