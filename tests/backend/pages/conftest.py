"""Somebody who looks at a room's pages, with HTMX or without any script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from inglenook.chat.models import Message, Room
from inglenook.limits import policy
from inglenook.pages.visits import COOKIE
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token
from tests.backend.inline_database import one_connection  # noqa: F401  (a fixture)


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    for limit in (policy.of_visitor, policy.of_newcomers, policy.of_reports):
        limit.forget()


class Reader:
    """A browser with its cookies. `post` sends what the form of the page that it saw last holds."""

    def __init__(self, site_key: str, *, is_script_on: bool = False) -> None:
        self.site_key = site_key
        self.headers = {"HX-Request": "true"} if is_script_on else {}
        self.client = Client(enforce_csrf_checks=True)
        self.hidden: dict[str, str] = {}

    def url(self, slug: str = "lobby", path: str = "") -> str:
        return f"/s/{self.site_key}/r/{slug}/{path}"

    def get(self, slug: str = "lobby", path: str = "", **headers: str) -> HttpResponse:
        answer = self.client.get(self.url(slug, path), headers=headers)
        self._note(answer)
        return answer

    def say(self, body: str, slug: str = "lobby", **fields: str) -> HttpResponse:
        return self.post(slug, "", body=body, **fields)

    def take_name(self, name: str, slug: str = "lobby") -> HttpResponse:
        return self.post(slug, "name/", name=name)

    def post(self, slug: str, path: str, **fields: str) -> HttpResponse:
        if not self.hidden:
            self.get(slug)
        answer = self.client.post(
            self.url(slug, path), {**self.hidden, **fields}, headers=self.headers
        )
        self._note(answer)
        return answer

    def news(self, slug: str = "lobby", **changed: Any) -> HttpResponse:
        asked = {name: self.hidden[name] for name in ("since", "floor", "epoch")} | changed
        return self.client.get(self.url(slug, "news/"), asked, headers={"HX-Request": "true"})

    def become(self, visitor: Visitor) -> None:
        self.client.cookies[COOKIE] = make_token(visitor)

    def _note(self, answer: HttpResponse) -> None:
        for tag in re.findall(r"<input[^>]*>", answer.content.decode()):
            found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if found.get("type") == "hidden":
                self.hidden[found["name"]] = found.get("value", "")


@pytest.fixture
def reader(site_key: str) -> Reader:
    """Has no script and was never here."""
    return Reader(site_key)


@pytest.fixture
def scripted(site_key: str) -> Reader:
    """Has HTMX."""
    return Reader(site_key, is_script_on=True)


@pytest.fixture
def full_room(room: Room) -> Room:
    """Seventy messages, by two people in turns of seven, an hour between any two."""
    from datetime import UTC, datetime, timedelta

    start = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    room.head = 70
    room.save()
    Message.objects.bulk_create(
        Message(
            room=room,
            seq=n,
            rev=n,
            at=start + timedelta(hours=n),
            author_id=f"v_{n // 7 % 2}",
            author_name=("Amber Otter", "Teal Heron")[n // 7 % 2],
            body=f"No. {n}.",
        )
        for n in range(1, 71)
    )
    return room
