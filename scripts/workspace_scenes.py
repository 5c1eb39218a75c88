"""The scenes of the workspace for `make screenshots`, as scripts/screenshot_scenes.py has those of
the widget and of visitors' pages.
"""

from __future__ import annotations

import re
import uuid

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
    expect(page.get_by_role("heading", name="Mira", level=1)).to_be_visible()


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


def workspace_letter(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}{SITE}")
    page.get_by_text("Send it to somebody").click()
    page.get_by_text("Write an e-mail").scroll_into_view_if_needed()


def workspace_toast(page: Page, stage: Stage) -> None:
    """A message is pinned, or its pin taken out again at the next size."""
    page.goto(f"{stage.demo.base_url}{SITE}rooms/{stage.busy}/messages/1/")
    page.get_by_role("button", name=re.compile("^(Pin|Take the pin out)$")).click()
    expect(page.locator("[data-toast]")).to_be_visible()


def first_of(listing: str, link: str, then: str = "") -> Scene:
    """The page that the first link of a list leads to, or one below it."""

    def go(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.demo.base_url}{SITE}{listing}")
        href = page.locator(link).first.get_attribute("href")
        page.goto(f"{stage.demo.base_url}{href}{then}")

    return go


def workspace_remove_origin(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}{SITE}origins/")
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_role("heading", name="Remove")).to_be_visible()


def wrong_sign_in(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.demo.base_url}/accounts/login/")
    page.get_by_label("E-mail address").fill(f"{uuid.uuid4().hex[:8]}@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


def at_fresh(path: str) -> Scene:
    """A page of the site where nothing has happened yet."""

    def go(page: Page, stage: Stage) -> None:
        page.goto(f"{stage.demo.base_url}/dashboard/")
        href = page.locator(".rail [data-section=install]").get_attribute("href")
        page.goto(f"{stage.demo.base_url}{href}{path}")

    return go


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
    "workspace-install-letter": workspace_letter,
    "workspace-look": workspace_look,
    "workspace-look-preview": workspace_preview,
    "workspace-words": at(f"{SITE}words/?lang=de"),
    "workspace-origins": at(f"{SITE}origins/"),
    "workspace-remove-origin": workspace_remove_origin,
    "workspace-on-pages": at(f"{SITE}on-my-pages/"),
    "workspace-rotate-key": at(f"{SITE}key/rotate/"),
    "workspace-disable-site": at(f"{SITE}disable/"),
    "workspace-inbox": at(f"{SITE}inbox/"),
    "workspace-conversation": workspace_conversation,
    "workspace-people": at(f"{SITE}people/"),
    "workspace-person": workspace_person,
    "workspace-erase-person": first_of("people/", "a.person-name", "erase/"),
    "workspace-log": at(f"{SITE}log/"),
    "workspace-notices": at(f"{SITE}notices/"),
    "workspace-settings": at(f"{SITE}settings/"),
    "workspace-questions": at(f"{SITE}settings/questions/"),
    "workspace-hours": at(f"{SITE}settings/hours/"),
    "workspace-writing": at(f"{SITE}settings/writing/"),
    "workspace-consent": at(f"{SITE}settings/consent/"),
    "workspace-site-keys": at(f"{SITE}settings/keys/"),
    "workspace-kept": at(f"{SITE}settings/kept/"),
    "workspace-delete-site": at(f"{SITE}settings/delete/"),
    "workspace-deleted-sites": at("/dashboard/sites/deleted/"),
    "workspace-rooms": at(f"{SITE}rooms/"),
    "workspace-rooms-archived": at(f"{SITE}rooms/?show=archived"),
    "workspace-new-room": at(f"{SITE}new-room/"),
    "workspace-room": at(f"{SITE}rooms/BUSY/"),
    "workspace-room-empty": at(f"{SITE}rooms/EMPTY/"),
    "workspace-room-settings": at(f"{SITE}rooms/BUSY/settings/"),
    "workspace-room-about": at(f"{SITE}rooms/BUSY/side/"),
    "workspace-clear-room": at(f"{SITE}rooms/BUSY/clear/"),
    "workspace-delete-room": at(f"{SITE}rooms/BUSY/delete/"),
    "workspace-message": at(f"{SITE}rooms/BUSY/messages/1/"),
    "workspace-delete-message": at(f"{SITE}rooms/BUSY/messages/1/delete/"),
    "workspace-toast": workspace_toast,
    "workspace-team": at(f"{SITE}team/"),
    "workspace-leave-team": at(f"{SITE}team/leave/"),
    "workspace-remove-member": first_of("team/", "a[href$='/remove/']"),
    "workspace-you": at("/dashboard/you/"),
    "workspace-signing-in": at("/accounts/security/"),
    "workspace-app": at("/accounts/app/add/"),
    "workspace-sessions": at("/accounts/sessions/"),
    "workspace-set-password": at("/accounts/password/set/"),
    "workspace-sign-out": at("/accounts/logout/"),
    "workspace-review": at(f"{SITE}review/"),
    "workspace-case": first_of("review/", ".queue a.pane-line"),
    "workspace-sanctions": at(f"{SITE}review/sanctions/"),
    "workspace-new-sanction": at(f"{SITE}review/sanctions/new/"),
    "workspace-word-rules": at(f"{SITE}review/words/"),
    "workspace-new-word-rule": at(f"{SITE}review/words/new/"),
    "workspace-word-rule": first_of("review/words/", "tbody th a"),
    "workspace-remove-word-rule": first_of("review/words/", "tbody th a", "remove/"),
    "workspace-several": at(f"{SITE}review/several/?words=tea"),
    "workspace-offline": at("/dashboard/offline/"),
    "workspace-not-found": at("/dashboard/nowhere/"),
}
# Somebody who has no site yet, and a password.
NEWCOMER_SCENES: dict[str, Scene] = {
    "workspace-empty": at("/dashboard/"),
    "workspace-change-password": at("/accounts/password/change/"),
    "workspace-not-yours": at(SITE),
}
# Somebody whose site is a moment old.
FRESH_SCENES: dict[str, Scene] = {
    "workspace-fresh-home": at("/dashboard/"),
    "workspace-fresh-install": at_fresh(""),
    "workspace-fresh-inbox": at_fresh("inbox/"),
    "workspace-fresh-rooms": at_fresh("rooms/"),
    "workspace-fresh-review": at_fresh("review/"),
    "workspace-fresh-people": at_fresh("people/"),
    "workspace-fresh-sanctions": at_fresh("review/sanctions/"),
    "workspace-fresh-word-rules": at_fresh("review/words/"),
    "workspace-fresh-log": at_fresh("log/"),
    "workspace-fresh-team": at_fresh("team/"),
    "workspace-fresh-search": at_fresh("search/?q=nobody"),
}
# Nobody is signed in.
STRANGER_SCENES: dict[str, Scene] = {
    "workspace-entrance": at("/"),
    "workspace-sign-in": at("/accounts/login/"),
    "workspace-sign-in-errors": wrong_sign_in,
    "workspace-sign-up": at("/accounts/signup/"),
    "workspace-forgotten-password": at("/accounts/password/reset/"),
    "workspace-link-gone": at("/login/1-1-1/"),
    "workspace-invitation-gone": at("/invite/none/"),
    "workspace-nowhere": at("/nowhere/"),
}

# The scene of each page, by the name of its address; a test asks that no page lacks one.
OF_PAGES: dict[str, str] = {
    "home": "workspace-home",
    "offline": "workspace-offline",
    "profile": "workspace-you",
    "create_site": "workspace-create",
    "deleted_sites": "workspace-deleted-sites",
    "site": "workspace-install",
    "notices": "workspace-notices",
    "search": "workspace-search",
    "site_settings": "workspace-settings",
    "questions": "workspace-questions",
    "hours": "workspace-hours",
    "look": "workspace-look",
    "look_preview": "workspace-look-preview",
    "words": "workspace-words",
    "delete_site": "workspace-delete-site",
    "writing": "workspace-writing",
    "consent": "workspace-consent",
    "kept": "workspace-kept",
    "keys": "workspace-site-keys",
    "origins": "workspace-origins",
    "remove_origin": "workspace-remove-origin",
    "on_pages": "workspace-on-pages",
    "rotate_key": "workspace-rotate-key",
    "disable_site": "workspace-disable-site",
    "team": "workspace-team",
    "leave_team": "workspace-leave-team",
    "remove_member": "workspace-remove-member",
    "rooms": "workspace-rooms",
    "create_room": "workspace-new-room",
    "room": "workspace-room",
    "room_side": "workspace-room-about",
    "room_settings": "workspace-room-settings",
    "clear_room": "workspace-clear-room",
    "delete_room": "workspace-delete-room",
    "message_acts": "workspace-message",
    "delete_message": "workspace-delete-message",
    "review": "workspace-review",
    "case": "workspace-case",
    "several": "workspace-several",
    "sanctions": "workspace-sanctions",
    "create_sanction": "workspace-new-sanction",
    "word_rules": "workspace-word-rules",
    "word_rule": "workspace-word-rule",
    "create_word_rule": "workspace-new-word-rule",
    "remove_word_rule": "workspace-remove-word-rule",
    "inbox": "workspace-inbox",
    "conversation": "workspace-conversation",
    "log": "workspace-log",
    "people": "workspace-people",
    "person": "workspace-person",
    "erase_person": "workspace-erase-person",
}
