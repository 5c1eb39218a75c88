"""One bar above the messages: slow mode, an announcement that folds away, pins that lead on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.test_files import Team, photograph
from tests.testkit.browser.axe import assert_well
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo, Speaker
from tests.testkit.browser.pages import ForeignPages, Visit

NEWS = "The market moves inside and opens at ten."


@pytest.fixture(scope="module")
def team(demo: Demo) -> Team:
    return Team(demo)


@pytest.fixture
def room(demo: Demo) -> str:
    return demo.new_room("Market")


@pytest.fixture
def olive(demo: Demo) -> Iterator[Speaker]:
    with closing(demo.speaker()) as speaker:
        speaker.call_themselves("Amber Otter")
        yield speaker


def bar_of(chat: Chat) -> Locator:
    return chat.panel.locator(".bar")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_most_urgent_is_shown_as_the_room_changes(
    room: str, team: Team, visit: Visit, foreign: ForeignPages, scheme: str
) -> None:
    page = visit(foreign.add(room=room), cuts=True, color_scheme=scheme)
    chat = Chat(page).open()
    expect(bar_of(chat)).to_have_count(0)
    team.ask("PATCH", f"/rooms/{room}", json={"announcement": NEWS})
    expect(bar_of(chat)).to_have_text(NEWS)
    photograph(page, f"bar-1-news-{scheme}")
    assert_well(page, "an announcement")
    team.ask("PATCH", f"/rooms/{room}", json={"slow_s": 30})
    expect(bar_of(chat)).to_have_text("Slow mode: one message every 30 seconds")
    photograph(page, f"bar-2-slow-{scheme}")
    assert_well(page, "slow mode")
    page.context.set_offline(True)
    expect(chat.panel.get_by_text("You are offline.")).to_be_visible()
    expect(bar_of(chat)).to_be_hidden()
    photograph(page, f"bar-3-offline-{scheme}")
    assert_well(page, "no connection")
    page.context.set_offline(False)
    expect(bar_of(chat)).to_be_visible()
    team.ask("PATCH", f"/rooms/{room}", json={"slow_s": 0, "announcement": ""})
    expect(bar_of(chat)).to_have_count(0)


def test_a_closed_announcement_stays_closed_on_the_next_page(
    room: str, team: Team, visit: Visit, foreign: ForeignPages
) -> None:
    team.ask("PATCH", f"/rooms/{room}", json={"announcement": NEWS})
    address = foreign.add(room=room)
    page = visit(address)
    chat = Chat(page).open()
    bar_of(chat).get_by_role("button", name="Close").click()
    folded = chat.panel.get_by_role("button", name=f"Announcement {NEWS}")
    expect(folded).to_be_visible()
    expect(bar_of(chat)).to_have_count(1)
    page.reload()
    Chat(page).wait_until_ready()
    expect(folded).to_be_visible()
    photograph(page, "bar-4-folded")
    folded.click()
    expect(bar_of(chat).get_by_role("button", name="Close")).to_be_visible()


def test_each_press_leads_to_the_next_pin_however_far_up(
    demo: Demo, room: str, team: Team, olive: Speaker, visit: Visit, foreign: ForeignPages
) -> None:
    old = olive.say("Kiln opening: Friday at four. All welcome.", room=room)
    demo.seed(room, [f"line {number}" for number in range(60)])
    new = olive.say("Bring an apron.", room=room)
    for seq in (old, new):
        team.ask("PUT", f"/rooms/{room}/pins/{seq}")
    page = visit(foreign.add(room=room))
    chat = Chat(page).open()
    pin = chat.panel.get_by_role("button", name="Pinned message")
    expect(pin).to_have_text("Pinned messageBring an apron.1/2")
    photograph(page, "bar-5-pin")
    assert_well(page, "a pin")
    pin.click()
    expect(chat.message("Bring an apron.")).to_be_focused()
    expect(pin).to_contain_text("Kiln opening: Friday at four. All welcome.")
    pin.click()
    expect(chat.message("Kiln opening: Friday at four. All welcome.")).to_be_focused()
    expect(chat.message("Kiln opening: Friday at four. All welcome.")).to_be_in_viewport()
    photograph(page, "bar-6-there")

    olive.delete(new, room=room)
    expect(pin).to_have_text("Pinned messageKiln opening: Friday at four. All welcome.")
