"""Scenes of Look and Install for `make screenshots`, beside those of screenshot_scenes.py."""

from __future__ import annotations

from typing import Protocol

import httpx
from playwright.sync_api import Page

from tests.testkit.browser.demo import Demo

SITE = "/dashboard/sites/1/"


class HasDemo(Protocol):
    """What these scenes need of a stage."""

    @property
    def demo(self) -> Demo: ...


def look(page: Page, stage: HasDemo) -> None:
    """A draft that is not saved, in the preview; where there is no room for it, behind a button."""
    page.goto(f"{stage.demo.base_url}{SITE}look/")
    page.get_by_label("Headline").fill("Ask the team")
    page.get_by_label("First line").fill("Hello! What can we do for you?")
    page.get_by_label("Questions below it").fill("Is this in stock?\nWhen do you open?")
    page.get_by_role("button", name="Green").click()
    page.locator(".pane").first.evaluate("(pane) => pane.scrollTo(0, 0)")
    page.mouse.move(0, 0)


def preview(page: Page, stage: HasDemo) -> None:
    look(page, stage)
    opener = page.get_by_role("button", name="Preview")
    if opener.is_visible():
        opener.click()
    frame = page.frame_locator("iframe[data-look-preview]")
    frame.get_by_text("Hello! What can we do for you?").wait_for()


def install_findings(page: Page, stage: HasDemo) -> None:
    """Pages of two origins have said what kept them from the chat."""
    demo = stage.demo
    for kind in ("socket_policy", "call"):
        httpx.post(
            f"{demo.base_url}/api/v1/{demo.site_key}/trouble",
            json={"kind": kind},
            headers={"Origin": demo.pages_url},
        )
    page.goto(f"{demo.base_url}{SITE}")
    page.locator(".finding").last.scroll_into_view_if_needed()


SCENES = {
    "workspace-install-findings": install_findings,
    "workspace-look": look,
    "workspace-look-preview": preview,
}
