"""Rooms as a program runs them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_services import create_room
from inglenook.sites.models import AuditEntry, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.conftest import Program, program_with


def say(room: Room, visitor: Visitor) -> None:
    author = participant_from_visitor(visitor)
    post_message(Draft(slug=room.slug, author=author, cid="00000001", body="Hello"))


def test_a_room_is_made_changed_and_removed(program: Program, room: Room) -> None:
    made = program.post("/rooms", {"slug": "help", "name": "Help", "slow_s": 5})
    assert made.status_code == 201
    assert (made.json()["slug"], made.json()["slow_s"], made.json()["approval"]) == (
        "help",
        5,
        "none",
    )
    changed = program.patch("/rooms/help", {"topic": "Ask", "locked": True, "slow_s": 0}).json()
    assert (changed["topic"], changed["locked"], changed["slow_s"]) == ("Ask", True, 0)
    assert program.get("/rooms/help").json() == changed
    for path in ("/rooms/help", "/rooms/help?confirm=lobby"):
        refused = program.delete(path)
        assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
    assert program.delete("/rooms/help?confirm=help").status_code == 204
    assert program.get("/rooms/help").status_code == 404
    assert program.delete("/rooms/help?confirm=help").status_code == 404
    assert program.post("/rooms", {"slug": "help", "name": "Again"}).status_code == 400


def test_the_default_room_stays(program: Program, room: Room) -> None:
    refused = program.delete("/rooms/lobby?confirm=lobby")
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
    assert program.get("/rooms/lobby").status_code == 200


def test_a_removed_room_keeps_no_message_and_says_that_it_is_gone(
    program: Program, room: Room, visitor: Visitor, site: Site
) -> None:
    say(room, visitor)
    Site.objects.filter(pk=site.pk).update(default_room="other")
    assert program.delete("/rooms/lobby?confirm=lobby").status_code == 204
    row = Room.objects.get(pk=room.pk)
    assert row.gone
    assert row.rev == row.head == 2
    assert not Message.objects.filter(room=row).exists()


def test_a_cleared_room_begins_another_epoch(
    program: Program, room: Room, visitor: Visitor
) -> None:
    say(room, visitor)
    before = program.get("/rooms/lobby").json()
    answer = program.post("/rooms/lobby/clear")
    assert answer.status_code == 200
    assert answer.json()["epoch"] != before["epoch"]
    assert (before["head"], answer.json()["head"]) == (1, 0)


def test_messages_make_no_change_stale_and_changes_do(
    program: Program, room: Room, visitor: Visitor
) -> None:
    first = {"If-Match": program.get("/rooms/lobby")["ETag"]}
    say(room, visitor)
    assert program.patch("/rooms/lobby", {"topic": "One"}, **first).status_code == 200
    for answer in (
        program.patch("/rooms/lobby", {"topic": "Two"}, **first),
        program.post("/rooms/lobby/clear", **first),
        program.delete("/rooms/lobby?confirm=lobby", **first),
    ):
        assert (answer.status_code, answer.json()["error"]) == (412, "stale")
    assert Message.objects.filter(room=room).exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"slug": "Help", "name": "x"}, "slug"),
        ({"slug": "-help", "name": "x"}, "slug"),
        ({"slug": "a" * 64, "name": "x"}, "slug"),
        ({"slug": "private", "name": "x"}, "slug"),
        ({"slug": "auto", "name": "x"}, "slug"),
        ({"slug": "lobby", "name": "x"}, "slug"),
        ({"slug": "help", "name": "x", "kind": "private"}, "kind"),
        ({"slug": "help", "name": "x", "slow_s": -1}, "slow_s"),
        ({"slug": "help", "name": "x", "head": 5}, "head"),
        ({"slug": "help"}, "name"),
    ],
)
def test_a_room_that_cannot_be_is_refused_by_its_field(
    program: Program, room: Room, body: dict[str, Any], field: str
) -> None:
    answer = program.post("/rooms", body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert Room.objects.count() == 1


def test_they_come_by_position_and_slug_and_by_filter(program: Program, site: Site) -> None:
    for slug, position, archived in (("c", 1, False), ("b", 0, True), ("a", 1, False)):
        Room.objects.create(site=site, slug=slug, name=slug, position=position, archived=archived)
    Room.objects.create(site=site, slug="blog", name="Blog", kind="page", position=5)

    def slugs(query: str = "") -> list[str]:
        return [item["slug"] for item in program.get(f"/rooms{query}").json()["items"]]

    assert slugs() == ["b", "a", "c", "blog"]
    assert slugs("?kind=page") == ["blog"]
    assert slugs("?archived=true") == ["b"]
    assert slugs("?archived=false&kind=public") == ["a", "c"]
    assert program.get("/rooms?kind=secret").json()["field"] == "kind"
    cursor = program.get("/rooms?limit=1").json()["next"]
    assert program.get(f"/rooms?archived=false&cursor={cursor}").json()["field"] == "cursor"


def test_without_inbox_a_private_room_is_not_there(program: Program, site: Site) -> None:
    Room.objects.create(site=site, slug="p_abc", name="Amber", kind="private")
    assert program.get("/rooms").json()["items"] == []
    assert len(program.get("/rooms?kind=private").json()["items"]) == 1
    assert program.get("/rooms/p_abc").status_code == 200
    other = program_with(site, "rooms:write")
    assert other.get("/rooms?kind=private").json()["items"] == []
    never = other.get("/rooms/never").content
    for answer in (
        other.get("/rooms/p_abc"),
        other.patch("/rooms/p_abc", {}),
        other.post("/rooms/p_abc/clear"),
        other.delete("/rooms/p_abc?confirm=p_abc"),
    ):
        assert (answer.status_code, answer.content) == (404, never)


def test_anothers_room_is_not_there(program: Program, other_site: Site) -> None:
    Room.objects.create(site=other_site, slug="theirs", name="Theirs")
    assert program.get("/rooms/theirs").content == program.get("/rooms/never").content
    assert program.get("/rooms").json()["items"] == []


SETTINGS = {
    "name": "Help",
    "topic": "Ask",
    "rules": "Be kind.\n\n*No* advertising.",
    "announcement": "Back on Monday",
    "position": 3,
    "slow_s": 10,
    "locked": True,
    "locked_until": "2999-01-01T00:00:00.000Z",
    "read_only_for": "new",
    "approval": "all",
    "links": "known",
    "files": "listed",
    "files_from": "trusted",
    "file_types": ["application/pdf", "image/png"],
    "archive": "link",
    "retention_days": 30,
    "archived": False,
}


def test_every_setting_is_stored_at_once_or_later_and_on_record(program: Program) -> None:
    made = program.post("/rooms", {"slug": "one", **SETTINGS})
    assert made.status_code == 201
    assert SETTINGS.items() <= made.json().items()
    program.post("/rooms", {"slug": "two", "name": "Two"})
    changed = program.patch("/rooms/two", SETTINGS)
    assert changed.status_code == 200
    assert SETTINGS.items() <= program.get("/rooms/two").json().items()
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert (entry.action, entry.target_id, entry.actor_kind) == ("room.update", "two", "key")
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before.keys() == entry.after.keys() == SETTINGS.keys() - {"archived"}
    assert (entry.before["slow_s"], entry.after["slow_s"]) == (0, 10)


def test_a_change_to_what_there_is_takes_no_number_and_is_no_act(
    program: Program, room: Room
) -> None:
    program.patch("/rooms/lobby", {"topic": "Ask"})
    head = program.get("/rooms/lobby").json()["head"]
    program.patch("/rooms/lobby", {"topic": "Ask", "slow_s": 0})
    assert program.get("/rooms/lobby").json()["head"] == head
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"locked_until": "2020-01-01T00:00:00Z"}, "locked_until"),
        ({"locked_until": "2999-01-01T00:00:00"}, "locked_until"),
        ({"locked": False, "locked_until": "2999-01-01T00:00:00Z"}, "locked_until"),
        ({"position": 10**7}, "position"),
        ({"read_only_for": "owners"}, "read_only_for"),
        ({"approval": "some"}, "approval"),
        ({"links": None}, "links"),
        ({"files_from": "none"}, "files_from"),
        ({"file_types": ["png"]}, "file_types"),
        ({"file_types": ["image/p\u0000"]}, "file_types"),
        ({"file_types": ["a/b"] * 21}, "file_types"),
        ({"archive": "open"}, "archive"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 3651}, "retention_days"),
        ({"kind": "page"}, "kind"),
        ({"slug": "x"}, "slug"),
        ({"pinned": [1]}, "pinned"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_field(
    program: Program, room: Room, body: dict[str, Any], field: str
) -> None:
    answer = program.patch("/rooms/lobby", body)
    assert (answer.status_code, answer.json()["field"].split("[")[0]) == (400, field)


def test_an_end_of_a_lock_locks_and_unlocking_takes_it_away(program: Program, room: Room) -> None:
    locked = program.patch("/rooms/lobby", {"locked_until": "2999-01-01T00:00:00Z"}).json()
    assert (locked["locked"], locked["locked_until"]) == (True, "2999-01-01T00:00:00.000Z")
    for body in ({"locked": False}, {"locked": True}):
        changed = program.patch("/rooms/lobby", body).json()
        assert (changed["locked"], changed["locked_until"]) == (body["locked"], None)


def test_a_preset_replaces_another_whole_and_leaves_the_rest(program: Program, room: Room) -> None:
    program.patch("/rooms/lobby", {"topic": "Ask", "slow_s": 99})
    shown = ("slow_s", "read_only_for", "approval", "links", "topic")
    found = {}
    for preset in ("calm", "announcements", "open"):
        answer = program.post("/rooms/lobby/preset", {"preset": preset})
        assert answer.status_code == 200
        found[preset] = tuple(answer.json()[name] for name in shown)
    assert found == {
        "calm": (10, "nobody", "new", "trusted", "Ask"),
        "announcements": (0, "visitors", "none", "all", "Ask"),
        "open": (0, "nobody", "none", "all", "Ask"),
    }
    assert program.post("/rooms/lobby/preset", {"preset": "loud"}).json()["field"] == "preset"


def test_a_list_keeps_its_order_whoever_moves_rooms_meanwhile(program: Program, site: Site) -> None:
    slugs = [f"r{n:02}" for n in range(12)]
    for position, slug in enumerate(slugs):
        Room.objects.create(site=site, slug=slug, name=slug, position=position)
    first = program.get("/rooms?limit=4").json()
    for slug, position in (("r00", 50), ("r11", -5), ("r05", 7), ("r05", -9), ("r06", 40)):
        assert program.patch(f"/rooms/{slug}", {"position": position}).status_code == 200
    second = program.get(f"/rooms?limit=4&cursor={first['next']}").json()
    program.patch("/rooms/r09", {"position": -20})
    third = program.get(f"/rooms?limit=4&cursor={second['next']}").json()
    pages = [[item["slug"] for item in page["items"]] for page in (first, second, third)]
    assert [slug for page in pages for slug in page] == slugs
    assert third["next"] is None
    now = [item["slug"] for item in program.get("/rooms").json()["items"]]
    assert now[:3] == ["r09", "r05", "r11"]


def test_a_cleared_room_forgets_reports_and_decided_messages_and_keeps_who_waits(
    program: Program, room: Room, visitor: Visitor
) -> None:
    say(room, visitor)
    Report.objects.create(room=room, seq=1, body="Hello")
    for state in HeldMessage.State.values:
        HeldMessage.objects.create(
            room=room, author_id=visitor.public_id, cid=f"held-{state}", state=state, reason="word"
        )
    program.post("/rooms/lobby/clear")
    assert not Report.objects.exists()
    assert [row.state for row in HeldMessage.objects.all()] == ["waiting"]


def test_what_a_retention_would_take_is_counted_first(
    program: Program, site: Site, room: Room
) -> None:
    own = create_room(site_id=site.pk, slug="help", name="Help")
    Room.objects.filter(pk=own.pk).update(retention_days=1)
    for place in (room, own):
        Message.objects.bulk_create(
            Message(room=place, seq=n, rev=n, at=timezone.now() - timedelta(days=n), body="Hello")
            for n in range(1, 6)
        )
    for path in ("/rooms/lobby/retention", "/rooms/help/retention", "/site/retention"):
        assert program.get(f"{path}?days=3").json() == {"days": 3, "messages": 3}
        for wrong in ("", "?days=0", "?days=3651", "?days=x"):
            refused = program.get(path + wrong)
            assert (refused.status_code, refused.json()["field"]) == (400, "days")
