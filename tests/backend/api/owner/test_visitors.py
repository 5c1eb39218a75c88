"""Visitors as a program finds, changes, exports and erases them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.moderation import services
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import AuditEntry, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.conftest import Program, program_with


def say(room: Room, visitor: Visitor, cid: str = "00000001", body: str = "Hello") -> None:
    author = participant_from_visitor(visitor)
    post_message(Draft(slug=room.slug, author=author, cid=cid, body=body))


def names(program: Program, query: str = "") -> list[str]:
    answer = program.get(f"/visitors{query}")
    assert answer.status_code == 200, answer.content
    return [item["name"] for item in answer.json()["items"]]


def test_a_visitor_has_every_field_and_no_address(
    program: Program, room: Room, visitor: Visitor, site: Site
) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(address_hash="a" * 64, range_hash="b" * 64)
    say(room, visitor)
    made = services.impose(
        site=site, visitor_id=visitor.public_id, kind="mute", seconds=60, reason="spam", by=SYSTEM
    )
    services.impose(site=site, visitor_id=visitor.public_id, kind="ban", seconds=60, by=SYSTEM)
    services.unban_visitor(site=site, visitor_id=visitor.public_id)
    answer = program.get(f"/visitors/{visitor.public_id}")
    shown = answer.json()
    assert list(shown) == [
        "id", "name", "role", "trust", "trust_fixed", "created_at", "last_seen_at", "messages",
        "sanctions", "identity", "email", "note",
    ]  # fmt: skip
    assert (shown["id"], shown["name"], shown["role"]) == (
        visitor.public_id,
        "Amber Otter",
        "visitor",
    )
    assert (shown["trust"], shown["trust_fixed"], shown["messages"]) == ("new", False, 1)
    (sanction,) = shown["sanctions"]
    assert (sanction["id"], sanction["kind"], sanction["scope"]) == (str(made.pk), "mute", "person")
    assert sanction["created_by"] == {"kind": "system", "id": "system", "name": "Inglenook"}
    assert b"aaaa" not in answer.content
    assert b"bbbb" not in answer.content


def test_messages_count_those_that_stand_also_in_the_private_room(
    program: Program, room: Room, visitor: Visitor, other_visitor: Visitor, site: Site
) -> None:
    say(room, visitor)
    say(room, visitor, "00000002")
    Message.objects.filter(cid="00000002").update(deleted="author")
    private = Room.objects.create(
        site=site, slug="p_a", name="Amber", kind="private", visitor=visitor
    )
    Message.objects.create(
        room=private, seq=1, rev=1, at=timezone.now(), author_id=visitor.public_id, body="Psst"
    )
    counts = {item["id"]: item["messages"] for item in program.get("/visitors").json()["items"]}
    assert counts == {visitor.public_id: 2, other_visitor.public_id: 0}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Éva Ösz", "Teal Heron", "Amber Otter"]),
        ("?query=otter", ["Amber Otter"]),
        ("?query=TEAL", ["Teal Heron"]),
        ("?query=%C3%A9va%20%C3%B6", ["Éva Ösz"]),
        ("?query=.*", []),
        ("?query=%25", []),
        ("?query=R%20O", ["Amber Otter"]),
        ("?trust=trusted", ["Teal Heron"]),
        ("?trust=known", []),
        ("?trust=new&query=r%20o", ["Amber Otter"]),
        ("?identity=customer-7", []),
    ],
)
def test_they_are_found_by_a_part_of_the_name_and_by_trust(
    program: Program, visitor: Visitor, other_visitor: Visitor, site: Site, query: str, found: Any
) -> None:
    Visitor.objects.create(site=site, name="Éva Ösz")
    Visitor.objects.filter(pk=other_visitor.pk).update(trust_fixed="trusted")
    Visitor.objects.create(site=site, name="Erased Otter", erased_at=timezone.now())
    assert names(program, query) == found


def test_they_are_found_by_a_part_of_the_id(program: Program, visitor: Visitor) -> None:
    assert names(program, f"?query={visitor.public_id[5:15]}") == ["Amber Otter"]
    assert names(program, f"?query={visitor.public_id}") == ["Amber Otter"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?query=", "query"),
        ("?query=%20", "query"),
        ("?query=%00", "query"),
        (f"?query={'a' * 101}", "query"),
        ("?trust=owner", "trust"),
        ("?name=Otter", "name"),
        ("?limit=0", "limit"),
    ],
)
def test_a_search_that_cannot_be_is_refused(program: Program, query: str, field: str) -> None:
    answer = program.get(f"/visitors{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_pages_come_once_each_and_a_cursor_fits_its_search(program: Program, site: Site) -> None:
    for number in range(5):
        Visitor.objects.create(site=site, name=f"Otter {number}")
    first = program.get("/visitors?limit=2&query=otter").json()
    Visitor.objects.create(site=site, name="Otter new")
    second = program.get(f"/visitors?limit=9&query=otter&cursor={first['next']}").json()
    seen = [item["name"] for item in first["items"] + second["items"]]
    assert seen == [f"Otter {number}" for number in (4, 3, 2, 1, 0)]
    assert second["next"] is None
    other = program.get(f"/visitors?query=tt&cursor={first['next']}")
    assert (other.status_code, other.json()["field"]) == (400, "cursor")


def test_earned_trust_is_that_of_the_sites_rules(
    program: Program, site: Site, visitor: Visitor
) -> None:
    def trust(minutes: int, messages: int) -> str:
        since = timezone.now() - timedelta(minutes=minutes)
        Visitor.objects.filter(pk=visitor.pk).update(trust_since=since, trust_messages=messages)
        found: str = program.get(f"/visitors/{visitor.public_id}").json()["trust"]
        assert names(program, f"?trust={found}") == ["Amber Otter"]
        return found

    week = 7 * 24 * 60
    assert [trust(9, 3), trust(11, 2), trust(11, 3)] == ["new", "new", "known"]
    assert [trust(week + 1, 49), trust(week - 1, 50), trust(week + 1, 50)] == [
        "known",
        "known",
        "trusted",
    ]
    Site.objects.filter(pk=site.pk).update(trusted_days=0)
    assert trust(week + 1, 50) == "known"
    assert trust(-10, 50) == "new"  # a sanction's end is still ahead


def test_trust_is_fixed_and_freed(program: Program, visitor: Visitor, site: Site) -> None:
    path = f"/visitors/{visitor.public_id}"
    version = Site.objects.get(pk=site.pk).access_version
    shown = program.patch(path, {"trust": "trusted"}).json()
    assert (shown["trust"], shown["trust_fixed"], shown["role"]) == ("trusted", True, "trusted")
    assert Site.objects.get(pk=site.pk).access_version == version + 1
    shown = program.patch(path, {"trust": None}).json()
    assert (shown["trust"], shown["trust_fixed"], shown["role"]) == ("new", False, "visitor")
    entries = AuditEntry.objects.filter(action="visitor.update").order_by("pk")
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"trust": None}, {"trust": "trusted", "changed": ["trust"]}),
        ({"trust": "trusted"}, {"trust": None, "changed": ["trust"]}),
    ]


def test_a_name_and_a_note_are_changed_and_no_record_keeps_them(
    program: Program, visitor: Visitor
) -> None:
    path = f"/visitors/{visitor.public_id}"
    shown = program.patch(path, {"name": "  Teal   Heron ", "note": "Likes\ncandles"}).json()
    assert (shown["name"], shown["note"]) == ("Teal Heron", "Likes\ncandles")
    assert program.patch(path, {}).json() == shown
    assert program.patch(path, {"name": "Teal Heron"}).json() == shown
    entry = AuditEntry.objects.get(action="visitor.update")
    assert entry.after == {"trust": None, "changed": ["name", "note"]}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"name": " "}, 422, "empty", "name"),
        ({"name": "a" * 41}, 422, "too_long", "name"),
        ({"name": "Candle Shop"}, 422, "reserved", "name"),
        ({"note": "a" * 2001}, 400, "invalid", "note"),
        ({"note": "a\x00"}, 400, "invalid", "note"),
        ({"note": None}, 400, "invalid", "note"),
        ({"trust": "owner"}, 400, "invalid", "trust"),
        ({"role": "trusted"}, 400, "invalid", "role"),
    ],
)
def test_a_change_that_cannot_be_is_refused_by_its_field(
    program: Program, visitor: Visitor, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = program.patch(f"/visitors/{visitor.public_id}", body)
    shown = answer.json()
    assert (answer.status_code, shown["error"], shown["field"]) == (status, code, field)
    assert not AuditEntry.objects.filter(action="visitor.update").exists()


def test_anothers_visitor_and_an_erased_one_are_not_there(
    program: Program, foreign_visitor: Visitor, visitor: Visitor
) -> None:
    never = program.get("/visitors/v_never").content
    assert program.delete(f"/visitors/{visitor.public_id}").status_code == 204
    for who in (foreign_visitor.public_id, visitor.public_id, "v_%00", "v_%0A"):
        for answer in (
            program.get(f"/visitors/{who}"),
            program.patch(f"/visitors/{who}", {"note": "x"}),
            program.get(f"/visitors/{who}/export"),
            program.delete(f"/visitors/{who}"),
        ):
            assert (answer.status_code, answer.content) == (404, never)
    assert names(program) == []


def test_reading_needs_less_than_changing(site: Site, visitor: Visitor) -> None:
    reader = program_with(site, "people:read")
    path = f"/visitors/{visitor.public_id}"
    assert reader.get(path).status_code == 200
    for answer in (
        reader.patch(path, {"note": "x"}),
        reader.get(f"{path}/export"),
        reader.delete(path),
    ):
        assert (answer.status_code, answer.json()["field"]) == (403, "people:write")


def test_an_export_has_all_and_the_private_room_for_inbox_alone(
    program: Program, room: Room, visitor: Visitor, other_visitor: Visitor, site: Site
) -> None:
    say(room, visitor, body="In the lobby")
    say(room, other_visitor, body="Of somebody else")
    private = Room.objects.create(
        site=site, slug="p_a", name="Amber", kind="private", visitor=visitor
    )
    Message.objects.create(
        room=private, seq=1, rev=1, at=timezone.now(), author_id=visitor.public_id, body="Psst"
    )
    HeldMessage.objects.create(
        room=room, author_id=visitor.public_id, cid="held0001", body="Waits", reason="word"
    )
    services.impose(
        site=site, visitor_id=visitor.public_id, kind="mute", seconds=60, reason="spam", by=SYSTEM
    )
    path = f"/visitors/{visitor.public_id}/export"
    shown = program.get(path).json()
    assert [each["body"] for each in shown["messages"]] == ["In the lobby", "Psst"]
    assert [each["body"] for each in shown["held"]] == ["Waits"]
    assert [each["reason"] for each in shown["sanctions"]] == ["spam"]
    assert shown["visitor"]["id"] == visitor.public_id
    without = program_with(site, "people:write").get(path).json()
    assert [each["body"] for each in without["messages"]] == ["In the lobby"]
