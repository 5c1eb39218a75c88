"""A signed-in page in a real browser, and what every page of ours must be.

The fixture `visit` is in conftest.py.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.testkit.browser.axe import assert_well

DESKTOP_LIGHT = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
PHONE_DARK = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
# The widths of the layouts; the lower windows must do without scrolling too.
SCREENS: list[dict[str, Any]] = [
    {"viewport": {"width": width, "height": height}, "color_scheme": "light"}
    for width, height in [(390, 844), (768, 640), (1280, 720), (1440, 900)]
]
SCREEN_NAMES = [str(each["viewport"]["width"]) for each in SCREENS]
AXE_AND_SANDBOX = "does not match the recipient window's origin ('null')"


class Visit:
    """A signed-in page, and everything it complained of."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: Any) -> None:
        # What belongs here: a page that is answered with 4xx on purpose, no sockets on this server,
        # and axe, which calls the sandboxed frame of the preview by this page's origin.
        expected = any(
            words in message.text
            for words in ("the server responded with", "WebSocket", AXE_AND_SANDBOX)
        )
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def press(self, key: str) -> None:
        """Presses a key of the workspace; its script comes after the page's words."""
        self.page.wait_for_load_state()
        self.page.keyboard.press(key)

    def assert_well(self, *, in_both_schemes: bool = False) -> None:
        assert_well(self.page, self.page.url, in_both_schemes=in_both_schemes)
        width = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{self.page.url} is wider than the window"
        if self.page.locator("body.workspace").count():
            self._assert_only_panes_scroll()
        assert not self.complaints, f"{self.page.url}: {self.complaints}"

    def _assert_only_panes_scroll(self) -> None:
        height = self.page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
        assert height[0] <= height[1], f"{self.page.url} is higher than the window"
