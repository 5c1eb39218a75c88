"""The scenes of the widget's states for `make screenshots`: each from the left, in English, and
from the right, in Arabic.
"""

from __future__ import annotations

from playwright.sync_api import Page

from scripts.screenshot_scenes import Scene, Stage
from tests.testkit.browser.states.states import STATES, State
from tests.testkit.browser.states.view import View

LANGUAGES = ("en", "ar")


def scene_of(state: State, language: str) -> Scene:
    def go(page: Page, stage: Stage) -> None:
        state.scene(View(page, stage.states, language))

    return go


def scenes_on(screens: tuple[str, ...]) -> dict[str, Scene]:
    """The states that have exactly these screens."""
    return {
        f"state-{name}-{language}": scene_of(state, language)
        for name, state in STATES.items()
        if state.screens == screens
        for language in LANGUAGES
    }
