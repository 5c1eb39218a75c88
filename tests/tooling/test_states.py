"""Each state that the design names has a scene, and `make screenshots` takes it from both sides."""

from __future__ import annotations

from itertools import product

from scripts.screenshots import SIZES
from scripts.state_scenes import LANGUAGES, scenes_on
from tests.testkit.browser.states.states import DESIGNED, STATES
from tests.testkit.browser.states.texts import OF_LANGUAGES


def test_each_designed_state_has_a_scene() -> None:
    assert len(DESIGNED) >= 30
    assert {name: state for name, state in DESIGNED.items() if state not in STATES} == {}


def test_screenshots_take_each_state_in_each_language_and_on_screens_that_there_are() -> None:
    screens = {state.screens for state in STATES.values()}
    taken = [name for on in screens for name in scenes_on(on)]
    assert sorted(taken) == sorted(
        f"state-{name}-{language}" for name, language in product(STATES, LANGUAGES)
    )
    assert {size for on in screens for size in on} <= set(SIZES)


def test_people_say_the_same_in_each_language() -> None:
    first, *others = OF_LANGUAGES.values()
    assert set(OF_LANGUAGES) == set(LANGUAGES)
    for words in others:
        assert set(words) == set(first)
