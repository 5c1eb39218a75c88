"""Ways in which pages hold the tag, its openers and its places:
shadow roots, dialogs, consent tools, document.open.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit, place

# A component of the page: what stands in its template is put into a shadow root when it is defined.
COMPONENT = """
    <template id="inside">{inside}</template><page-part></page-part>
    <script>
        const define = () => customElements.define("page-part", class extends HTMLElement {{
            constructor() {{
                super();
                this.attachShadow({{ mode: "open" }}).append(
                    document.querySelector("#inside").content.cloneNode(true));
            }}
        }});
        {when}
    </script>"""
NOW = "define();"
LATER = "addEventListener('load', () => setTimeout(define, 700));"
DIALOG = """
    <button onclick="box.showModal()">Details</button>
    <dialog id="box" style="{style}"><p>Of the page</p>
        <button data-inglenook-open>Ask us</button><input aria-label="Of the page"></dialog>"""


@pytest.mark.parametrize("when", [NOW, LATER], ids=["at once", "when its script is there"])
def test_openers_and_places_within_shadow_roots_of_the_page_work(
    when: str, demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Inside")
    inside = f"<button data-inglenook-open>Ask us</button>{place(room)}"
    page = visit(foreign.add(COMPONENT.format(inside=inside, when=when)))
    inline = Chat(page, inline=room).open()
    inline.say("From within")
    inline.expect_message("From within")
    bubble = Chat(page)
    page.get_by_role("button", name="Ask us").click()
    bubble.wait_until_ready()
    expect(bubble.field).to_be_focused()
    page.evaluate("document.querySelector('page-part').remove()")
    page.wait_for_function("async () => (await Inglenook.instances()).length === 1")


@pytest.mark.parametrize("style", ["", "transform: translate(30px, 10px); overflow: hidden"])
def test_a_chat_that_is_opened_from_a_modal_dialog_can_be_used_and_goes_back(
    style: str, demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Counter")
    demo.seed(room, [f"Line {number}" for number in range(30)])
    page = visit(foreign.add(DIALOG.format(style=style), room=room))
    chat = Chat(page)
    chat.host = page.locator("inglenook-chat")
    chat.panel = chat.host.get_by_role("dialog")
    box = page.get_by_role("dialog").filter(has_text="Of the page").first

    page.get_by_role("button", name="Details").click()
    page.get_by_role("button", name="Ask us").click()
    field = chat.panel.get_by_role("textbox", name="Your message")
    expect(field).to_be_focused()
    page.keyboard.type("From the dialog")
    page.keyboard.press("Enter")
    expect(chat.panel.locator("[data-seq]").get_by_text("From the dialog")).to_have_count(1)
    found = chat.panel.bounding_box()
    size = page.viewport_size
    assert found
    assert size
    assert round(found["x"] + found["width"]) == size["width"] - 20
    assert found["y"] >= 0

    # Escape closes the chat alone, and the focus is where it was.
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(box).to_be_visible()
    expect(page.get_by_role("button", name="Ask us")).to_be_focused()
    expect(page.locator("html > inglenook-chat")).to_have_count(1)

    # Opened again, it outlives the dialog.
    page.get_by_role("button", name="Ask us").click()
    expect(field).to_be_focused()
    page.evaluate("box.close()")
    expect(page.locator("html > inglenook-chat")).to_have_count(1)
    expect(chat.panel).to_be_visible()
    expect(chat.panel.get_by_text("From the dialog", exact=True)).to_be_in_viewport()
    field.fill("After the dialog")
    field.press("Enter")
    expect(chat.panel.locator("[data-seq]").get_by_text("After the dialog")).to_have_count(1)


def test_a_dialog_within_a_shadow_root_is_one_too(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    """A component whose dialog shows what the page puts into it."""
    component = COMPONENT.format(inside="<dialog><slot></slot></dialog>", when=NOW)
    button = "<page-part><button data-inglenook-open>Ask us</button></page-part>"
    page = visit(foreign.add(component.replace("<page-part></page-part>", button)))
    page.evaluate(
        "document.querySelector('page-part').shadowRoot.querySelector('dialog').showModal()"
    )
    page.get_by_role("button", name="Ask us").click()
    field = page.get_by_role("textbox", name="Your message")
    expect(field).to_be_focused()
    page.keyboard.type("From a component")
    expect(field).to_have_value("From a component")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(page.get_by_role("button", name="Ask us")).to_be_focused()


def test_a_page_that_writes_itself_anew_keeps_a_chat_that_works(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    page = visit(foreign.add(), cuts=True)
    chat = Chat(page).open()
    chat.say("Before document.open")
    chat.expect_message("Before document.open")
    name = chat.name()
    page.evaluate(
        """() => {
            document.open();
            document.write("<!doctype html><title>Anew</title><h1>Anew</h1>"
                + "<button data-inglenook-open>Ask us</button>");
            document.close();
        }"""
    )
    expect(page.get_by_role("heading", name="Anew")).to_be_visible()
    chat.wait_until_ready().expect_message("Before document.open")
    expect(page.locator("inglenook-chat")).to_have_count(1)
    chat.close()
    page.get_by_role("button", name="Ask us").click()
    chat.wait_until_ready().say("After document.open")
    chat.expect_message("After document.open")
    assert chat.name() == name
    chat.close()
    chat.launcher.click()
    expect(chat.panel).to_be_visible()


def press_on(page: Page, target: str) -> None:
    page.evaluate(f"{target}.dispatchEvent(new MouseEvent('click', {{ bubbles: true }}))")


def test_clicks_on_what_is_no_element_are_left_alone(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    form = (
        "<form id='clobbers'><input name='closest'><input name='matches'><input "
        "name='dataset'></form>"
    )
    page = visit(foreign.add(form))
    chat = Chat(page)
    expect(chat.launcher).to_be_visible()
    for target in ("document", "window", "document.body.firstChild", "clobbers"):
        press_on(page, target)
    expect(chat.panel).to_have_count(0)


@pytest.mark.parametrize("address", ["data-src", "src"])
def test_a_copy_that_a_consent_tool_keeps_does_not_break_the_tag(
    address: str, demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    copy = (
        '<script type="text/plain" data-cookieconsent="marketing" '
        f'{address}="{demo.base_url}/embed.js"'
        f' data-site="{demo.site_key}" data-position="bottom-left"></script>'
    )
    page = visit(foreign.add(copy, head=copy))
    chat = Chat(page).open()
    expect(page.locator("inglenook-chat")).to_have_count(1)
    found = chat.panel.bounding_box()
    assert found
    assert found["x"] > 640


def test_places_that_come_and_go_are_found_until_destroy(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Terrace")
    page = visit(foreign.add(mode="inline", open="false"))
    add = f"document.querySelector('main').insertAdjacentHTML('beforeend', `{place(room)}`)"
    for turn in range(3):
        page.evaluate(add)
        chat = Chat(page, inline=room).open()
        chat.say(f"Turn {turn}")
        chat.expect_message(f"Turn {turn}")
        page.evaluate("document.querySelector('[data-inglenook-room]').remove()")
        page.wait_for_function("async () => (await Inglenook.instances()).length === 0")
    page.evaluate("Inglenook.destroy()")
    page.evaluate(add)
    page.wait_for_timeout(500)
    expect(page.locator("inglenook-chat")).to_have_count(0)
    page.evaluate("Inglenook.boot()")
    expect(page.locator("inglenook-chat")).to_have_count(1)
