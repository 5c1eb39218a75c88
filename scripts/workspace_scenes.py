"""The scenes of the workspace for `make screenshots`, as scripts/screenshot_scenes.py has those of
the widget and of visitors' pages.
"""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from scripts.screenshot_scenes import Scene, Stage, at, opened

SITE = "/dashboard/sites/1/"


def workspace_conversation(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}{SITE}inbox/")
    page.get_by_role("link", name="Mira").click()
    expect(page.get_by_role("log")).to_be_visible()


def workspace_person(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}{SITE}people/")
    page.get_by_role("link", name="Mira").first.click()
    expect(page.get_by_role("heading", name="Mira")).to_be_visible()


def create_with_errors(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}/dashboard/sites/new/")
    page.get_by_label("Addresses").fill("shop.example/about\n*.shop.example\nhttps://ok.example")
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_role("alert")).to_be_visible()


def workspace_home(page: Page, stage: Stage) -> None:
    """Somebody is in a room meanwhile."""
    visitor = page.context.new_page()
    opened(visitor, stage)
    page.goto(f"{stage.demo.base_url}/dashboard/")
    expect(page.get_by_text("in your rooms now")).to_be_visible()
    page.bring_to_front()


def workspace_menu(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}{SITE}rooms/")
    menus = page.locator(".bar summary, .rail .you summary")
    menus.locator("visible=true").click()


def workspace_keys(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}/dashboard/")
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


def workspace_look(page: Page, stage: Stage) -> None:
    """A draft that is not saved, in the preview; where there is no room for it, behind a button."""
    page.goto(f"{stage.demo.base_url}{SITE}look/")
    page.get_by_label("Headline").fill("Ask the team")
    page.get_by_label("First line").fill("Hello! What can we do for you?")
    page.get_by_label("Questions below it").fill("Is this in stock?\nWhen do you open?")
    page.get_by_role("button", name="Green").click()
    page.locator(".pane").first.evaluate("(pane) => pane.scrollTo(0, 0)")
    page.mouse.move(0, 0)


def workspace_preview(page: Page, stage: Stage) -> None:
    workspace_look(page, stage)
    opener = page.get_by_role("button", name="Preview")
    if opener.is_visible():
        opener.click()
    frame = page.frame_locator("iframe[data-look-preview]")
    frame.get_by_text("Hello! What can we do for you?").wait_for()


def workspace_install_findings(page: Page, stage: Stage) -> None:
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


OWNER_SCENES: dict[str, Scene] = {
    "workspace-home": workspace_home,
    "workspace-menu": workspace_menu,
    "workspace-keys": workspace_keys,
    "workspace-search": at(f"{SITE}search/?q=o"),
    "workspace-create": at("/dashboard/sites/new/"),
    "workspace-create-errors": create_with_errors,
    "workspace-install": at(SITE),
    "workspace-install-findings": workspace_install_findings,
    "workspace-look": workspace_look,
    "workspace-look-preview": workspace_preview,
    "workspace-words": at(f"{SITE}words/?lang=de"),
    "workspace-origins": at(f"{SITE}origins/"),
    "workspace-inbox": at(f"{SITE}inbox/"),
    "workspace-conversation": workspace_conversation,
    "workspace-people": at(f"{SITE}people/"),
    "workspace-person": workspace_person,
    "workspace-log": at(f"{SITE}log/"),
    "workspace-notices": at(f"{SITE}notices/"),
    "workspace-settings": at(f"{SITE}settings/"),
    "workspace-writing": at(f"{SITE}settings/writing/"),
    "workspace-consent": at(f"{SITE}settings/consent/"),
    "workspace-questions": at(f"{SITE}settings/questions/"),
    "workspace-site-keys": at(f"{SITE}settings/keys/"),
    "workspace-kept": at(f"{SITE}settings/kept/"),
    "workspace-delete-site": at(f"{SITE}settings/delete/"),
    "workspace-deleted-sites": at("/dashboard/sites/deleted/"),
    "workspace-rooms": at(f"{SITE}rooms/"),
    "workspace-new-room": at(f"{SITE}new-room/"),
    "workspace-room": at(f"{SITE}rooms/BUSY/"),
    "workspace-room-empty": at(f"{SITE}rooms/EMPTY/"),
    "workspace-room-settings": at(f"{SITE}rooms/BUSY/settings/"),
    "workspace-team": at(f"{SITE}team/"),
    "workspace-leave-team": at(f"{SITE}team/leave/"),
    "workspace-you": at("/dashboard/you/"),
    "workspace-signing-in": at("/accounts/security/"),
    "workspace-app": at("/accounts/app/add/"),
    "workspace-sessions": at("/accounts/sessions/"),
    "workspace-room-about": at(f"{SITE}rooms/BUSY/side/"),
    "workspace-review": at(f"{SITE}review/"),
    "workspace-sanctions": at(f"{SITE}review/sanctions/"),
    "workspace-new-sanction": at(f"{SITE}review/sanctions/new/"),
    "workspace-word-rules": at(f"{SITE}review/words/"),
    "workspace-new-word-rule": at(f"{SITE}review/words/new/"),
    "workspace-several": at(f"{SITE}review/several/?words=tea"),
    "workspace-offline": at("/dashboard/offline/"),
}
# Somebody who has no site yet.
NEWCOMER_SCENES: dict[str, Scene] = {"workspace-empty": at("/dashboard/")}
