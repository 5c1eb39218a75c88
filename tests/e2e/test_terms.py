"""What a site asks before somebody writes: consent once a version, and questions of the team."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.testkit.browser.chat import Chat
from tests.testkit.browser.demo import Demo
from tests.testkit.browser.pages import ForeignPages, Visit

TERMS = "Before you write"
QUESTIONS = "Before you write to the team"
Asks = Callable[..., None]


@pytest.fixture
def program(demo: Demo) -> Iterator[httpx.Client]:
    """Of the owner: it may change the site, and read people."""
    scopes = ("--scope", "site:write", "--scope", "people:read")
    words = ("--site", demo.site_key, "--name", "Terms", *scopes)
    secret = json.loads(demo.run("key", "create", *words, "--json"))["key"]
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=f"{demo.base_url}/api/v1/manage", headers=headers) as client:
        yield client


@pytest.fixture
def asks(program: httpx.Client) -> Iterator[Asks]:
    """Changes what the site asks for; afterwards it asks for nothing."""

    def change(**settings: Any) -> None:
        program.patch("/site", json=settings).raise_for_status()

    yield change
    change(consent=None, prechat={})


def dialog(chat: Chat, name: str) -> Locator:
    return chat.panel.get_by_role("dialog", name=name, exact=True)


def test_consent_is_asked_when_somebody_wants_to_write_and_once_a_version(
    demo: Demo, asks: Asks, visit: Visit, foreign: ForeignPages
) -> None:
    asks(consent={"text": "We keep what you write for 90 days.", "version": "e2e-1"})
    page = visit(foreign.add(room=demo.new_room("Attic")))
    chat = Chat(page).open()
    terms = dialog(chat, TERMS)
    expect(chat.field).to_be_focused()
    expect(terms).to_be_hidden()
    page.keyboard.type("Hello")
    expect(terms).to_be_visible()
    expect(terms.get_by_text("We keep what you write for 90 days.")).to_be_visible()
    terms.get_by_role("button", name="Only read").click()
    expect(terms).to_be_hidden()

    chat.field.click()
    terms.get_by_role("button", name="Agree and write").click()
    expect(terms).to_be_hidden()
    expect(chat.field).to_be_focused()
    page.keyboard.type("Now I may")
    page.keyboard.press("Enter")
    chat.expect_message("Now I may")

    page.reload()
    chat.wait_until_ready()
    chat.say("And again")
    chat.expect_message("And again")

    asks(consent={"text": "We keep it for a year.", "version": "e2e-2"})
    page.reload()
    chat.wait_until_ready()
    chat.field.click()
    expect(terms.get_by_text("We keep it for a year.")).to_be_visible()


def test_the_team_has_the_answers_before_the_first_message(
    asks: Asks, program: httpx.Client, visit: Visit, foreign: ForeignPages
) -> None:
    fields = [{"key": "order", "label": "Order number", "required": True}]
    asks(prechat={"name": "optional", "email": "required", "fields": fields})
    page = visit(foreign.add(room="private"))
    chat = Chat(page).open()
    questions = dialog(chat, QUESTIONS)
    chat.field.click()
    expect(questions.get_by_role("textbox", name="Your name")).to_be_focused()
    questions.get_by_role("textbox", name="Your name").fill("Robin of e2e")
    questions.get_by_role("textbox", name="E-mail").fill("robin@example.org")
    questions.get_by_role("button", name="Go on").click()
    expect(questions).to_be_visible()  # the order number is missing
    questions.get_by_role("textbox", name="Order number").fill("A 17")
    questions.get_by_role("button", name="Go on").click()
    expect(questions).to_be_hidden()
    expect(chat.field).to_be_focused()
    page.keyboard.type("Where is it?")
    page.keyboard.press("Enter")
    chat.expect_message("Where is it?")
    found = program.get("/visitors", params={"query": "robin@example"}).json()["items"]
    assert [(one["name"], one["email"]) for one in found] == [("Robin of e2e", "robin@example.org")]
