"""A page that calls the API: its origin, its visitor, and who has no business there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse

from inglenook.limits import policy
from inglenook.sites import selectors
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token
from tests.backend.api.client import ServedClient
from tests.backend.conftest import ORIGIN
from tests.backend.inline_database import one_connection  # noqa: F401  (a fixture)
from tests.testkit import files


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    for limit in (
        policy.of_sessions,
        policy.of_typing,
        policy.of_visitor,
        policy.of_address,
        policy.of_deletions,
        policy.of_names,
        policy.of_read_marks,
        policy.of_reports,
        policy.of_uploads,
        policy.of_own_copies,
        policy.of_own_erasures_of_address,
        policy.of_own_erasures_of_site,
    ):
        limit.forget()


@pytest.fixture(autouse=True)
def _what_the_test_changed_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites are looked up as inside a transaction: nothing is remembered, COMMIT never comes."""
    monkeypatch.setattr(
        "inglenook.api.visitor.middleware.cached_site_for_key", lambda _key: selectors.MISSING
    )


class Page:
    """A page of `origin` that talks to the API of one site, as one visitor or none."""

    def __init__(self, site_key: str, visitor: Visitor | None, origin: str | None = ORIGIN) -> None:
        self.site_key = site_key
        self.token = make_token(visitor) if visitor else None
        self.origin = origin
        self.client = ServedClient()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`body` bytes go as they are; anything else as JSON."""
        if self.origin is not None:
            headers.setdefault("Origin", self.origin)
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        sent = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        return self.client.generic(
            method,
            f"/api/v1/{self.site_key}/{path}",
            sent,
            content_type=headers.pop("Content-Type", "application/json"),
            headers=headers,
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def say(self, body: str, cid: str = "00000001", room: str = "lobby") -> HttpResponse:
        return self.post(f"rooms/{room}/messages", {"cid": cid, "body": body})

    def upload(
        self, content: bytes, name: str = "photo.png", room: str = "lobby", **how: Any
    ) -> HttpResponse:
        """Sends a file; `how` is its `kind` and `alt`."""
        sent = files.form(content, name, **how)
        return self.post(f"rooms/{room}/attachments", sent, **{"Content-Type": files.FORM_TYPE})

    def say_with(
        self, *ids: str, body: str = "Look", cid: str = "00000001", room: str = "lobby"
    ) -> HttpResponse:
        said = {"cid": cid, "body": body, "attachments": list(ids)}
        return self.post(f"rooms/{room}/messages", said)


@pytest.fixture
def page(site_key: str, visitor: Visitor) -> Page:
    return Page(site_key, visitor)


@pytest.fixture
def newcomer(site_key: str) -> Page:
    """Has no token yet."""
    return Page(site_key, None)
