"""A page that its owner did not list: refused in words that help, and allowed with one click."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.testkit.browser.chat import COMING_BACK_MS, Chat
from tests.testkit.browser.demo import OWNER_EMAIL, Demo
from tests.testkit.browser.pages import ForeignPages, Visit


@pytest.fixture
def unlisted(demo: Demo) -> Iterator[str]:
    """The address of a page on the demo's second origin, which is taken off the list again."""
    yield f"{demo.unlisted_url}/shop"
    change_origins(demo, "--remove", ok=False)


def test_a_refusal_is_explained_and_the_owner_allows_it_with_one_click(
    demo: Demo, visit: Visit, unlisted: str
) -> None:
    page = visit(unlisted, complaints="inglenook|Inglenook|403")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    chat = Chat(page)
    chat.launcher.click()
    expect(chat.panel.get_by_text("This chat does not know this page yet")).to_be_visible()
    expect(chat.field).to_be_hidden()
    explained = [text for text in said if "list of origins" in text]
    assert len(explained) == 1, said

    owner = sign_in(demo, visit)
    owner.goto(f"{demo.base_url}/dashboard/")
    owner.get_by_role("link", name="Install", exact=True).click()
    expect(owner.get_by_text(demo.unlisted_url, exact=True).first).to_be_visible()
    row = owner.get_by_role("listitem").filter(has_text=demo.unlisted_url)
    row.get_by_role("button", name="Allow this origin").click()
    expect(owner.get_by_role("button", name="Allow this origin")).to_have_count(0)

    # What was left open opens with the page.
    page.reload()
    chat.wait_until_ready().say("Now I may")
    chat.expect_message("Now I may")


@pytest.mark.parametrize("kind", ["a file", "a sandboxed frame"])
def test_a_page_without_an_origin_shows_why_it_is_refused_and_stops_asking(
    kind: str, demo: Demo, visit: Visit, foreign: ForeignPages, tmp_path: Path
) -> None:
    page = visit("about:blank", complaints="inglenook|Inglenook|403")
    # Such a page counts as the internet's, which may not call this machine.
    # An older browser has no such rule.
    with contextlib.suppress(Error):
        page.context.grant_permissions(["local-network-access"])
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    tag = f'<script async src="{demo.base_url}/embed.js" data-site="{demo.site_key}"></script>'
    document = f"<!doctype html><title>No origin</title><p>Words</p>{tag}"
    if kind == "a file":
        file = tmp_path / "page.html"
        file.write_text(document)
        page.goto(file.as_uri())
        host = page.locator("html > inglenook-chat")
    else:
        frame = (
            f'<iframe sandbox="allow-scripts" width="600" height="600" srcdoc="{escape(document)}" '
            'allow="local-network-access"></iframe>'
        )
        page.goto(foreign.add(frame, mode="inline"))
        host = page.frame_locator("iframe").locator("html > inglenook-chat")
    host.get_by_role("button").first.click()
    panel = host.get_by_role("dialog")
    expect(panel.get_by_text("This chat does not know this page yet")).to_be_visible()
    expect(panel.get_by_role("textbox", name="Your message")).to_be_hidden()
    [explained] = [text for text in said if "list of origins" in text]
    assert "the origin of this page is null" in explained
    # Longer than the first wait after a loss.
    before = len([url for url in asked if "/api/" in url])
    page.wait_for_timeout(6_000)
    assert len([url for url in asked if "/api/" in url]) == before


@pytest.mark.parametrize("transport", ["auto", "sse", "poll"])
def test_an_origin_that_is_withdrawn_closes_its_chats(
    transport: str, demo: Demo, visit: Visit, unlisted: str
) -> None:
    change_origins(demo, "--add")
    choose = f"""new MutationObserver(() => {{
        for (const tag of document.querySelectorAll("script[data-site]"))
                tag.dataset.transport = "{transport}";
    }}).observe(document, {{ childList: true, subtree: true }})"""
    page = visit(
        unlisted, complaints="inglenook|Inglenook|403|CORS policy|ERR_FAILED", before=choose
    )
    chat = Chat(page).open()
    chat.say(f"Still here, {transport}")
    chat.expect_message(f"Still here, {transport}")
    change_origins(demo, "--remove")
    expect(chat.field).to_be_hidden(timeout=COMING_BACK_MS)
    expect(chat.panel.get_by_text("This chat does not know this page yet")).to_be_visible()


def change_origins(demo: Demo, how: str, *, ok: bool = True) -> None:
    demo.run("site", "origins", "--site", demo.site_key, how, demo.unlisted_url, ok=ok)


def sign_in(demo: Demo, visit: Visit) -> Page:
    """The owner, by a link of their own: the one that the demo prints is somebody else's to use."""
    link = demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1]
    owner = visit(link)
    owner.get_by_role("button", name="Sign in").click()
    expect(owner).to_have_url(f"{demo.base_url}/dashboard/")
    return owner
