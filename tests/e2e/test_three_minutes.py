"""From an empty database to the first private answer: by clicks alone, in less than three minutes.

The command line shows the code of the console, and no more.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.backend.cli.test_serving import set_up_code
from tests.conftest import Serve
from tests.testkit.browser.chat import Chat
from tests.testkit.browser.pages import ForeignPages, Visit

MOST_SECONDS = 180
LABEL = "Chat with Candle Shop"
HEADLINE = "The candle makers"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Candle Shop</title>
<link rel="icon" href="data:,"></head>
<body><h1>Candles</h1><button data-inglenook-open="private">Ask us</button>{tag}</body></html>"""


@dataclass(frozen=True)
class NoTag:
    """These pages have the tag that the owner copies."""

    base_url: str = ""
    site_key: str = ""


@pytest.fixture
def shop() -> Iterator[ForeignPages]:
    pages = ForeignPages(NoTag())
    yield pages
    pages.close()


def sign_up(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_label("Your name").fill("Olive")
    page.get_by_label("E-mail address").fill("olive@shop.example")
    page.get_by_label("Password").fill("a hearth with two chairs")
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/dashboard/sites/new/")


def add_the_site(page: Page, origin: str) -> None:
    page.get_by_label("Name").fill("Candle Shop")
    page.get_by_label("Addresses").fill(origin)
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_role("heading", name="Install")).to_be_visible()


def rail(page: Page, section: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{section}")).click()


def choose_the_look(page: Page) -> None:
    """The preview is the real widget, and shows what is not saved yet."""
    rail(page, "Settings")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="Look").click()
    page.get_by_label("Words on the button").fill(LABEL)
    page.get_by_label("Headline").fill(HEADLINE)
    preview = page.frame_locator("iframe[data-look-preview]")
    expect(preview.get_by_role("dialog", name=HEADLINE)).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_an_owner_answers_the_first_visitor_within_three_minutes(
    serve: Serve, visit: Visit, shop: ForeignPages
) -> None:
    server = serve()
    code = set_up_code(server)
    began = time.monotonic()
    owner = visit(server.base_url)
    sign_up(owner, code)
    add_the_site(owner, shop.origin)
    choose_the_look(owner)
    rail(owner, "Install")
    expect(owner.get_by_text("Not seen yet", exact=True)).to_be_visible()
    tag = owner.locator("#snippet").inner_text()

    visitor = visit(shop.show(PAGE.format(tag=tag)))
    expect(visitor.get_by_role("button", name=LABEL)).to_be_visible()
    visitor.get_by_role("button", name="Ask us").click()
    line = Chat(visitor).wait_until_ready()
    expect(owner.get_by_text("Working")).to_be_visible()
    line.say("Is the blue one still there?")
    line.expect_message("Is the blue one still there?")

    expect(owner).to_have_title(re.compile(r"^\(1\) "), timeout=20_000)
    rail(owner, "Inbox")
    owner.get_by_role("link", name=re.compile(line.name())).first.click()
    expect(owner.get_by_text("Is the blue one still there?").last).to_be_visible()
    owner.get_by_role("textbox", name="Write as Olive").fill("It is, shall I keep it?")
    owner.get_by_role("button", name="Send").click()
    line.expect_message("It is, shall I keep it?")
    assert time.monotonic() - began < MOST_SECONDS
