"""A room on the team's page, served for real.

The staff socket brings the message long before the page would have asked for it.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Serve
from tests.testkit.server import Server

# The page asks every five seconds by itself: what is there sooner came by the socket.
SOON_MS = 2500


def signed_in(browser: Browser, server: Server, email: str) -> Page:
    link = server.ask("owner", "login-link", "--email", email)["login_link"]
    page = browser.new_context().new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My sites")).to_be_visible()
    return page


@pytest.fixture
def server(serve: Serve) -> Server:
    server = serve()
    server.run("owner", "create", "--email", "olive@shop.example")
    server.run("site", "create", "--name", "Shop", "--origin", "https://shop.example")
    return server


def room_page(page: Page, server: Server) -> Page:
    page.goto(f"{server.base_url}/dashboard/sites/1/rooms/lobby/")
    expect(page.locator("#live-state")).to_have_text("Live")
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Write as").fill(text)
    page.get_by_role("button", name="Send").click()


def test_a_message_is_there_at_once_and_once(browser: Browser, server: Server) -> None:
    reader = room_page(signed_in(browser, server, "olive@shop.example"), server)
    writer = room_page(signed_in(browser, server, "olive@shop.example"), server)
    complaints: list[Any] = []
    reader.on("console", lambda message: complaints.append(message.text))
    for number in range(1, 4):
        write(writer, f"message {number}")
        expect(reader.locator(f"#m-{number}")).to_contain_text(f"message {number}", timeout=SOON_MS)
    writer.once("dialog", lambda dialog: dialog.accept())
    writer.locator("#m-2").get_by_role("link", name="Delete my message").click()
    expect(reader.locator("#m-2")).to_contain_text("Deleted by", timeout=SOON_MS)
    assert [item.get_attribute("id") for item in reader.locator("#messages li").all()] == [
        "m-1",
        "m-2",
        "m-3",
    ]
    assert complaints == []


def test_the_page_catches_up_after_a_restart(browser: Browser, server: Server) -> None:
    reader = room_page(signed_in(browser, server, "olive@shop.example"), server)
    writer = room_page(signed_in(browser, server, "olive@shop.example"), server)
    write(writer, "before")
    expect(reader.locator("#messages li")).to_have_count(1)
    server.restart()
    expect(reader.locator("#live-state")).to_have_text("Live", timeout=15_000)
    write(writer, "after")
    expect(reader.locator("#messages li")).to_have_count(2, timeout=30_000)
