"""Errors under /api/ are JSON whoever raises them, and methods are answered properly."""

from __future__ import annotations

import pytest

from inglenook.api.visitor import me
from inglenook.chat.models import Room
from inglenook.sites.draining import start_draining, stop_draining
from inglenook.sites.selectors import CachedSite
from tests.backend.api.client import ServedClient
from tests.backend.api.conftest import Page


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1/",
        "/api/v2/pk_x/session",
        "/api/v1/pk_x",
        "/api/v1/pk_x/",
        "/api/v1/pk_x/session/",
        "/api/v1/pk_x/nothing",
        "/api/v1/pk_x/rooms/lobby/nothing",
        "/api/v1/pk_x/rooms/a/b/messages",
        "/api/v1/%00/x",
        "/api/../admin",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PROPFIND"])
@pytest.mark.django_db
@pytest.mark.any_database
def test_an_unknown_address_is_not_found_as_json(path: str, method: str) -> None:
    answer = ServedClient().generic(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert answer.json()["error"] == "not_found"


def test_a_host_that_is_not_ours_is_refused_as_json(page: Page) -> None:
    """P09."""
    for path in ("me", "session", "nothing"):
        answer = page.get(path, Host="evil.example")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
        assert answer.json() == {
            "error": "invalid",
            "message": "The request cannot be read. Is the address that of this server?",
            "field": "host",
        }


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("session", "POST, DELETE, OPTIONS"),
        ("me", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("rooms", "GET, HEAD, OPTIONS"),
        ("rooms/lobby/events", "GET, HEAD, OPTIONS"),
        ("rooms/lobby/typing", "POST, OPTIONS"),
        ("rooms/lobby/seen", "POST, OPTIONS"),
        ("rooms/lobby/messages", "GET, POST, HEAD, OPTIONS"),
        ("rooms/lobby/messages/1", "PATCH, DELETE, OPTIONS"),
        ("rooms/lobby/messages/1/reactions/x", "GET, PUT, DELETE, HEAD, OPTIONS"),
    ],
)
def test_methods_are_what_the_address_takes(
    page: Page, room: Room, path: str, allowed: str
) -> None:
    answer = page.call("TRACE", path)
    assert (answer.status_code, answer["Allow"]) == (405, allowed)
    assert answer.json()["error"] == "invalid"
    assert answer.json()["field"] == "method"
    asked = page.call("OPTIONS", path)
    assert (asked.status_code, asked["Allow"], asked.content) == (204, allowed, b"")
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} - set(allowed.split(", ")):
        assert page.call(method, path).status_code == 405


def test_head_is_get_without_its_body(page: Page, room: Room) -> None:
    for path in ("me", "rooms", "rooms/lobby/events", "rooms/lobby/messages"):
        got, head = page.get(path), page.call("HEAD", path)
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Type"] == got["Content-Type"]


def test_a_crash_is_an_error_of_ours_as_json(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(me, "_me", crash)
    page.client.raise_request_exception = False
    answer = page.get("me")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert answer.json()["retry_ms"] == 1000
    assert "a defect" not in answer.content.decode()


def test_a_database_that_is_away_is_unavailable(
    page: Page, monkeypatch: pytest.MonkeyPatch, card: CachedSite
) -> None:
    from django.db import OperationalError

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("inglenook.visitors.selectors.visitors_by_ids", gone)
    answer = page.get("me")
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert (answer.json()["retry_ms"], answer["Retry-After"]) == (1000, "1")
    assert answer["Cache-Control"] == "no-store"
    monkeypatch.setattr("inglenook.api.visitor.middleware.site_for_key", gone)
    for path in ("me", "session"):
        answer = page.call("GET" if path == "me" else "POST", path, {})
        assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")


def test_a_server_that_ends_sends_people_elsewhere(page: Page, room: Room) -> None:
    start_draining()
    try:
        for answer in (page.get("me"), page.post("session", {}), page.say("Hello")):
            assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
            assert answer["Retry-After"] == "2"
    finally:
        stop_draining()
    assert page.say("Hello").status_code == 201


def test_every_answer_says_for_whom_it_is(page: Page, room: Room) -> None:
    answers = [
        page.get("me"),
        page.get("rooms"),
        page.get("rooms/lobby/messages"),
        page.get("rooms/nowhere/messages"),
        page.call("TRACE", "me"),
        page.post("session", {}),
    ]
    for answer in answers:
        varies = {name.strip().lower() for name in answer["Vary"].split(",")}
        assert {"origin", "authorization"} <= varies
        assert answer["Cache-Control"] in ("no-store", "private, no-cache")


def test_no_session_and_no_cookie_is_used(page: Page, room: Room) -> None:
    page.client.cookies["inglenook_session"] = "anything"
    answer = page.get("me")
    assert not answer.cookies
    assert "Cookie" not in answer["Vary"]


def test_an_unknown_address_draws_no_page(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: object, **__: object) -> None:
        raise AssertionError("a page of errors was drawn")

    monkeypatch.setattr("inglenook.dashboard.errors.render", draw)
    for path in ("nothing", "rooms/lobby/nothing", "rooms/lobby/"):
        assert page.get(path).json()["error"] == "not_found"
