"""Links to messages in a real browser: copied from the menu, they lead there on the next page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo, Speaker
from tests.testkit.browser.pages import ForeignPages, Visit, place

MAY_COPY = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Shelf")


@pytest.fixture
def mira(demo: Demo) -> Iterator[Speaker]:
    with closing(demo.speaker()) as speaker:
        speaker.call_themselves("Mira")
        yield speaker


def copied_link(page: Page, chat: Chat) -> str:
    """Of the newest message, by keys."""
    page.context.grant_permissions(MAY_COPY)
    chat.log.press("ArrowUp")
    expect(chat.messages.last).to_be_focused()
    page.keyboard.press("Enter")
    chat.panel.get_by_role("button", name="Copy link").click()
    expect(chat.panel.get_by_text("Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert isinstance(link, str)
    return link


def test_a_copied_link_opens_the_chat_at_its_message(
    demo: Demo, room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    seq = mira.say("The blue jar", room=room)
    address = foreign.add(room=room)
    page = visit(address)
    chat = Chat(page).open()
    chat.expect_message("The blue jar")
    link = copied_link(page, chat)
    assert link == f"{address}#ing-m{seq}-{room}"

    demo.seed(room, [f"Number {n}" for n in range(70)])
    there = Chat(visit(link)).wait_until_ready()
    found = there.message("The blue jar")
    expect(found).to_be_focused()
    expect(found).to_be_in_viewport()


def test_a_link_finds_its_room_among_others(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    seq = mira.say("On the upper shelf", room=room)
    there = Chat(visit(foreign.add() + f"#ing-m{seq}-{room}")).wait_until_ready()
    expect(there.message("On the upper shelf")).to_be_focused()


def test_a_link_opens_the_inline_room_that_it_names_alone(
    room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    seq = mira.say("In the frame", room=room)
    page = visit(foreign.add(place("lobby") + place(room), mode="inline") + f"#ing-m{seq}-{room}")
    there = Chat(page, inline=room).wait_until_ready()
    expect(there.message("In the frame")).to_be_focused()
    expect(Chat(page, inline="lobby").log).to_have_count(0)


def test_a_page_with_a_fragment_of_its_own_links_to_the_page_of_the_room(
    demo: Demo, room: str, mira: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    seq = mira.say("Behind the router", room=room)
    page = visit(foreign.add(room=room) + "#/jars")
    chat = Chat(page).open()
    chat.expect_message("Behind the router")
    link = copied_link(page, chat)
    assert link == f"{demo.room_page(room)}?before={seq + 1}#m-{seq}"
    there = visit(link, scripts=False)
    expect(there.locator(f"#m-{seq}")).to_contain_text("Behind the router")
    assert there.locator(f"#m-{seq}").evaluate("message => message.matches(':target')")
