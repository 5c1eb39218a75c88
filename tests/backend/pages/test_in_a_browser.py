"""The pages in a real browser.

Without any script, with HTMX, and for people who cannot see or use a mouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.testkit.server import Server

Open = Callable[..., Page]
# Refusals and lost connections are what some of these tests are about; the browser and HTMX report
# them.
EXPECTED = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests of this file; each has a site of its own."""
    served = Server(tmp_path_factory.mktemp("pages")).start()
    yield served
    served.stop()
    served.assert_clean()


@pytest.fixture
def address(server: Server) -> str:
    site = server.ask("site", "create", "--name", "Candles", "--origin", "https://shop.example")
    return f"{server.base_url}/s/{site['site_key']}/r/lobby/"


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """A person of their own, on the room's page.

    What the console complains about fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(*, has_script: bool = True, **options: Any) -> Page:
        context = browser.new_context(java_script_enabled=has_script, **options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if not text.startswith(EXPECTED)] == []


def bodies(page: Page) -> list[str]:
    return page.locator(".message .body").all_inner_texts()


def test_two_people_talk_one_of_them_without_any_script(open_page: Open) -> None:
    scripted, plain = open_page(), open_page(has_script=False)
    scripted.get_by_label("Message", exact=True).fill("Hello from HTMX")
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#m-1")).to_be_visible()
    expect(scripted.get_by_label("Message", exact=True)).to_have_value("")
    expect(scripted.get_by_label("Message", exact=True)).to_be_focused()
    assert "?" not in scripted.url

    plain.reload()
    plain.get_by_label("Message", exact=True).fill("Hello without a script")
    plain.get_by_role("button", name="Send").click()
    assert bodies(plain) == ["Hello from HTMX", "Hello without a script"]

    expect(scripted.locator("#m-2")).to_be_visible(timeout=8000)
    assert bodies(scripted) == ["Hello from HTMX", "Hello without a script"]
    scripted.get_by_label("Message", exact=True).fill("Again")
    scripted.get_by_role("button", name="Send").click()
    expect(scripted.locator("#m-3")).to_be_visible()
    scripted.wait_for_timeout(4000)
    assert bodies(scripted) == ["Hello from HTMX", "Hello without a script", "Again"]


def test_a_refused_message_stays_in_its_box(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Message", exact=True).fill("x" * 2001)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("A message may have 2000 characters.")
    expect(page.get_by_label("Message", exact=True)).to_have_value("x" * 2001)
    page.get_by_label("Message", exact=True).fill("Short")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#m-1")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_lost_connection_keeps_the_text(open_page: Open) -> None:
    page = open_page()
    page.context.set_offline(True)
    page.get_by_label("Message", exact=True).fill("Still here")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("did not reach us")
    expect(page.get_by_label("Message", exact=True)).to_have_value("Still here")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#m-1")).to_be_visible()


def test_text_that_is_not_sent_survives_a_reload(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Message", exact=True).fill("Half a thought")
    page.reload()
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a thought")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#m-1")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    page.get_by_label("Message", exact=True).fill("And the next")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#m-2")).to_be_visible()


def test_a_browser_without_a_script_may_put_the_text_back(open_page: Open) -> None:
    """Firefox does at a reload, all do on the way back.

    Never with it the id of a message that was sent.
    """
    page = open_page(has_script=False)
    assert page.get_by_label("Message", exact=True).get_attribute("autocomplete") is None
    assert page.locator("[name=cid]").get_attribute("autocomplete") == "off"
    page.get_by_label("Message", exact=True).fill("Half a thought")
    page.goto(page.url.replace("lobby", "never"))
    page.go_back()
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a thought")


def test_looking_for_new_messages_without_a_script_keeps_what_is_written(open_page: Open) -> None:
    other, page = open_page(), open_page(has_script=False)
    page.get_by_label("Message", exact=True).fill("Half a <thought>\n & more")
    other.get_by_label("Message", exact=True).fill("News")
    other.keyboard.press("Enter")
    expect(other.locator("#m-1")).to_be_visible()
    page.get_by_role("button", name="Look for new messages").click()
    assert bodies(page) == ["News"]
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a <thought>\n & more")
    page.get_by_role("button", name="Send").click()
    assert bodies(page) == ["News", "Half a <thought>\n & more"]
    page.get_by_role("button", name="Look for new messages").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_name_can_be_chosen(open_page: Open, has_script: bool) -> None:
    page = open_page(has_script=has_script)
    page.get_by_text("Choose one").click()
    page.get_by_label("Your name here").fill("Moderator")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Your name here").fill("Robin")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#me strong")).to_have_text("Robin")


def test_older_messages_come_above_and_the_newest_stay_in_view(open_page: Open) -> None:
    page = open_page()
    for n in range(1, 10):
        page.get_by_label("Message", exact=True).fill(f"No. {n}\n" * 12)
        page.get_by_role("button", name="Send").click()
        expect(page.locator(f"#m-{n}")).to_be_visible()
    expect(page.locator("#m-9")).to_be_in_viewport()
    expect(page.locator("#m-1")).not_to_be_in_viewport()
    page.goto(page.url.split("?")[0] + "?before=4")
    expect(page.locator("#m-3")).to_be_in_viewport()
    expect(page.locator("#m-4")).to_have_count(0)
    page.get_by_role("link", name="To the newest messages").click()
    expect(page.locator("#m-9")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(open_page: Open, address: str, scheme: str, width: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = {"empty": Axe().run(page)}
    page.get_by_label("Message", exact=True).fill("*Warm* _light_ `wax` https://example.org")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#m-1")).to_be_visible()
    found["busy"] = Axe().run(page)
    page.get_by_text("Change name").click()
    page.get_by_label("Your name here").fill("Moderator")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["refused"] = Axe().run(page)
    page.goto(address.replace("lobby", "never"))
    found["not here"] = Axe().run(page)
    assert {
        name: result.generate_report() for name, result in found.items() if result.violations_count
    } == {}
