"""A parameter's value is judged by us; a wrong one is named."""

from __future__ import annotations

from tests.backend.api.conftest import Page

MANY = "&".join("a" for _ in range(1001))


def test_too_many_parameters_are_no_matter_of_the_host(page: Page) -> None:
    answer = page.get(f"rooms/lobby/messages?{MANY}")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["field"] == "query"
