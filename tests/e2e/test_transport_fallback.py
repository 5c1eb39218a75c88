"""Where WebSockets are blocked the chat uses other transports, returns later, and nobody notices.

Ann is on a page with the strictest policy, Ben has a room inside an article.
In every network both talk at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demo_site.server import DemoServer
from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import Speaker
from tests.testkit.browser.networks import Network
from tests.testkit.browser.pages import ForeignPages, Visit, foreign_pages
from tests.testkit.process import free_port
from tests.testkit.server import Server

# The connection states that the page gets from the first moment on, and the notices that the
# visitor sees.
LISTEN = """
    window.ways = [];
    window.words = [];
    addEventListener("inglenook:connection", ({ detail }) =>
        window.ways.push([detail.state, detail.transport]));
    setInterval(() => {
        for (const host of document.querySelectorAll("inglenook-chat, [data-inglenook-room] > *"))
            for (const notice of host.shadowRoot?.querySelectorAll(".notice") ?? [])
                if (notice.checkVisibility({ visibilityProperty: true }))
                    window.words.push(notice.textContent);
    }, 50);
"""
# Above the ten seconds after which a connection counts as a good one, as the half
# minute of real proxies is.
CUT_SECONDS = 11.0
BLOCKED = r"WebSocket connection to .* failed|net::ERR_|504|Failed to load resource"


@dataclass
class Place:
    """A served product behind a network, and foreign pages with its tag."""

    network: Network
    server: Server
    base_url: str
    site_key: str = ""
    demo: str = ""

    def history(self) -> list[str]:
        with closing(Speaker(self.server.base_url, self.site_key, self.demo)) as speaker:
            return [str(one["body"]) for one in speaker.history()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    network = Network()
    folder = tmp_path_factory.mktemp("behind-a-network")
    server = Server(folder, env={"INGLENOOK_BASE_URL": network.base_url})
    network.leads_to(server.port)
    port = free_port(in_a_row=2)
    made = Place(network, server, network.base_url, demo=f"http://127.0.0.1:{port}")
    site = server.ask("site", "create", "--name", "Behind a network", "--origin", made.demo)
    made.site_key = site["site_key"]
    server.start()
    pages = DemoServer(base_url=network.base_url, site_key=made.site_key, port=port)
    pages.start()
    yield made
    pages.close()
    server.stop()
    network.close()
    server.assert_clean()


@pytest.fixture(scope="module")
def foreign(place: Place) -> Iterator[ForeignPages]:
    with foreign_pages(place, place.server.run) as pages:
        yield pages


@pytest.fixture(autouse=True)
def a_clear_network(place: Place) -> Iterator[None]:
    yield
    place.network.clear()


def arrive(place: Place, visit: Visit, **options: Any) -> tuple[Chat, Chat]:
    options = {"before": LISTEN, "complaints": BLOCKED} | options
    ann = Chat(visit(f"{place.demo}/strict", **options))
    ben = Chat(visit(f"{place.demo}/article", **options), inline="lobby")
    return ann.open(), ben.open()


def way(page: Page) -> Any:
    """The transport that the debug line names."""
    return page.evaluate("async () => (await Inglenook.debug()).instances[0].connection.transport")


def expect_way(chats: tuple[Chat, ...], name: str) -> None:
    until = time.monotonic() + COMING_BACK_MS / 1000
    for chat in chats:
        while (now := way(chat.page)) != name:
            assert time.monotonic() < until, f"by {now}, not by {name}"
            chat.page.wait_for_timeout(100)


def talk(place: Place, ann: Chat, ben: Chat, words: str, turns: int = 3) -> None:
    """Both write at once, and see what is stored: all of it, once, in one order."""
    said = {
        chat: [f"{words} {who} {turn}" for turn in range(turns)]
        for chat, who in ((ann, "A"), (ben, "B"))
    }
    for turn in range(turns):
        for chat in (ann, ben):
            chat.say(said[chat][turn])
    bodies = {*said[ann], *said[ben]}
    for chat in (ann, ben):
        for body in bodies:
            chat.expect_message(body, timeout=COMING_BACK_MS)
        expect(chat.log.get_by_text("Sending…")).to_have_count(0)
    stored = [body for body in place.history() if body in bodies]
    assert sorted(stored) == sorted(bodies)
    for chat in (ann, ben):
        assert [one.body for one in chat.shown() if one.body in bodies] == stored
        assert [body for body in stored if body in said[chat]] == said[chat]


def expect_calm(*chats: Chat) -> None:
    assert [chat.page.evaluate("words") for chat in chats] == [[] for _ in chats]


def test_without_upgrades_people_talk_over_streams_and_return_to_sockets_unseen(
    place: Place, visit: Visit
) -> None:
    place.network.strips = True
    ann, ben = arrive(place, visit)
    expect_way((ann, ben), "sse")
    talk(place, ann, ben, "streamed")

    # The block is lifted: a page that knows of it tries soon, and any other within a minute.
    place.network.strips = False
    ann.page.reload()
    ann.wait_until_ready()
    expect_way((ann,), "ws")
    talk(place, ann, ben, "one of each")
    ways = ann.page.evaluate("ways")
    assert ways[-1] == ["online", "ws"]
    assert "reconnecting" not in [state for state, _ in ways]
    expect_calm(ann, ben)


def test_streams_that_are_kept_by_a_proxy_become_long_polls_within_seconds(
    place: Place, visit: Visit
) -> None:
    place.network.strips = place.network.buffers = True
    ann, ben = arrive(place, visit)
    expect_way((ann, ben), "long-poll")
    talk(place, ann, ben, "polled")
    expect_calm(ann, ben)


def test_a_network_that_cuts_everything_costs_nothing(
    place: Place, foreign: ForeignPages, visit: Visit
) -> None:
    place.network.cuts_after_s = CUT_SECONDS
    options = {"before": LISTEN, "complaints": BLOCKED}
    ann = Chat(visit(f"{place.demo}/strict", **options)).open()
    ben = Chat(visit(foreign.add(transport="sse"), **options)).open()
    enough = place.network.cuts + 4
    until = time.monotonic() + 4 * CUT_SECONDS
    turn = 0
    while place.network.cuts < enough or turn < 8:
        assert time.monotonic() < until, "too few connections were cut"
        turn += 1
        talk(place, ann, ben, f"cut {turn}", turns=1)
        ann.page.wait_for_timeout(1_000)
    # Each may be between two connections just now.
    expect_way((ann,), "ws")
    expect_way((ben,), "sse")
    expect_calm(ann, ben)


def test_a_minute_later_a_page_that_stayed_returns_to_sockets_while_people_talk(
    place: Place, visit: Visit
) -> None:
    place.network.strips = True
    ann = Chat(visit(f"{place.demo}/shop", before=LISTEN, complaints=BLOCKED))
    ann.page.clock.install()
    ann.page.reload()
    ben = Chat(visit(f"{place.demo}/article", before=LISTEN, complaints=BLOCKED), inline="lobby")
    ann.open()
    ben.open()
    expect_way((ann, ben), "sse")
    place.network.strips = False
    for turn in range(6):
        talk(place, ann, ben, f"minute {turn}", turns=1)
        ann.page.clock.run_for(10_000)
    expect_way((ann,), "ws")
    talk(place, ann, ben, "back on sockets")
    assert ann.page.evaluate("ways").count(["online", "ws"]) == 1
    expect_calm(ann, ben)
