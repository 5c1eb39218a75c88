"""The main promise: people on foreign pages talk, see the same in the same order, and lose nothing.

Ann uses the bubble in a shop, Ben a room inside an article, Cleo a page without JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.testkit.browser.chat import COMING_BACK_MS, Chat, RoomPage, Shown
from tests.testkit.browser.installations import INSTALLATIONS, Installation
from tests.testkit.browser.pages import Visit

Start = Callable[[str], Installation]


@pytest.fixture
def start(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    started: list[Installation] = []

    def begin(name: str) -> Installation:
        installation = INSTALLATIONS[name](tmp_path_factory.mktemp("installation"))
        started.append(installation)
        installation.start()
        return installation

    yield begin
    for installation in started:
        installation.stop()
        installation.assert_clean()


def stored(installation: Installation) -> list[Shown]:
    """The messages of the server. The bodies of this file have no marks to compare."""
    return [Shown(one["seq"], one["body"]) for one in installation.history()]


def end_of(shown: list[Shown], first: int) -> list[Shown]:
    return [one for one in shown if one.seq >= first]


def expect_the_same_everywhere(
    installation: Installation, chats: list[Chat], room_page: RoomPage, bodies: set[str]
) -> None:
    """All people see what is stored, every body once, in one order."""
    for chat in chats:
        for body in bodies:
            chat.expect_message(body, timeout=COMING_BACK_MS)
    history = stored(installation)
    said = [one.body for one in history]
    assert sorted(body for body in said if body in bodies) == sorted(bodies)
    first = min(one.seq for one in history if one.body in bodies)
    room_page.page.goto(installation.room_page)
    for shown in [*(chat.shown() for chat in chats), room_page.shown()]:
        assert end_of(shown, first) == end_of(history, first)


@pytest.mark.parametrize("name", list(INSTALLATIONS))
def test_people_talk_and_a_killed_server_neither_loses_nor_doubles(
    start: Start, visit: Visit, name: str
) -> None:
    installation = start(name)
    ann, ben, cleo = arrive(installation, visit, cuts=True)
    bodies = talk(ann, ben, cleo)
    expect_the_same_everywhere(installation, [ann, ben], cleo, bodies)
    # With daphne talking is enough: a kill runs the same code with either server.
    if name != "daphne":
        bodies |= talk_through_a_kill(installation, ann, ben)
        expect_the_same_everywhere(installation, [ann, ben], cleo, bodies)
        cleo.say("After the lights came back")
        bodies.add("After the lights came back")
        expect_the_same_everywhere(installation, [ann, ben], cleo, bodies)


def talk(ann: Chat, ben: Chat, cleo: RoomPage) -> set[str]:
    ann.say("Ann is in the shop")
    ben.expect_message("Ann is in the shop")
    ben.say("Ben reads the article")
    ann.expect_message("Ben reads the article")
    cleo.page.reload()
    cleo.say("Cleo runs no scripts")
    for chat in (ann, ben):
        chat.expect_message("Cleo runs no scripts")
    return {"Ann is in the shop", "Ben reads the article", "Cleo runs no scripts"}


def talk_through_a_kill(installation: Installation, ann: Chat, ben: Chat) -> set[str]:
    """Kills the server while Ann sends and Ben types, and starts it again while they go on."""
    ben.field.press_sequentially("Half a sent")
    ann_said = [f"Ann {number} on the way" for number in range(3)]
    for body in ann_said:
        ann.say(body)
    installation.kill()

    ann_said += ["Ann in the dark", "Ann sees light"]
    ann.say("Ann in the dark")
    # The chat shows this only after a while: most outages end before anybody would read it.
    expect(ann.panel.get_by_text("The connection was lost")).to_be_visible(timeout=COMING_BACK_MS)
    expect(ann.status_of("Ann in the dark")).to_have_text("Sending…")
    ben.field.press_sequentially("ence")

    installation.start()
    ann.say("Ann sees light")
    ben.field.press("Enter")
    for chat in (ann, ben):
        for body in (*ann_said, "Half a sentence"):
            chat.expect_message(body, timeout=COMING_BACK_MS)
        expect(chat.panel.get_by_text("The connection was lost")).to_be_hidden()
        expect(chat.log.get_by_text("Sending…")).to_have_count(0)
        # One person's messages keep their order.
        assert [one.body for one in chat.shown() if one.body in ann_said] == ann_said
    return {*ann_said, "Half a sentence"}


def arrive(installation: Installation, visit: Visit, **options: Any) -> tuple[Chat, Chat, RoomPage]:
    shop: Page = visit(installation.shop, **options)
    article: Page = visit(installation.article, **options)
    for page, host in ((shop, installation.hosts[0]), (article, installation.hosts[1])):
        with page.expect_websocket(lambda socket, host=host: f"//{host}/" in socket.url):
            Chat(page, inline=None if page is shop else "lobby").open()
    cleo = RoomPage(visit(installation.room_page, scripts=False))
    return Chat(shop), Chat(article, inline="lobby"), cleo
