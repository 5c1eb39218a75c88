"""`me`: who the visitor is, and another name."""

from __future__ import annotations

import pytest

from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page


def test_it_says_who_the_visitor_is(page: Page, visitor: Visitor) -> None:
    answer = page.get("me")
    shown = {"id": visitor.public_id, "name": "Amber Otter", "role": "visitor"}
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
