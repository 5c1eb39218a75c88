"""What every visitor does, in Firefox and in WebKit. All else is tested in Chromium."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.test_files import Team
from tests.testkit import files
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.engines import ENGINES, Engine
from tests.testkit.browser.networks import Network
from tests.testkit.browser.pages import ForeignPages, foreign_pages

SHOTS = "INGLENOOK_TEST_SCREENSHOTS"
# Errors that nobody caught, kept by the page from its first line.
WATCH = """<script>
  window.uncaught = [];
  addEventListener("error", (event) => uncaught.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => uncaught.push(String(event.reason)));
</script>"""
ROOT = "const root = document.querySelector('html > inglenook-chat')?.shadowRoot;"
FIELD = ROOT + "return root?.querySelector('textarea')"
OLDEST_BODIES = 70


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    started = ENGINES[request.param]()
    started.start(tmp_path_factory.mktemp(request.param))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    between = Network()
    yield between
    between.close()


@pytest.fixture(scope="module")
def demo(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Its public address is the network's."""
    started = Demo(tmp_path_factory.mktemp("behind-a-network"), INGLENOOK_BASE_URL=network.base_url)
    network.leads_to(started.port)
    yield started.start()
    started.stop()
    started.assert_clean()


@pytest.fixture(autouse=True)
def a_whole_network(network: Network, demo: Demo) -> Iterator[None]:
    yield
    network.leads_to(demo.port)


@dataclass(frozen=True)
class Tag:
    base_url: str
    site_key: str


@pytest.fixture(scope="module")
def pages(demo: Demo, network: Network) -> Iterator[ForeignPages]:
    with foreign_pages(Tag(network.base_url, demo.site_key), demo.run) as shown:
        yield shown


class Window:
    """The chat of one room on a page, as its visitor sees and uses it."""

    def __init__(self, engine: Engine, pages: ForeignPages, room: str) -> None:
        self.engine = engine
        self.room = room
        engine.open(pages.add(room=room, head=WATCH, open="false"))

    def open(self) -> None:
        self.click("root?.querySelector('button')")
        self.engine.wait(f"{FIELD} !== null && root.activeElement?.localName === 'textarea'")
        self.engine.wait(ROOT + "return Boolean(root.querySelector('[role=log]') && Inglenook.run)")

    def click(self, node: str) -> None:
        """Presses the middle of what the expression finds."""
        box = self.engine.wait(
            ROOT + f"const node = {node}; if (!node) return null;"
            "const {x, y, width, height} = node.getBoundingClientRect();"
            "return width && [x + width / 2, y + height / 2]"
        )
        self.engine.click(*box)

    def say(self, body: str) -> None:
        self.engine.type(body)
        self.engine.press("Enter")

    def wait_for(self, body: str) -> None:
        """It is stored and shown, once."""
        self.engine.wait(
            ROOT + "return [...root.querySelectorAll('[data-seq] div[dir=auto]')]"
            ".filter((node) => node.textContent === arguments[0]).length === 1",
            body,
        )

    def bodies(self) -> list[str]:
        return list(
            self.engine.run(
                ROOT + "return [...root.querySelectorAll('[data-seq] div[dir=auto]')]"
                ".map((node) => node.textContent)"
            )
        )

    def focused(self) -> str:
        """The element of the chat that has the focus, by its kind."""
        return str(self.engine.run(ROOT + "return root.activeElement?.localName ?? ''"))

    def is_open(self) -> bool:
        return bool(
            self.engine.run(
                ROOT + "return Boolean(root.querySelector('[role=dialog]')?.checkVisibility())"
            )
        )

    def photograph(self, name: str) -> None:
        if folder := os.environ.get(SHOTS):
            self.engine.screenshot(Path(folder) / f"{self.engine.name.lower()}-{name}.png")

    def assert_calm(self) -> None:
        assert self.engine.run("return uncaught") == []


@pytest.fixture
def window(engine: Engine, demo: Demo, pages: ForeignPages) -> Iterator[Window]:
    """Of a room that is new and empty."""
    shown = Window(engine, pages, demo.new_room("Smoke"))
    yield shown
    shown.assert_calm()


def test_it_opens_sends_and_receives(demo: Demo, window: Window) -> None:
    window.open()
    window.say("Good evening")
    window.wait_for("Good evening")
    with closing(demo.speaker()) as somebody:
        somebody.say("And to you", room=window.room)
    window.wait_for("And to you")
    window.photograph("talking")
    assert demo.bodies(window.room) == window.bodies() == ["Good evening", "And to you"]


def test_a_cut_network_loses_and_doubles_nothing(
    demo: Demo, network: Network, window: Window
) -> None:
    window.open()
    window.say("Before")
    window.wait_for("Before")
    network.leads_nowhere()
    network.cut()
    with closing(demo.speaker()) as somebody:
        somebody.say("Meanwhile", room=window.room)
    window.say("Into the dark")
    window.engine.wait(
        ROOT + "return root.querySelector('[role=log]').textContent.includes('dark')"
    )
    assert "Into the dark" not in demo.bodies(window.room)
    network.leads_to(demo.port)
    for body in ("Meanwhile", "Into the dark"):
        window.wait_for(body)
    assert demo.bodies(window.room) == window.bodies() == ["Before", "Meanwhile", "Into the dark"]


def test_older_messages_come_as_one_scrolls_up(demo: Demo, window: Window) -> None:
    said = [f"Number {n}" for n in range(OLDEST_BODIES)]
    demo.seed(window.room, said)
    window.open()
    window.wait_for(said[-1])
    assert said[0] not in window.bodies()
    window.engine.wait(
        ROOT + "root.querySelector('[role=log]').scrollTop = 0;"
        "return [...root.querySelectorAll('[data-seq] div[dir=auto]')]"
        ".some((node) => node.textContent === arguments[0])",
        said[0],
    )
    assert window.bodies() == said


def test_a_picture_is_shown(demo: Demo, window: Window) -> None:
    team = Team(demo)
    team.ask("PATCH", f"/rooms/{window.room}", json={"files": "images"})
    team.show(window.room, files.picture(size=(1600, 900)), "wall.png", f"Look {uuid.uuid4()}")
    window.open()
    width = window.engine.wait(
        ROOT + "return root.querySelector('[role=log] img[alt=\"A red wall\"]')?.naturalWidth"
    )
    window.photograph("picture")
    assert width == 960


def test_the_focus_goes_in_stays_and_comes_back(window: Window) -> None:
    window.open()
    assert window.focused() == "textarea"
    window.engine.press("Tab")
    window.engine.press("Tab", holding="Shift")
    assert window.focused() == "textarea"
    window.engine.press("Escape")
    window.engine.wait(ROOT + "return !root.querySelector('[role=dialog]')?.checkVisibility()")
    assert not window.is_open()
    assert window.focused() == "button"
