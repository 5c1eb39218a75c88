"""Cards of links: they come below a message while the chat is open, and stand on every page."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_files import LOADED, Team
from tests.e2e.test_private_line import ask_privately
from tests.testkit import files
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import OWNER_EMAIL, Demo
from tests.testkit.browser.pages import ForeignPages, Visit, foreign_pages
from tests.testkit.hostile_host import HostileHost, hostile_host, page

SHOTS = "INGLENOOK_TEST_SCREENSHOTS"
WOOD = (
    "<title>no</title>"
    '<meta property="og:title" content="Oak or ash: which wood burns longest in a small stove?">'
    '<meta property="og:description" content="We burned six kinds of wood for a winter, weighed '
    'the ashes, and wrote down what kept the room warm until the morning.">'
    '<meta property="og:image" content="/wood.png">'
)
TITLE = re.compile("Oak or ash")
AT_BOTTOM = "it => it.scrollHeight - it.scrollTop - it.clientHeight < 2"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Its links may lead to this machine."""
    folder = tmp_path_factory.mktemp("previews")
    started = Demo(folder, INGLENOOK_PREVIEWS_TO_LOOPBACK="true").start()
    yield started
    started.stop()
    started.assert_clean()


@pytest.fixture(scope="module")
def foreign(demo: Demo) -> Iterator[ForeignPages]:
    with foreign_pages(demo, demo.run) as pages:
        yield pages


@pytest.fixture(scope="module")
def host() -> Iterator[HostileHost]:
    with hostile_host() as found:
        found.answers |= {
            "/wood": page(WOOD),
            "/wood.png": page(files.picture(size=(1200, 630)), "image/png"),
            "/ash": page("<title>Ash &lt;img src=x onerror=alert(1)&gt;</title>"),
        }
        yield found


@pytest.fixture(scope="module")
def team(demo: Demo) -> Team:
    found = Team(demo)
    found.ask("PATCH", "/site", json={"previews": True})
    return found


def photograph(page: Page, name: str) -> None:
    if folder := os.environ.get(SHOTS):
        page.screenshot(path=Path(folder) / f"{name}.png")


def card(place: Locator | Page, title: re.Pattern[str] = TITLE) -> Locator:
    return place.get_by_role("link", name=title)


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_card_comes_below_a_message_while_the_chat_is_open(
    demo: Demo, foreign: ForeignPages, visit: Visit, host: HostileHost, scheme: str, width: int
) -> None:
    room = demo.new_room("Wood")
    demo.seed(room, [f"Earlier {n}" for n in range(8)])
    here = visit(
        foreign.add(room=room),
        viewport={"width": width, "height": 760},
        color_scheme=scheme,
    )
    chat = Chat(here).open()
    chat.expect_message("Earlier 7")
    with closing(demo.speaker()) as speaker:
        speaker.say(f"Has anybody read {host.url}/wood", room=room)
    first = card(chat.log)
    expect(first).to_be_visible()
    expect(first).to_contain_text("127.0.0.1")
    expect(first).to_contain_text("We burned six kinds")
    picture = first.locator("img")
    assert picture.evaluate(LOADED) == 320
    assert str(picture.get_attribute("src")).startswith(f"{demo.base_url}/files/f_")
    assert first.get_attribute("href") == f"{host.url}/wood"
    chat.say(f"No, but {host.url}/ash and {host.url}/wood")
    second = card(chat.log, re.compile("Ash <img"))
    expect(second).to_be_visible()
    expect(card(chat.log)).to_have_count(2)
    expect(card(chat.log).last.locator("img")).to_be_visible()
    here.wait_for_function(AT_BOTTOM, arg=chat.log.element_handle())
    box = card(chat.log).first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert chat.log.evaluate("it => it.scrollWidth <= it.clientWidth")
    photograph(here, f"previews-chat-{scheme}-{width}")


def test_nobodys_browser_asks_the_website(
    demo: Demo, foreign: ForeignPages, visit: Visit, host: HostileHost, team: Team
) -> None:
    room = demo.new_room("Quiet")
    with closing(demo.speaker()) as speaker:
        speaker.say(f"{host.url}/wood", room=room)
    here = visit("about:blank")
    asked: list[str] = []
    here.on("request", lambda request: asked.append(request.url))
    here.goto(foreign.add(room=room))
    first = card(Chat(here).open().log)
    assert first.locator("img").evaluate(LOADED) == 320
    assert asked
    assert not [url for url in asked if url.startswith(host.url)]
    assert all("Inglenook/" in head and "Cookie" not in head for head in host.asked)


def test_a_card_in_the_visitors_own_line(
    demo: Demo, visit: Visit, host: HostileHost, team: Team
) -> None:
    chat = ask_privately(visit(f"{demo.pages_url}/shop"))
    chat.say(f"Is it {host.url}/wood")
    picture = card(chat.log).locator("img")
    assert picture.evaluate(LOADED) == 320
    address = str(picture.get_attribute("src"))
    assert "signature=" in address
    assert httpx.get(address.partition("?")[0]).status_code == 404


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_and_the_workspace_show_it(
    demo: Demo, visit: Visit, host: HostileHost, team: Team, scheme: str, width: int
) -> None:
    room = demo.new_room("Pages")
    with closing(demo.speaker()) as speaker:
        speaker.say(f"Has anybody read {host.url}/wood", room=room)
        speaker.say(f"Or {host.url}/ash", room=room)
    look = {"viewport": {"width": width, "height": 760}, "color_scheme": scheme}
    public = visit(demo.room_page(room), scripts=False, **look)
    while card(public).count() < 1 or card(public, re.compile("Ash <img")).count() < 1:
        public.reload()
    assert card(public).locator("img").evaluate(LOADED) == 320
    photograph(public, f"previews-page-{scheme}-{width}")
    link = demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1]
    owner = visit(link, **look)
    owner.get_by_role("button", name="Sign in").click()
    owner.get_by_role("heading", name="My sites").wait_for()
    site = team.ask("GET", "/site")["id"]
    owner.goto(f"{demo.base_url}/dashboard/sites/{site}/rooms/{room}/")
    assert card(owner).locator("img").evaluate(LOADED) == 320
    photograph(owner, f"previews-workspace-{scheme}-{width}")
    owner.goto(f"{demo.base_url}/dashboard/sites/{site}/settings/")
    expect(owner.get_by_role("checkbox", name="Show previews of links")).to_be_checked()
    photograph(owner, f"previews-settings-{scheme}-{width}")
    assert json.dumps(team.ask("GET", f"/rooms/{room}/messages")).count('"title"') == 2
