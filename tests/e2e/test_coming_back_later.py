"""Who wrote and comes back: what was answered meanwhile is in sight, and the room they
chose is the one they see.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_before_the_click import asked_of
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit
from tests.testkit.browser.team import Team

PRIVATE = "Ask the team"


def private_room(page: Page) -> str:
    """The slug that only its visitor and the team see."""
    stored = page.evaluate("JSON.stringify(localStorage)")
    (slug,) = set(re.findall(r"p_\w{26}", stored))
    return str(slug)


def rooms_of(chat: Chat) -> Locator:
    chat.panel.get_by_role("heading").get_by_role("button").click()
    return chat.panel.get_by_role("list", name="Rooms").get_by_role("button")


def ask_the_team(visit: Visit, foreign: ForeignPages) -> Chat:
    chat = Chat(visit(foreign.add(room="private"))).open()
    chat.say("Only for the team")
    chat.expect_message("Only for the team")
    return chat


def test_a_private_answer_is_found_on_a_page_that_shows_another_room(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    chat = ask_the_team(visit, foreign)
    name = chat.name()
    page = chat.page
    slug = private_room(page)
    page.goto("about:blank")
    team = Team(demo, visit)
    team.say("The answer", room=slug)
    team.say("And a second one", room=slug)

    asked = asked_of(demo, page)
    page.goto(foreign.add())
    expect(chat.launcher).to_have_accessible_name("Chat 2")
    page.wait_for_load_state("networkidle")
    assert [path for path in asked if "/api/" in path] == [f"/api/v1/{demo.site_key}/rooms"]
    assert not [path for path in asked if re.search("/widget/(?!returning)|^ws", path)]

    chat.open()
    expect(chat.panel.get_by_role("heading")).to_contain_text("2 unread")
    rooms = rooms_of(chat)
    expect(rooms.first).to_have_text(re.compile(f"^{PRIVATE}.*2 unread"))
    expect(rooms.filter(has_text=name)).to_have_count(0)
    rooms.first.click()
    chat.expect_message("And a second one")
    expect(chat.panel.get_by_role("heading")).to_have_text(PRIVATE)
    expect(chat.panel.get_by_role("heading").get_by_role("button")).to_be_focused()


def test_a_private_answer_is_counted_while_another_room_is_shown(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    chat = ask_the_team(visit, foreign)
    slug = private_room(chat.page)
    chat.page.goto(foreign.add())
    chat.open()
    team = Team(demo, visit)
    team.say("While you looked elsewhere", room=slug)
    expect(chat.panel.get_by_role("heading")).to_contain_text("1 unread")
    chat.close()
    expect(chat.launcher).to_have_accessible_name("Open chat, 1 unread message")


def test_who_wrote_in_a_room_sees_on_the_next_page_what_came_there(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Belfry")
    address = foreign.add(room=room)
    chat = Chat(visit(address)).open()
    chat.say("Write when you read this")
    chat.expect_message("Write when you read this")
    chat.close()
    chat.page.goto("about:blank")
    demo.seed(room, ["Ding", "Dong"])
    chat.page.goto(address)
    expect(chat.launcher).to_have_accessible_name("Chat 2")
    badge = chat.launcher.evaluate("node => getComputedStyle(node, '::after').content")
    assert badge == '"2"'
    chat.open()
    chat.expect_message("Dong")
    chat.close()
    chat.page.reload()
    expect(chat.launcher).to_have_accessible_name("Chat")


def test_who_only_looked_costs_no_request_on_the_next_page(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    chat = Chat(visit(foreign.add())).open()
    chat.close()
    asked = asked_of(demo, chat.page)
    chat.page.goto(foreign.add(), wait_until="networkidle")
    expect(chat.launcher).to_be_visible()
    assert asked == ["/embed.js"]


def test_the_room_that_was_chosen_is_shown_again_and_forgotten_when_it_is_gone(
    demo: Demo, visit: Visit, foreign: ForeignPages
) -> None:
    room = demo.new_room("Orangery")
    chat = Chat(visit(foreign.add())).open()
    chat.switch_to("Orangery")
    chat.page.goto(foreign.add())
    chat.wait_until_ready()  # it was left open
    expect(chat.panel.get_by_role("heading", name="Orangery")).to_be_visible()
    chat.say("Still here")
    chat.expect_message("Still here")
    assert demo.bodies(room) == ["Still here"]

    chat.page.evaluate("key => localStorage.setItem(key, 'no-such-room')", chosen_key(demo))
    chat.page.goto(foreign.add(open="false"))
    chat.open()
    expect(chat.panel.get_by_role("heading", name="Lobby")).to_be_visible()
    assert chat.page.evaluate("key => localStorage.getItem(key)", chosen_key(demo)) is None


def chosen_key(demo: Demo) -> str:
    return f"inglenook:{demo.site_key}:room"
