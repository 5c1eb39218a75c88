"""axe finds nothing in any state of the widget, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.testkit.browser.axe import assert_well
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import Visit
from tests.testkit.browser.states.site import StateSites
from tests.testkit.browser.states.states import DESK, NARROW, PHONE, STATES
from tests.testkit.browser.states.view import View

SCREENS: dict[str, dict[str, Any]] = {
    DESK: {"viewport": {"width": 1280, "height": 800}},
    PHONE: {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    NARROW: {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
}
# What a phone draws otherwise: from below, over the whole window, or folded.
ANOTHER_ON_A_PHONE = (
    "talking",
    "own-menu",
    "report",
    "emoji",
    "tray",
    "viewer",
    "rooms",
    "people",
    "you",
    "consent",
    "questions",
    "banned",
)
LANGUAGE_OF = {DESK: "en", PHONE: "ar", NARROW: "en"}
SEEN = [
    *((name, DESK) for name in STATES),
    *((name, PHONE) for name in ANOTHER_ON_A_PHONE),
    *((name, NARROW) for name, state in STATES.items() if NARROW in state.screens),
]


@pytest.fixture(scope="module")
def sites(demo: Demo) -> Iterator[StateSites]:
    made = StateSites(demo)
    yield made
    made.close()


@pytest.mark.parametrize(("name", "screen"), SEEN, ids=lambda part: part)
def test_axe_finds_nothing_in_this_state(
    sites: StateSites, visit: Visit, name: str, screen: str
) -> None:
    # What the console says of a cut network or a refusal is judged by the tests of those.
    page = visit("about:blank", complaints=".", **SCREENS[screen])
    STATES[name].scene(View(page, sites, LANGUAGE_OF[screen]))
    assert_well(page, f"{name}, {screen}", in_both_schemes=True)
