"""A file of a private room: by the token of whoever sees the room, or by a link for ten minutes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse

from inglenook.chat.models import Room
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page
from tests.backend.api.visitor.fetching import fetch
from tests.backend.conftest import FOREIGN_ORIGIN, ORIGIN
from tests.testkit import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("room_with_files")]


@pytest.fixture
def kept(page: Page, site_key: str, visitor: Visitor) -> dict[str, Any]:
    slug = page.post("session", {"token": page.token, "room": "private"}).json()
    private = next(it for it in slug["rooms"] if it["kind"] == "private")["slug"]
    assert page.say("Hello", room=private).status_code == 201
    Room.objects.filter(slug=private).update(files="images", files_from="all")
    answer = page.upload(files.picture(), room=private)
    assert answer.status_code == 201
    return {**answer.json(), "room": private}


def link(page: Page, kept: dict[str, Any]) -> HttpResponse:
    return page.post(f"rooms/{kept['room']}/attachments/{kept['id']}/link")


def test_it_answers_to_its_visitors_token_alone(
    page: Page, kept: dict[str, Any], site_key: str, other_visitor: Visitor
) -> None:
    mine = fetch(kept["url"], Authorization=f"Bearer {page.token}", Origin=ORIGIN)
    assert mine.status_code == 200
    assert mine["Cache-Control"] == "private, no-cache"
    assert mine["Vary"] == "Authorization"
    other = Page(site_key, other_visitor)
    for headers, status in (
        ({}, 404),
        ({"Authorization": "Bearer sk_nothing", "Origin": ORIGIN}, 401),
        ({"Authorization": f"Bearer {other.token}", "Origin": ORIGIN}, 404),
        ({"Authorization": f"Bearer {page.token}", "Origin": FOREIGN_ORIGIN}, 403),
        ({"Authorization": f"Bearer {page.token}"}, 403),
    ):
        answer = fetch(kept["url"], **headers)
        assert answer.status_code == status, headers
        assert answer["Cache-Control"] == "no-store"


def test_it_answers_to_a_member_of_the_team_on_their_page(kept: dict[str, Any], team: Page) -> None:
    mine = fetch(kept["url"], Authorization=f"Bearer {team.token}", Origin=ORIGIN)
    assert mine.status_code == 200
    spent = fetch(kept["url"], Authorization=f"Bearer {team.token}x", Origin=ORIGIN)
    assert spent.json()["error"] == "invalid_token"
    assert link(team, kept).status_code == 201


def test_a_link_needs_no_token_for_ten_minutes(page: Page, kept: dict[str, Any]) -> None:
    with time_machine.travel("2026-11-29T12:00:00Z", tick=False) as clock:
        answer = link(page, kept)
        assert answer.status_code == 201
        assert answer.json()["expires_at"] == "2026-11-29T12:10:00.000Z"
        url = answer.json()["url"]
        clock.move_to("2026-11-29T12:09:59Z")
        assert fetch(url).status_code == 200
        for broken in (
            url.replace("signature=", "signature=x"),
            re.sub(r"until=(\d+)", lambda found: f"until={int(found[1]) + 60}", url),
        ):
            assert fetch(broken).json()["error"] == "forbidden"
        assert fetch(re.sub(r"until=\d+", "until=x", url)).json()["field"] == "until"
        clock.move_to("2026-11-29T12:10:01Z")
        assert fetch(url).json()["error"] == "forbidden"


def test_a_stranger_gets_no_link(
    page: Page, kept: dict[str, Any], site_key: str, other_visitor: Visitor
) -> None:
    assert link(Page(site_key, other_visitor), kept).status_code == 404
    elsewhere = page.post(f"rooms/lobby/attachments/{kept['id']}/link")
    assert elsewhere.status_code == 404


def test_a_key_with_the_inbox_reads_it(kept: dict[str, Any], site: Site, other_site: Site) -> None:
    for place, scopes, status in (
        (site, ["messages:read", "inbox"], 200),
        (site, ["messages:read"], 404),
        (site, ["inbox"], 404),
        (other_site, ["messages:read", "inbox"], 404),
    ):
        _, secret = create_api_key(site=place, name="Reads", scopes=scopes, created_by=SYSTEM)
        answer = fetch(kept["url"], Authorization=f"Bearer {secret}")
        assert answer.status_code == status, scopes
