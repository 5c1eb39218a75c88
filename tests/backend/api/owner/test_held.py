"""What waits, as a program decides about it; and the calm of a site."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inglenook.chat import calm, selectors
from inglenook.chat.models import HeldMessage, Room
from inglenook.moderation.word_rules import forget_word_filters
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import say


def wait(room: Room, visitor: Visitor, number: int = 1, **fields: Any) -> list[HeldMessage]:
    return HeldMessage.objects.bulk_create(
        HeldMessage(
            room=room,
            author_id=visitor.public_id,
            author_name=visitor.name,
            cid=f"cid-{n:06}-{room.slug}-{fields.get('state', 'waiting')}",
            body=f"Hello {n}",
            reason="approval",
            **fields,
        )
        for n in range(number)
    )


def listed(program: Program, query: str = "") -> list[dict[str, Any]]:
    answer = program.get(f"/held{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_what_waits_is_listed_the_oldest_first(
    program: Program, room: Room, visitor: Visitor
) -> None:
    wait(room, visitor, 3)
    items = listed(program)
    assert [item["body"] for item in items] == ["Hello 0", "Hello 1", "Hello 2"]
    first = items[0]
    assert first["at"].endswith("Z")
    assert {key: first[key] for key in ("room", "visitor", "name", "trust", "reason", "rule")} == {
        "room": "lobby",
        "visitor": visitor.public_id,
        "name": "Amber Otter",
        "trust": "new",
        "reason": "approval",
        "rule": None,
    }
    page = program.get("/held?limit=2").json()
    rest = program.get(f"/held?limit=2&cursor={page['next']}").json()
    assert [it["body"] for it in rest["items"]] == ["Hello 2"]
    assert rest["next"] is None


def test_it_is_filtered_by_room_visitor_and_shadow(
    program: Program, room: Room, visitor: Visitor, other_visitor: Visitor, site: Site
) -> None:
    other = Room.objects.create(site=site, slug="help", name="Help")
    wait(room, visitor)
    wait(other, other_visitor)
    wait(room, visitor, state="shadow")
    assert len(listed(program)) == 2
    assert [it["room"] for it in listed(program, "?room=help")] == ["help"]
    assert listed(program, f"?visitor={visitor.public_id}&room=help") == []
    assert len(listed(program, "?shadow=true")) == 1
    assert program.get("/held?shadow=maybe").json()["field"] == "shadow"


def test_a_private_room_s_are_there_for_inbox_alone(
    program: Program, site: Site, visitor: Visitor
) -> None:
    line = selectors.private_room(participant_from_visitor(visitor))
    line.save()
    (held,) = wait(line, visitor)
    assert len(listed(program)) == 1
    lean = program_with(site, "moderation")
    assert listed(lean) == []
    assert lean.post(f"/held/{held.pk}/approve").status_code == 404
    assert program.post(f"/held/{held.pk}/approve").status_code == 200


def test_approve_gives_the_frame_and_reject_after_it_is_a_conflict(
    program: Program, room: Room, visitor: Visitor
) -> None:
    (held,) = wait(room, visitor)
    first = program.post(f"/held/{held.pk}/approve")
    again = program.post(f"/held/{held.pk}/approve")
    assert first.status_code == again.status_code == 200
    assert (first.json()["type"], first.json()["seq"]) == ("message", 1)
    assert again.json()["seq"] == 1
    refused = program.post(f"/held/{held.pk}/reject", {"message": "No."})
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")


def test_reject_and_reopen_give_the_object(program: Program, room: Room, visitor: Visitor) -> None:
    (held,) = wait(room, visitor)
    rejected = program.post(f"/held/{held.pk}/reject", {"message": "No."})
    assert (rejected.status_code, rejected.json()["id"]) == (200, str(held.pk))
    assert program.post(f"/held/{held.pk}/reject").status_code == 200
    assert program.post(f"/held/{held.pk}/approve").status_code == 409
    assert listed(program) == []
    assert program.post(f"/held/{held.pk}/reopen").status_code == 200
    assert len(listed(program)) == 1
    assert program.post(f"/held/{held.pk}/reopen").status_code == 409


@pytest.mark.parametrize("path", ["x", "0", "-1", "9" * 30])
def test_what_is_no_id_is_not_there(program: Program, path: str) -> None:
    assert program.post(f"/held/{path}/approve").status_code == 404


def test_another_site_s_is_not_there(
    program: Program, other_site: Site, foreign_visitor: Visitor
) -> None:
    room = Room.objects.create(site=other_site, slug="lobby", name="Lobby")
    (held,) = wait(room, foreign_visitor)
    assert listed(program) == []
    for act in ("approve", "reject", "reopen"):
        assert program.post(f"/held/{held.pk}/{act}").status_code == 404


# --- calm


def test_calm_begins_and_ends(program: Program, room: Room) -> None:
    assert program.get("/calm").json() == {"until": None}
    assert program.delete("/calm").status_code == 404
    begun = program.call("PUT", "/calm", {"minutes": 5})
    assert begun.status_code == 200
    assert program.get("/calm").json() == begun.json() != {"until": None}
    room.refresh_from_db()
    assert (room.rev, room.head) == (1, 1)
    assert selectors.room_frame(room).slow_s == 10
    assert program.get("/rooms/lobby").json()["slow_s"] == 0
    assert program.delete("/calm").status_code == 204
    room.refresh_from_db()
    assert (room.rev, selectors.room_frame(room).slow_s) == (2, 0)
    for minutes in (0, 1441, "5", None):
        refused = program.call("PUT", "/calm", {"minutes": minutes})
        assert (refused.status_code, refused.json()["field"]) == (400, "minutes")


def test_calm_ends_by_itself_with_one_change_of_each_room(
    program: Program, room: Room, site: Site
) -> None:
    Room.objects.filter(pk=room.pk).update(slow_s=30)
    program.call("PUT", "/calm", {"minutes": 1})
    room.refresh_from_db()
    assert selectors.room_frame(room).slow_s == 30
    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        assert program.get("/calm").json() == {"until": None}
        for _ in range(2):
            calm.end_what_is_over(calm.rooms_that_are_over())
    room.refresh_from_db()
    assert (room.rev, room.calm_until) == (2, None)


def test_a_calm_site_s_newcomers_wait_and_new_rooms_are_calm_too(
    program: Program, room: Room, visitor: Visitor, site: Site
) -> None:
    forget_word_filters()
    program.call("PUT", "/calm", {"minutes": 5})
    made = program.post("/rooms", {"slug": "help", "name": "Help"})
    assert made.status_code == 201
    help_room = Room.objects.get(site=site, slug="help")
    assert selectors.room_frame(help_room).slow_s == 10
    author = participant_from_visitor(visitor)
    with pytest.raises(AssertionError):
        say(room, author)  # it has no place
    assert [it["reason"] for it in listed(program)] == ["calm"]
    calm.end_calm(site=site, by=SYSTEM)
    assert say(room, author, cid="00000002") > 0
