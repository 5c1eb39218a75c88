"""From an empty server to a site with its tag, by the code of the console, in a browser alone."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.backend.cli.test_serving import set_up_code
from tests.conftest import Serve


def test_an_owner_starts_by_the_code_of_the_console(serve: Serve, browser: Browser) -> None:
    server = serve()
    code = set_up_code(server)
    page = browser.new_page()
    page.goto(server.base_url)
    expect(page.get_by_role("heading", name="Set up this server")).to_be_visible()
    page.get_by_label("Code").fill("AAAA-AAAA-AAAA")
    page.get_by_label("Your name").fill("Olive")
    page.get_by_label("E-mail address").fill("olive@shop.example")
    page.get_by_label("Password").fill("a hearth with two chairs")
    page.get_by_role("button", name="Make my account").click()
    expect(page.locator("#id_code_error")).to_contain_text("not the one on the console")
    expect(page.get_by_label("Your name")).to_have_value("Olive")
    page.get_by_label("Code").fill(code.lower())
    page.get_by_label("Password").fill("a hearth with two chairs")
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/dashboard/sites/new/")
    page.get_by_label("Name").fill("Candle Shop")
    page.get_by_label("Addresses").fill("https://shop.example")
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_text("data-site=").first).to_be_visible()
    page.goto(f"{server.base_url}/set-up/")
    page.wait_for_url("**/dashboard/")
    page.close()
