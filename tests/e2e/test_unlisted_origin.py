"""A page that its owner did not list: refused in words that help, and allowed with one click."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chat import COMING_BACK_MS, Chat
from tests.e2e.conftest import Visit
from tests.e2e.demo import OWNER_EMAIL, Demo


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
    expect(chat.field).to_be_disabled()
    explained = [text for text in said if "list of origins" in text]
    assert len(explained) == 1, said

    owner = sign_in(demo, visit)
    owner.goto(f"{demo.base_url}/dashboard/")
    owner.get_by_role("link", name="Demo site", exact=True).click()
    expect(owner.get_by_text(demo.unlisted_url, exact=True).first).to_be_visible()
    row = owner.get_by_role("listitem").filter(has_text=demo.unlisted_url)
    row.get_by_role("button", name="Allow this origin").click()
    expect(owner.get_by_role("button", name="Allow this origin")).to_have_count(0)

    # What was left open opens with the page.
    page.reload()
    chat.wait_until_ready().say("Now I may")
    chat.expect_message("Now I may")


def test_an_origin_that_is_withdrawn_closes_its_chats(
    demo: Demo, visit: Visit, unlisted: str
) -> None:
    change_origins(demo, "--add")
    page = visit(unlisted, complaints="inglenook|Inglenook|403")
    chat = Chat(page).open()
    chat.say("Still here")
    chat.expect_message("Still here")
    change_origins(demo, "--remove")
    expect(chat.field).to_be_disabled(timeout=COMING_BACK_MS)
    expect(chat.panel.get_by_role("status")).to_be_visible()


def change_origins(demo: Demo, how: str, *, ok: bool = True) -> None:
    demo.run("site", "origins", "--site", demo.site_key, how, demo.unlisted_url, ok=ok)


def sign_in(demo: Demo, visit: Visit) -> Page:
    """The owner, by a link of their own: the one that the demo prints is somebody else's to use."""
    link = demo.run("owner", "login-link", "--email", OWNER_EMAIL).split()[-1]
    owner = visit(link)
    owner.get_by_role("button", name="Sign in").click()
    expect(owner).to_have_url(f"{demo.base_url}/dashboard/")
    return owner
