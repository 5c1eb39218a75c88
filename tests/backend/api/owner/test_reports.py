"""Reports as a program reads and settles them, and how they come in over a visitor's call."""

from __future__ import annotations

import pytest

from inglenook.chat.models import Room
from inglenook.limits import policy
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.conftest import Page
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import say


@pytest.fixture
def reported(room: Room, visitor: Visitor, other_visitor: Visitor, site_key: str) -> Page:
    """Of the other visitor, who reported the first's message; the first reports their own."""
    policy.of_reports.forget()
    say(room, participant_from_visitor(visitor), "00000001", "Buy now")
    page = Page(site_key, other_visitor)
    for reporter, reason in ((page, "spam"), (Page(site_key, visitor), "abuse")):
        body = {"reason": reason, "note": f"It is {reason}"}
        answer = reporter.post("rooms/lobby/messages/1/report", body)
        assert (answer.status_code, answer.content) == (204, b"")
    return page


def test_a_case_says_how_many_named_each_reason(
    program: Program, reported: Page, visitor: Visitor
) -> None:
    (case,) = program.get("/reports?state=open").json()["items"]
    assert (case["room"], case["seq"], case["body"]) == ("lobby", 1, "Buy now")
    assert case["author"] == {"id": visitor.public_id, "name": "Amber Otter"}
    assert case["reasons"] == {"spam": 1, "abuse": 1}
    assert case["notes"] == ["It is spam", "It is abuse"]
    assert (case["resolved_by"], case["resolved_at"]) == (None, None)
    settled = program.post(f"/reports/{case['id']}/resolve", {"outcome": "dismissed"})
    assert settled.status_code == 201
    assert settled.json()["resolved_by"]["kind"] == "key"
    assert settled.json()["reasons"] == case["reasons"]
    assert program.get("/reports?state=open").json()["items"] == []
    assert program.get("/reports?state=dismissed").json()["items"] == [settled.json()]
    other = program.post(f"/reports/{case['id']}/resolve", {"outcome": "actioned"})
    assert (other.status_code, other.json()["error"]) == (409, "conflict")
    assert program.get("/reports?state=never").json()["field"] == "state"


def test_anothers_case_is_not_there(program: Program, reported: Page, other_site: Site) -> None:
    case = program.get("/reports").json()["items"][0]["id"]
    other = program_with(other_site, "moderation")
    assert other.get("/reports").json()["items"] == []
    assert other.post(f"/reports/{case}/resolve", {"outcome": "dismissed"}).status_code == 404
    assert program.post("/reports/x/resolve", {"outcome": "dismissed"}).status_code == 404


def test_a_private_rooms_case_is_there_for_inbox_alone(
    program: Program, reported: Page, site: Site
) -> None:
    Room.objects.update(kind="private")
    case = program.get("/reports").json()["items"][0]["id"]
    other = program_with(site, "moderation")
    assert other.get("/reports").json()["items"] == []
    assert other.post(f"/reports/{case}/resolve", {"outcome": "dismissed"}).status_code == 404


def test_a_visitor_reports_only_what_they_see(reported: Page, site: Site) -> None:
    Room.objects.create(site=site, slug="p_other", name="A", kind="private")
    for path in ("rooms/lobby/messages/9/report", "rooms/p_other/messages/1/report"):
        assert reported.post(path, {"reason": "spam"}).status_code == 404
    answer = reported.post("rooms/lobby/messages/1/report", {"reason": "boring"})
    assert answer.status_code == 400
