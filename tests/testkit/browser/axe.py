"""Nothing for axe to find."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What axe judges by colours: all else is the same in both schemes.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def assert_well(page: Page, what: str, *, in_both_schemes: bool = False) -> None:
    """In the scheme that the page has; or in light, and once more by its colours in dark."""
    if in_both_schemes:
        # Colours on their way from one scheme to the other are of neither.
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        _assert_none(Axe().run(page, options=COLOURS), f"{what}, dark")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
    _assert_none(Axe().run(page), what)


def _assert_none(found: Any, what: str) -> None:
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"
