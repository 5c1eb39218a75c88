"""`me`: who the visitor is, and another name."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page


def test_it_says_who_the_visitor_is(page: Page, visitor: Visitor) -> None:
    answer = page.get("me")
    shown = {
        "id": visitor.public_id,
        "name": "Amber Otter",
        "role": "visitor",
        "messages": 0,
        "consent": None,
        "email": None,
        "answers": {},
        "attributes": {},
    }
    assert (answer.status_code, answer.json()) == (200, shown)


def test_a_name_can_be_changed(page: Page, visitor: Visitor) -> None:
    answer = page.call("PATCH", "me", {"name": " Robin  Hood "})
    assert (answer.status_code, answer.json()["name"]) == (200, "Robin Hood")
    assert page.get("me").json()["name"] == "Robin Hood"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": ""}, 422, "empty"),
        ({"name": "n" * 41}, 422, "too_long"),
        ({"name": "a\x00"}, 422, "invalid_text"),
        ({"name": "Olive"}, 422, "reserved"),
        ({}, 400, "invalid"),
        ({"name": None}, 400, "invalid"),
        ({"name": ["Robin"]}, 400, "invalid"),
    ],
)
def test_a_name_that_will_not_do_is_refused(
    page: Page, body: dict[str, object], status: int, code: str
) -> None:
    answer = page.call("PATCH", "me", body)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["field"] == "name"
    assert page.get("me").json()["name"] == "Amber Otter"


@pytest.fixture
def asking(site: Site) -> Site:
    """The site asks for consent, and for things before a private line begins."""
    site.consent = {"text": "We keep it.", "version": "2"}
    fields = [{"key": "order", "label": "Order number", "required": True}]
    site.prechat = {"name": "optional", "email": "required", "fields": fields}
    site.save()
    return site


def test_what_was_said_before_the_first_message_is_kept(page: Page, asking: Site) -> None:
    said = {"email": " a@b.example ", "consent": "2", "answers": {"order": " A  17 "}}
    answer = page.call("PATCH", "me", said)
    kept = {"email": "a@b.example", "consent": "2", "answers": {"order": "A 17"}}
    assert answer.status_code == 200
    assert kept.items() <= page.get("me").json().items()
    visitor = Visitor.objects.get()
    assert visitor.consent_at is not None
    page.call("PATCH", "me", {"email": None, "consent": None, "answers": {"order": ""}})
    taken_back = {"email": None, "consent": None, "answers": {"order": ""}}
    assert taken_back.items() <= page.get("me").json().items()
    visitor.refresh_from_db()
    assert visitor.consent_at is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\x00"}, "email"),
        ({"email": "a" * 65 + "@" + "b" * 250 + ".example"}, "email"),
        ({"consent": "1"}, "consent"),
        ({"answers": {"colour": "red"}}, "answers"),
        ({"answers": {"order": "x" * 201}}, "answers"),
        ({"answers": {"order": "a\x00"}}, "answers"),
    ],
)
def test_what_is_not_asked_or_no_answer_changes_nothing(
    page: Page, asking: Site, said: dict[str, Any], field: str
) -> None:
    answer = page.call("PATCH", "me", {**said, "name": "Robin"})
    assert (answer.status_code, answer.json()["field"]) in ((400, field), (422, field))
    assert Visitor.objects.values_list("name", "email", "consent_version", "answers").get() == (
        *("Amber Otter", "", ""),
        None,
    )


def test_a_session_says_what_the_site_asks_for(page: Page, asking: Site) -> None:
    found = page.post("session", {"token": page.token}).json()["site"]
    assert (found["consent"], found["prechat"]) == (asking.consent, asking.prechat)
    asking.prechat = {"name": "off", "email": "off", "fields": []}
    asking.save()
    assert page.post("session", {"token": page.token}).json()["site"]["prechat"] is None


def test_a_page_may_say_what_it_knows_of_a_visitor(page: Page, visitor: Visitor) -> None:
    said = {"plan": " Gold  plus ", "orders": 3, "member": True, "rate": 1.5}
    answer = page.call("PATCH", "me", {"attributes": said})
    kept = {"plan": "Gold plus", "orders": "3", "member": "true", "rate": "1.5"}
    assert (answer.status_code, answer.json()["attributes"]) == (200, kept)
    page.call("PATCH", "me", {"attributes": {"plan": None, "orders": "", "member": False}})
    assert page.get("me").json()["attributes"] == {"member": "false", "rate": "1.5"}


@pytest.mark.parametrize(
    "said",
    [
        {"": "x"},
        {"k" * 41: "x"},
        {"plan": "x" * 201},
        {"plan": "a\x00"},
        {"plan": ["Gold"]},
        {"plan": {"name": "Gold"}},
        {f"key {n}": "x" for n in range(21)},
        ["plan"],
        None,
    ],
)
def test_attributes_that_will_not_do_change_nothing(page: Page, said: object) -> None:
    answer = page.call("PATCH", "me", {"attributes": said, "name": "Robin"})
    assert answer.status_code in (400, 422)
    assert answer.json()["field"].startswith("attributes")
    assert Visitor.objects.values_list("name", "attributes").get() == ("Amber Otter", None)
