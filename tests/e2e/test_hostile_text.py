"""What reads as markup is text: in the chat, on the page without it, and where the owner looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.hostile.corpus import BAD_LINKS, MARKUP
from tests.testkit.browser.chat import BODY, Chat
from tests.testkit.browser.demo import BURST, OWNER_EMAIL, Demo
from tests.testkit.browser.pages import ForeignPages, Visit

NAMES = ("<b>Mallory</b>", "<img src=x onerror=alert(1)>", "'\"><svg onload=alert(1)>")
# Every element that could run something, in the page and in every shadow root.
ALARMS = """() => {
    const found = [];
    const look = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) look(element.shadowRoot);
            const isOurs = element.matches("script") && element.src.startsWith("%s");
            if (element.matches("script, iframe, object, embed, base, meta[http-equiv], marquee")
                && !isOurs)
                found.push(element.outerHTML);
            for (const { name, value } of element.attributes)
                if (/^on/.test(name) || /^\\s*(javascript|data|vbscript):/i.test(value))
                    found.push(`${element.localName} ${name}=${value}`);
        }
    };
    look(document.body);
    return [...found, ...(window.__pwned ? ["it ran"] : [])];
}"""


@pytest.fixture(scope="module")
def room(demo: Demo) -> str:
    """Everything of the corpus, said in one room by people with names of the same kind."""
    slug = demo.new_room("Den of thieves")
    bodies = [body for body in (*MARKUP, *BAD_LINKS) if body.strip() == body]
    for start in range(0, len(bodies), BURST):
        speaker = demo.speaker()
        speaker.call_themselves(NAMES[start // BURST % len(NAMES)])
        for body in bodies[start : start + BURST]:
            speaker.say(body, room=slug)
        speaker.close()
    return slug


def stored(demo: Demo, room: str) -> list[str]:
    speaker = demo.speaker()
    found = [one["body"] for one in speaker.history(room)]
    speaker.close()
    return found


def watch_dialogs(context: BrowserContext) -> list[str]:
    opened: list[str] = []

    def note(dialog: object) -> None:
        opened.append(str(dialog))

    context.on("dialog", note)
    return opened


def assert_harmless(demo: Demo, page: Page, before: list[str]) -> None:
    assert page.evaluate(ALARMS % demo.base_url) == before
    links = page.get_by_role("link").evaluate_all("links => links.map((link) => link.href)")
    assert {link.split(":")[0] for link in links} <= {"http", "https", "mailto"}


def test_the_chat_shows_it_literally(
    demo: Demo, visit: Visit, foreign: ForeignPages, room: str
) -> None:
    page = visit(foreign.add(room=room))
    opened = watch_dialogs(page.context)
    before = page.evaluate(ALARMS % demo.base_url)
    chat = Chat(page).open()
    bodies = stored(demo, room)
    chat.log.hover()
    while chat.messages.count() < len(bodies):
        page.mouse.wheel(0, -5000)
        page.wait_for_load_state("networkidle")
    texts = chat.messages.locator(BODY).evaluate_all("nodes => nodes.map((one) => one.textContent)")
    assert [unmarked(text) for text in texts] == [unmarked(body) for body in bodies]
    for name in NAMES:
        expect(chat.log.get_by_text(name, exact=True).first).to_be_visible()
    for text in (MARKUP[0], NAMES[1]):
        chat.say(text)
        expect(chat.messages.locator(BODY).last).to_have_text(text)
    assert_harmless(demo, page, before)
    assert opened == []


def test_a_name_is_shown_literally_where_it_is_chosen_and_announced(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    quiet = demo.new_room("Name day")
    address = foreign.add(room=quiet)
    page, other = visit(address), visit(address)
    before = page.evaluate(ALARMS % demo.base_url)
    chat = Chat(page).open()
    chat.rename(NAMES[1])
    watcher = Chat(other).open()
    watcher.people.click()
    names = watcher.panel.get_by_role("list", name="Here now")
    expect(names.get_by_text(NAMES[1], exact=True)).to_be_visible()
    chat.type_until("hm", watcher.panel.get_by_text(f"{NAMES[1]} is writing…"))
    for one in (page, other):
        assert_harmless(demo, one, before)


def test_the_page_without_the_chat_shows_it_literally(demo: Demo, visit: Visit, room: str) -> None:
    page = visit(demo.room_page(room))
    opened = watch_dialogs(page.context)
    before = page.evaluate(ALARMS % demo.base_url)
    while page.get_by_role("link", name="Older messages").count():
        with page.expect_response(lambda response: "before=" in response.url):
            page.get_by_role("link", name="Older messages").click()
        expect(page.locator(".htmx-request")).to_have_count(0)
    texts = page.locator("li[id^=m-] p[dir=auto]").evaluate_all(
        "nodes => nodes.map((one) => one.textContent)"
    )
    assert [unmarked(text) for text in texts] == [unmarked(body) for body in stored(demo, room)]
    for name in NAMES:
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    assert_harmless(demo, page, before)
    assert opened == []


def test_the_owner_sees_it_literally(demo: Demo, visit: Visit, room: str) -> None:
    page = visit(demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Install", exact=True).click()
    opened = watch_dialogs(page.context)
    page.goto(f"{page.url}rooms/{room}/")
    before: list[str] = []
    bodies = stored(demo, room)
    last = page.locator("li[id^=m-] p[dir=auto]").last
    expect(last).to_be_visible()
    assert unmarked(last.inner_text()) == unmarked(bodies[-1])
    speaker = demo.speaker()
    speaker.call_themselves(NAMES[1])
    speaker.say(MARKUP[3], room=room)
    speaker.close()
    expect(page.locator("li[id^=m-] p[dir=auto]").last).to_have_text(MARKUP[3], timeout=15_000)
    assert_harmless(demo, page, before)
    assert opened == []


def unmarked(text: str) -> str:
    """Without the marks of runs, which are not shown, and without what a browser does to blanks."""
    return "".join(text.replace("*", "").replace("_", "").replace("`", "").split())
