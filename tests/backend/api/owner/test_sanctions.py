"""Sanctions, and all messages by one person, as a program handles them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inglenook.chat.events import Event, HeadMoved, MessageChanged
from inglenook.chat.models import HeldMessage, Message, Reaction, Room, Undo
from inglenook.chat.person_messages import MOST_FRAMES
from inglenook.chat.services import delete_message, react
from inglenook.moderation.models import Sanction
from inglenook.sites.models import AuditEntry, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import say


def person(visitor: Visitor) -> dict[str, Any]:
    return {"visitor": visitor.public_id, "kind": "mute"}


def write(room: Room, visitor: Visitor, count: int) -> None:
    author = participant_from_visitor(visitor)
    for number in range(count):
        say(room, author, f"{room.slug}-{number:06}".replace("_", "-"), f"Words {number}")


def bodies(room: Room) -> list[str]:
    return list(Message.objects.filter(room=room).order_by("seq").values_list("body", flat=True))


def test_a_sanction_is_imposed_listed_and_lifted(
    program: Program, visitor: Visitor, other_visitor: Visitor
) -> None:
    made = program.post("/sanctions", {**person(visitor), "seconds": 60, "reason": "spam"})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["kind"], shown["scope"], shown["reason"]) == ("mute", "person", "spam")
    assert shown["created_by"]["kind"] == "key"
    assert "undo" not in shown
    program.post("/sanctions", {**person(other_visitor), "kind": "shadow"})

    def ids(query: str) -> list[str]:
        return [item["visitor"] for item in program.get(f"/sanctions{query}").json()["items"]]

    both = [other_visitor.public_id, visitor.public_id]
    assert ids("") == ids("?active=true") == both
    assert ids(f"?visitor={visitor.public_id}") == [visitor.public_id]
    assert program.delete(f"/sanctions/{shown['id']}").status_code == 204
    assert program.delete(f"/sanctions/{shown['id']}").status_code == 404
    assert ids("?active=true") == [other_visitor.public_id]
    assert ids("?active=false") == [visitor.public_id]
    lifted = program.get("/sanctions?active=false").json()["items"][0]
    assert lifted["lifted_by"] == shown["created_by"]


def test_what_ran_out_by_itself_is_not_active(program: Program, visitor: Visitor) -> None:
    program.post("/sanctions", {**person(visitor), "seconds": 60})
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert program.get("/sanctions?active=true").json()["items"] == []
        assert len(program.get("/sanctions?active=false").json()["items"]) == 1


def test_a_sanction_of_an_address_copies_its_hash_and_tells_nothing_of_it(
    program: Program, visitor: Visitor
) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(
        address_hash="a" * 64,
        range_hash="b" * 64,
        address_expires_at=timezone.now() + timedelta(days=30),
    )
    for scope, kept in (("address", "a" * 64), ("range", "b" * 64), ("person", "")):
        shown = program.post("/sanctions", {**person(visitor), "scope": scope})
        assert shown.json()["scope"] == scope
        assert "a" * 64 not in shown.content.decode()
        assert Sanction.objects.get(pk=shown.json()["id"]).address_hash == kept
    assert "a" * 64 not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "exile"}, "kind"),
        ({"seconds": 0}, "seconds"),
        ({"seconds": 31536001}, "seconds"),
        ({"scope": "planet"}, "scope"),
        ({"reason": "x" * 201}, "reason"),
    ],
)
def test_a_sanction_that_cannot_be_is_refused(
    program: Program, visitor: Visitor, change: dict[str, Any], field: str
) -> None:
    answer = program.post("/sanctions", {**person(visitor), **change})
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert not Sanction.objects.exists()


def test_anothers_people_are_not_there(
    program: Program, foreign_visitor: Visitor, other_site: Site
) -> None:
    theirs = foreign_visitor.public_id
    for name in ("v_never", theirs, "\u0000"):
        assert program.post("/sanctions", {"visitor": name, "kind": "ban"}).status_code == 404
    assert program.post(f"/visitors/{theirs}/delete-messages").status_code == 404
    other = program_with(other_site, "moderation")
    undo = other.post(f"/visitors/{theirs}/delete-messages").json()["undo"]
    assert program.post(f"/undo/{undo}").status_code == 404
    assert other.post(f"/undo/{undo}").status_code == 200


def test_all_by_one_person_goes_and_comes_back_once(
    program: Program, site: Site, room: Room, visitor: Visitor, other_visitor: Visitor
) -> None:
    other_room = Room.objects.create(site=site, slug="help", name="Help")
    write(room, visitor, 3)
    write(room, other_visitor, 1)
    write(other_room, visitor, 2)
    react(room=room, actor=participant_from_visitor(visitor), seq=4, emoji="👍", on=True)
    react(room=room, actor=participant_from_visitor(visitor), seq=1, emoji="👍", on=True)
    delete_message(room=room, actor=participant_from_visitor(visitor), seq=3)
    waits = HeldMessage.objects.create(
        room=room, author_id=visitor.public_id, cid="held-0001", reason="word"
    )
    answer = program.post(f"/visitors/{visitor.public_id}/delete-messages")
    assert answer.status_code == 200
    assert answer.json()["deleted"] == 4
    assert bodies(room) == ["", "", "", "Words 0"]
    assert bodies(other_room) == ["", ""]
    assert Reaction.objects.count() == 1
    waits.refresh_from_db()
    assert (waits.state, waits.decided_by and waits.decided_by.kind) == ("rejected", "key")
    revs = list(Message.objects.filter(room=room).values_list("rev", flat=True))
    room.refresh_from_db()
    assert max(revs) == room.head
    assert len(set(revs)) == 4
    undone = program.post(f"/undo/{answer.json()['undo']}")
    assert (undone.status_code, undone.json()) == (200, {"restored": 4})
    assert bodies(room) == ["Words 0", "Words 1", "", "Words 0"]
    assert bodies(other_room) == ["Words 0", "Words 1"]
    waits.refresh_from_db()
    assert (waits.state, waits.decided_by) == ("waiting", None)
    again = program.post(f"/undo/{answer.json()['undo']}")
    assert (again.status_code, again.json()["error"]) == (409, "conflict")
    actions = [entry.action for entry in AuditEntry.objects.order_by("pk")]
    assert actions == ["visitor.delete_messages", "visitor.undo_deletion"]


def test_it_is_too_late_after_ten_minutes(program: Program, room: Room, visitor: Visitor) -> None:
    write(room, visitor, 1)
    undo = program.post(f"/visitors/{visitor.public_id}/delete-messages").json()
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        assert program.post(f"/undo/{undo['undo']}").json()["error"] == "conflict"
    assert bodies(room) == [""]


def test_since_and_rooms_bound_what_goes(
    program: Program, site: Site, room: Room, visitor: Visitor
) -> None:
    other_room = Room.objects.create(site=site, slug="help", name="Help")
    write(other_room, visitor, 1)
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        say(room, participant_from_visitor(visitor), "00000001", "Old")
    say(room, participant_from_visitor(visitor), "00000002", "New")
    since = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = f"/visitors/{visitor.public_id}/delete-messages"
    assert program.post(path, {"since": since, "rooms": ["lobby"]}).json()["deleted"] == 1
    assert (bodies(room), bodies(other_room)) == (["Old", ""], ["Words 0"])
    assert program.post(path, {"rooms": ["never"]}).json()["field"] == "rooms"
    assert program.post(path, {"rooms": []}).json()["deleted"] == 0


def test_without_inbox_nothing_goes_in_private_rooms(
    program: Program, site: Site, visitor: Visitor
) -> None:
    line = Room.objects.create(site=site, slug="p_abc", name="A", kind="private", visitor=visitor)
    write(line, visitor, 1)
    path = f"/visitors/{visitor.public_id}/delete-messages"
    other = program_with(site, "moderation")
    assert other.post(path).json()["deleted"] == 0
    assert other.post(path, {"rooms": ["p_abc"]}).json()["field"] == "rooms"
    assert program.post(path).json()["deleted"] == 1


def test_what_changed_since_is_left_by_the_undo(
    program: Program, room: Room, visitor: Visitor
) -> None:
    write(room, visitor, 3)
    undo = program.post(f"/visitors/{visitor.public_id}/delete-messages").json()["undo"]
    program.post("/rooms/lobby/messages/2/restore")
    assert program.post(f"/undo/{undo}").json() == {"restored": 2}
    undo = program.post(f"/visitors/{visitor.public_id}/delete-messages").json()["undo"]
    program.post("/rooms/lobby/clear")
    write(room, visitor, 3)
    assert program.post(f"/undo/{undo}").json() == {"restored": 0}


def test_a_sanction_can_take_the_messages_along(
    program: Program, room: Room, visitor: Visitor
) -> None:
    write(room, visitor, 2)
    shown = program.post("/sanctions", {**person(visitor), "delete_messages": True}).json()
    assert bodies(room) == ["", ""]
    assert program.post(f"/undo/{shown['undo']}").json() == {"restored": 2}


def test_many_frames_are_one_look_at_the_room(
    program: Program,
    room: Room,
    visitor: Visitor,
    published: list[Event],
    django_capture_on_commit_callbacks: Any,
) -> None:
    for count, kind in ((3, MessageChanged), (MOST_FRAMES + 1, HeadMoved)):
        program.post("/rooms/lobby/clear")
        Message.objects.bulk_create(
            Message(room=room, seq=n, rev=n, at=timezone.now(), author_id=visitor.public_id)
            for n in range(1, count + 1)
        )
        Room.objects.filter(pk=room.pk).update(head=count)
        published.clear()
        with django_capture_on_commit_callbacks(execute=True):
            program.post(f"/visitors/{visitor.public_id}/delete-messages")
        assert {type(event) for event in published} == {kind}
        assert len(published) == (count if kind is MessageChanged else 1)


def test_the_undo_keeps_no_text(program: Program, room: Room, visitor: Visitor) -> None:
    write(room, visitor, 2)
    program.post(f"/visitors/{visitor.public_id}/delete-messages")
    assert "Words" not in str(list(Undo.objects.values()))


def test_many_people_get_the_same_sanction_at_once(
    program: Program, site: Site, room: Room, visitor: Visitor, other_visitor: Visitor
) -> None:
    help_room = Room.objects.create(site=site, slug="help", name="Help")
    # Their rooms lie across each other.
    write(help_room, visitor, 2)
    write(room, other_visitor, 1)
    write(help_room, other_visitor, 1)
    HeldMessage.objects.create(room=room, author_id=visitor.public_id, cid="held-0001", body="x")
    people = [other_visitor.public_id, visitor.public_id]
    made = program.post(
        "/sanctions/bulk",
        {"visitors": [*people, people[0]], "kind": "ban", "delete_messages": True},
    )
    assert made.status_code == 201
    found = made.json()["items"]
    assert [it["visitor"] for it in found] == people
    assert {it["kind"] for it in found} == {"ban"}
    assert bodies(room) == [""]
    assert bodies(help_room) == ["", "", ""]
    assert HeldMessage.objects.get().state == HeldMessage.State.REJECTED
    assert program.post(f"/undo/{found[0]['undo']}").json() == {"restored": 2}
    assert Sanction.objects.filter(site=site, lifted_at=None).count() == 2
    entries = AuditEntry.objects.filter(action="sanction.create")
    assert sorted(entry.target_id for entry in entries) == sorted(people)


def test_where_one_of_many_is_not_there_nobody_is_sanctioned(
    program: Program, room: Room, visitor: Visitor
) -> None:
    write(room, visitor, 1)
    for nobody in ("v_never", "v_\x00"):
        body = {"visitors": [visitor.public_id, nobody], "kind": "ban", "delete_messages": True}
        refused = program.post("/sanctions/bulk", body)
        assert (refused.status_code, refused.json()["error"]) == (404, "not_found")
    assert not Sanction.objects.exists()
    assert bodies(room) == ["Words 0"]


def test_a_sanction_of_many_names_1_to_100(program: Program) -> None:
    for count in (0, 101):
        body = {"visitors": [f"v_{n}" for n in range(count)], "kind": "ban"}
        refused = program.post("/sanctions/bulk", body)
        assert (refused.status_code, refused.json()["field"]) == (400, "visitors")
