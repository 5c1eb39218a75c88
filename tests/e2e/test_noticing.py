"""What brings a visitor back: a card, the title of the page, a sound, a notification; in one tab of
several. In the line to the team, "Seen".
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_files import photograph
from tests.testkit.browser.axe import assert_well
from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import OWNER_EMAIL, Demo
from tests.testkit.browser.pages import ForeignPages, Visit

TITLE = "A foreign page"
ANSWERED = re.compile("has answered you")

# Headless browsers neither sound nor notify: what was asked of them is kept.
LISTEN = """
    window.tones = 0;
    const oscillator = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        window.tones += 1;
        return oscillator.call(this);
    };
    window.notices = [];
    window.asked = 0;
    window.Notification = class {
        static permission = "default";
        static async requestPermission() {
            window.asked += 1;
            return (Notification.permission = "granted");
        }
        constructor(title, rest) {
            if (!title) return;
            Object.assign(this, { title, ...rest });
            window.notices.push(this);
        }
        close() {
            this.isClosed = true;
        }
    };
    let isHidden = false;
    Object.defineProperty(document, "hidden", { get: () => isHidden });
    document.hasFocus = () => !isHidden;
    window.look = (isLooked) => {
        isHidden = !isLooked;
        document.dispatchEvent(new Event("visibilitychange"));
    };
"""


class Team:
    """A member at the inbox of the workspace."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.context = browser.new_context(locale="en-GB", reduced_motion="reduce")
        self.page = self.context.new_page()
        self.page.goto(demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", name="My sites").wait_for()
        site = re.search(r"/dashboard/sites/(\d+)/", self.page.content())
        assert site is not None
        self.inbox = f"{demo.base_url}/dashboard/sites/{site[1]}/inbox/"

    def open(self, words: str) -> None:
        self.page.goto(self.inbox)
        self.page.get_by_role("link").filter(has_text=words).first.click()
        expect(self.page.locator("#messages")).to_contain_text(words)

    def answer(self, words: str) -> None:
        self.page.locator("#body").fill(words)
        self.page.locator("#body").press("Control+Enter")
        expect(self.page.locator("#messages")).to_contain_text(words)


@pytest.fixture
def team(browser: Browser, demo: Demo) -> Any:
    member = Team(browser, demo)
    yield member
    member.context.close()


def cards(chat: Chat) -> Any:
    return chat.host.get_by_role("button", name=ANSWERED)


def another_tab(page: Page, url: str) -> Chat:
    tab = page.context.new_page()
    tab.goto(url)
    return Chat(tab)


def ask(demo: Demo, chat: Chat, words: str) -> int:
    """The place of what the visitor has said."""
    chat.say(words)
    chat.expect_message(words)
    return next(one.seq for one in chat.shown() if one.body == words)


def test_an_answer_shows_a_card_and_leads_to_its_message(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Potters")
    page = visit(foreign.add(room=room), before=LISTEN)
    icon = page.locator("link[rel=icon]").get_attribute("href")
    chat = Chat(page).open()
    seq = ask(demo, chat, "Which glaze is that?")
    chat.close()
    other = demo.speaker()
    other.say("Nice weather", room=room)
    expect(chat.launcher).to_have_accessible_name("Open chat, 1 unread message")
    expect(page).to_have_title(f"(1) {TITLE}")
    other.answer(seq, "A celadon\nfrom last spring", room=room)
    card = cards(chat)
    expect(card).to_have_accessible_name(f"{other.name} has answered you: A celadon")
    expect(page).to_have_title(f"(2) {TITLE}")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/png"))
    # Chatter shows none, and one more answer takes the place of the last.
    other.say("And sunny", room=room)
    other.answer(seq, "Number 7", room=room)
    expect(card).to_have_accessible_name(f"{other.name} has answered you: Number 7")
    expect(card).to_have_count(1)
    card.click()
    expect(chat.message("Number 7")).to_be_in_viewport()
    expect(card).to_have_count(0)
    expect(page).to_have_title(TITLE)
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", icon or "")
    expect(chat.launcher).to_have_accessible_name("Close chat")
    assert page.evaluate("[tones, notices.length, asked]") == [0, 0, 0]
    other.close()


def test_a_card_is_closed_by_its_button_or_escape_and_does_not_come_again(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Weavers")
    url = foreign.add(room=room, load="eager")
    page = visit(url)
    chat = Chat(page).open()
    seq = ask(demo, chat, "Which yarn is that?")
    chat.close()
    other = demo.speaker()
    other.answer(seq, "Merino", room=room)
    card = cards(chat)
    expect(card).to_be_visible()
    card.focus()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(chat.launcher).to_be_focused()
    other.answer(seq, "Or alpaca", room=room)
    expect(card).to_have_accessible_name(f"{other.name} has answered you: Or alpaca")
    chat.host.get_by_role("status").get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)
    page.goto(url)
    expect(chat.launcher).to_have_accessible_name("Open chat, 2 unread messages")
    expect(page).to_have_title(f"(2) {TITLE}")
    expect(card).to_have_count(0)
    other.close()


def test_of_two_tabs_one_shows_the_card_and_sounds_and_both_forget_what_is_read(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Joiners")
    url = foreign.add(room=room)
    page = visit(url, before=LISTEN)
    first = Chat(page).open()
    # Off until it is chosen; it sounds for whoever switches it on.
    first.face.click()
    sound = first.panel.get_by_role("switch", name="Sound when somebody answers you")
    expect(sound).not_to_be_checked()
    sound.click()
    expect(sound).to_be_checked()
    first.panel.get_by_role("button", name="Done").click()
    seq = ask(demo, first, "Which wood is that?")
    first.close()
    second = another_tab(page, url).open()
    second.close()
    other = demo.speaker()
    other.answer(seq, "Ash", room=room)
    tabs = (first, second)
    for chat in tabs:
        expect(chat.launcher).to_have_accessible_name("Open chat, 1 unread message")
        expect(chat.page).to_have_title(f"(1) {TITLE}")
    shown = [chat for chat in tabs if is_there(chat)]
    assert len(shown) == 1
    assert sum(cards(chat).count() for chat in tabs) == 1
    (noticing,) = shown
    noticing.page.wait_for_function("() => tones > 0")
    silent = second if noticing is first else first
    silent.open()
    expect(cards(noticing)).to_have_count(0)
    for chat in tabs:
        expect(chat.page).to_have_title(TITLE)
    other.close()


def is_there(chat: Chat) -> bool:
    """Whether this is the tab with the card: the other one has had its time when one is there."""
    try:
        cards(chat).wait_for(timeout=2_000)
    except Exception:  # noqa: BLE001  Playwright's own
        return False
    return True


def test_a_page_that_changes_its_title_has_the_last_word(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Readers")
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    seq = ask(demo, chat, "Which book is that?")
    chat.close()
    other = demo.speaker()
    other.answer(seq, "The blue one", room=room)
    expect(page).to_have_title(f"(1) {TITLE}")
    page.evaluate("document.title = 'Chapter two'")
    expect(page).to_have_title("(1) Chapter two")
    # One that plays with its title is let alone.
    for number in range(4):
        page.evaluate(f"document.title = 'Play {number}'")
    expect(page).to_have_title("Play 3")
    chat.open()
    expect(page).to_have_title("Play 3")
    other.close()


@pytest.mark.parametrize("transport", ["ws", "sse", "poll"])
def test_what_the_team_has_read_says_so(
    demo: Demo, visit: Visit, foreign: ForeignPages, team: Team, transport: str
) -> None:
    words = f"Do you post by {transport}?"
    page = visit(foreign.add(room="private", transport=transport))
    chat = Chat(page).open()
    ask(demo, chat, words)
    expect(chat.log.get_by_text("Sent", exact=True)).to_be_visible()
    expect(chat.log.get_by_text("Seen", exact=True)).to_have_count(0)
    team.open(words)
    expect(chat.log.get_by_text("Seen", exact=True)).to_be_visible(timeout=COMING_BACK_MS)
    page.reload()
    chat.wait_until_ready()
    expect(chat.log.get_by_text("Seen", exact=True)).to_be_visible()
    expect(chat.log.get_by_text("Sent", exact=True)).to_have_count(0)


def test_the_browser_says_it_to_who_waits_for_the_team_once_they_asked_for_it(
    demo: Demo, visit: Visit, foreign: ForeignPages, team: Team
) -> None:
    words = "Is the tall kiln free?"
    url = foreign.add(room="private")
    page = visit(url, before=LISTEN)
    chat = Chat(page).open()
    tell = chat.panel.get_by_role("button", name="Tell me when they answer")
    with page.expect_response(re.compile("/noticing-view"), timeout=COMING_BACK_MS):
        ask(demo, chat, words)
    expect(tell).to_have_count(0)
    # They go elsewhere, and come back to look.
    page.evaluate("look(false)")
    page.evaluate("look(true)")
    expect(tell).to_be_visible(timeout=COMING_BACK_MS)
    assert page.evaluate("asked") == 0
    tell.click()
    expect(chat.panel.get_by_text("Your browser tells you when they answer.")).to_be_visible()
    assert page.evaluate("asked") == 1
    page.evaluate("look(false)")
    team.open(words)
    team.answer("It is, from Monday on")
    page.wait_for_function("() => notices.length === 1")
    notice = page.evaluate("({ title: notices[0].title, body: notices[0].body })")
    assert notice["body"] == "It is, from Monday on"
    assert notice["title"]
    page.evaluate("() => { look(true); notices[0].onclick(); }")
    expect(chat.message("It is, from Monday on")).to_be_in_viewport()
    page.wait_for_function("() => notices[0].isClosed")
    # Looked at, nothing more is shown.
    team.answer("Shall I book it?")
    chat.expect_message("Shall I book it?")
    assert page.evaluate("notices.length") == 1
    expect(tell).to_have_count(0)
    # On the next page the chat is closed, and the browser says it all the same.
    ask(demo, chat, "Yes, please")
    chat.close()
    page.goto(url)
    expect(page).to_have_title(TITLE)
    team.answer("It is yours")
    expect(cards(chat)).to_be_visible(timeout=COMING_BACK_MS)
    expect(page).to_have_title(f"(1) {TITLE}")


def test_an_address_is_left_with_the_team_once(
    demo: Demo, visit: Visit, foreign: ForeignPages, team: Team
) -> None:
    words = "Do you mend handles?"
    page = visit(foreign.add(room="private"), before=LISTEN, complaints="400")
    chat = Chat(page).open()
    card = chat.panel.get_by_role("region", name="Not staying on this page?")
    with page.expect_response(re.compile("/noticing-view"), timeout=COMING_BACK_MS):
        ask(demo, chat, words)
    expect(card).to_have_count(0)
    page.evaluate("look(false)")
    page.evaluate("look(true)")
    field = card.get_by_role("textbox", name="Your e-mail address")
    expect(field).to_be_visible(timeout=COMING_BACK_MS)
    photograph(page, "mail-1-asked")
    assert_well(page, "the card for an address")
    field.fill("mira")
    field.press("Enter")
    expect(card.get_by_role("alert")).to_have_text("This is no e-mail address.")
    photograph(page, "mail-2-refused")
    page.emulate_media(color_scheme="dark")
    assert_well(page, "a refusal in the dark")
    field.fill("mira@example.org")
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("The team can answer you at mira@example.org now.")
    photograph(page, "mail-3-saved")
    # Nothing is between the words and the field when they go on to write.
    ask(demo, chat, "It is a blue one")

    team.page.set_viewport_size({"width": 1440, "height": 900})
    team.open("It is a blue one")
    expect(team.page.get_by_role("link", name="mira@example.org")).to_be_visible()
    page.reload()
    chat.wait_until_ready()
    with page.expect_response(re.compile("/noticing-view"), timeout=COMING_BACK_MS):
        ask(demo, chat, "With a chip")
    page.evaluate("look(false)")
    page.evaluate("look(true)")
    tell = chat.panel.get_by_role("button", name="Tell me when they answer")
    expect(tell).to_be_visible(timeout=COMING_BACK_MS)
    expect(card).to_have_count(0)
