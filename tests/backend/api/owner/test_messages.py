"""Messages as a program reads, writes, changes, deletes, restores and pins them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inglenook.chat.models import Message, Reaction, Room
from inglenook.chat.services import react
from inglenook.sites.models import AuditEntry, Member, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import say

HELLO = {"cid": "00000009", "body": "*Hello* all"}


@pytest.fixture
def seqs(room: Room, visitor: Visitor) -> list[int]:
    """Of five messages by a visitor in `room`."""
    author = participant_from_visitor(visitor)
    return [say(room, author, f"0000000{n}", f"Words {n}") for n in range(5)]


def places(answer: Any) -> list[int]:
    return [item["seq"] for item in answer.json()["items"]]


def follow(program: Program, path: str) -> list[list[int]]:
    pages = []
    cursor: str | None = ""
    while cursor is not None:
        answer = program.get(f"{path}limit=2{cursor and '&cursor=' + cursor}")
        pages.append(places(answer))
        cursor = answer.json()["next"]
    return pages


def test_pages_ascend_and_the_next_leads_on(program: Program, seqs: list[int]) -> None:
    assert follow(program, "/rooms/lobby/messages?") == [[4, 5], [2, 3], [1]]
    assert follow(program, "/rooms/lobby/messages?before=4&") == [[2, 3], [1]]
    assert follow(program, "/rooms/lobby/messages?after=1&") == [[2, 3], [4, 5]]
    assert program.get("/rooms/lobby/messages?after=1&before=3").json()["field"] == "after"


def test_a_cursor_leads_nowhere_after_the_room_was_cleared(
    program: Program, seqs: list[int], room: Room, visitor: Visitor
) -> None:
    cursor = program.get("/rooms/lobby/messages?limit=2").json()["next"]
    program.post("/rooms/lobby/clear")
    say(room, participant_from_visitor(visitor), "00000010")
    assert program.get(f"/rooms/lobby/messages?cursor={cursor}").json() == {
        "items": [],
        "next": None,
    }


def test_a_key_writes_as_a_bot_of_its_name(program: Program, room: Room) -> None:
    first = program.post("/rooms/lobby/messages", HELLO)
    assert (first.status_code, first.json()["seq"], first.json()["dup"]) == (201, 1, False)
    again = program.post("/rooms/lobby/messages", {**HELLO, "body": "other"})
    assert (again.status_code, again.json()["dup"]) == (200, True)
    program.post("/rooms/lobby/messages", {"cid": "00000010", "body": "More", "reply_to": 1})
    one, two = program.get("/rooms/lobby/messages").json()["items"]
    assert one["author"] == two["author"]
    assert (one["author"]["name"], one["author"]["role"]) == ("Reports", "bot")
    assert one["entities"] == [{"kind": "bold", "at": 0, "len": 7}]
    assert two["reply_to"] == 1


def test_as_names_a_member_or_a_bot(program: Program, room: Room, site: Site) -> None:
    member = Member.objects.get(site=site)
    for number, author in enumerate(
        (
            {"member": member.public_id},
            {"bot": {"name": "Weather", "avatar": "https://shop.example/w.png"}},
        )
    ):
        body = {"cid": f"0000001{number}", "body": "Hi", "as": author}
        assert program.post("/rooms/lobby/messages", body).status_code == 201
    one, two = program.get("/rooms/lobby/messages").json()["items"]
    assert (one["author"]["id"], one["author"]["role"]) == (member.public_id, "owner")
    assert (two["author"]["name"], two["author"]["avatar"]) == (
        "Weather",
        "https://shop.example/w.png",
    )


@pytest.mark.parametrize(
    ("author", "status", "field"),
    [
        ({}, 400, "as"),
        ({"member": "m_none"}, 400, "as"),
        ({"member": "m_x", "bot": {"name": "x"}}, 400, "as"),
        ({"bot": {"name": "  "}}, 422, "as"),
        ({"bot": {"name": "x", "avatar": "http://shop.example/w.png"}}, 400, "as"),
    ],
)
def test_an_author_that_cannot_be_is_refused(
    program: Program, room: Room, author: dict[str, Any], status: int, field: str
) -> None:
    answer = program.post("/rooms/lobby/messages", {**HELLO, "as": author})
    assert (answer.status_code, answer.json()["field"].split(".")[0]) == (status, field)
    assert not Message.objects.exists()


def test_a_member_who_reads_only_and_one_who_is_invited_write_nothing(
    program: Program, room: Room, site: Site, moderator: object
) -> None:
    member = Member.objects.get(site=site, role="moderator")
    body = {**HELLO, "as": {"member": member.public_id}}
    Member.objects.filter(pk=member.pk).update(role="viewer")
    assert program.post("/rooms/lobby/messages", body).json()["error"] == "forbidden"
    Member.objects.filter(pk=member.pk).update(role="moderator", state="invited")
    assert program.post("/rooms/lobby/messages", body).json()["field"] == "as"


def test_no_rule_binds_a_key_but_an_archived_room(program: Program, room: Room) -> None:
    program.patch("/rooms/lobby", {"locked": True, "slow_s": 600})
    for number in range(3):
        body = {"cid": f"0000001{number}", "body": "Hi"}
        assert program.post("/rooms/lobby/messages", body).status_code == 201
    program.patch("/rooms/lobby", {"archived": True})
    refused = program.post("/rooms/lobby/messages", HELLO)
    assert (refused.status_code, refused.json()["error"]) == (409, "room_archived")


def test_a_key_edits_what_keys_wrote_and_nothing_else(
    program: Program, site: Site, seqs: list[int]
) -> None:
    member = Member.objects.get(site=site)
    program.post("/rooms/lobby/messages", HELLO)
    as_member = {"cid": "00000011", "body": "Hi", "as": {"member": member.public_id}}
    program.post("/rooms/lobby/messages", as_member)
    for place in (6, 7):
        edited = program.patch(f"/rooms/lobby/messages/{place}", {"body": "Better"})
        assert (edited.status_code, edited.json()["body"]) == (200, "Better")
        assert edited.json()["edited_at"] is not None
    assert program.patch("/rooms/lobby/messages/1", {"body": "x"}).json()["error"] == "forbidden"
    other = program_with(site, "messages:write")
    assert other.patch("/rooms/lobby/messages/6", {"body": "Best"}).status_code == 200
    assert program.patch("/rooms/lobby/messages/6", {"body": " "}).json()["error"] == "empty"


def test_what_a_member_wrote_in_person_no_key_edits(
    program: Program, site: Site, room: Room
) -> None:
    from inglenook.visitors.participants import participant_from_member

    say(room, participant_from_member(Member.objects.get(site=site)))
    assert program.patch("/rooms/lobby/messages/1", {"body": "x"}).json()["error"] == "forbidden"


def test_a_deleted_message_keeps_its_text_for_moderation_and_a_day(
    program: Program, site: Site, seqs: list[int], visitor: Visitor, room: Room
) -> None:
    reader = participant_from_visitor(visitor)
    react(room=room, actor=reader, seq=2, emoji="👍", on=True)
    assert program.get("/rooms/lobby/messages/2").json()["deleted_body"] is None
    assert program.delete("/rooms/lobby/messages/2").status_code == 204
    assert program.delete("/rooms/lobby/messages/2").status_code == 404
    stone = program.get("/rooms/lobby/messages/2").json()
    assert (stone["body"], stone["deleted"], stone["deleted_body"]) == (
        "",
        "moderator",
        "Words 1",
    )
    assert (
        "deleted_body"
        not in program_with(site, "messages:read").get("/rooms/lobby/messages/2").json()
    )
    answer = program.post("/rooms/lobby/messages/2/restore")
    assert answer.status_code == 201
    back = answer.json()
    assert (back["seq"], back["body"], back["deleted"], back["reactions"]) == (
        2,
        "Words 1",
        None,
        {},
    )
    assert back["rev"] > stone["rev"]
    assert not Reaction.objects.exists()
    again = program.post("/rooms/lobby/messages/2/restore")
    assert (again.status_code, again.json()["error"]) == (409, "conflict")


def test_neither_an_old_deletion_nor_its_authors_own_is_restored(
    program: Program, seqs: list[int], room: Room, visitor: Visitor
) -> None:
    from inglenook.chat.services import delete_message

    program.delete("/rooms/lobby/messages/2")
    delete_message(room=room, actor=participant_from_visitor(visitor), seq=3)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert program.get("/rooms/lobby/messages/2").json()["deleted_body"] is None
        assert program.post("/rooms/lobby/messages/2/restore").json()["error"] == "conflict"
    assert program.post("/rooms/lobby/messages/3/restore").json()["error"] == "conflict"
    assert Message.objects.get(seq=3).deleted_content is None


def test_twenty_messages_are_pinned_and_no_more(program: Program, room: Room) -> None:
    for number in range(21):
        program.post("/rooms/lobby/messages", {"cid": f"000000{number:02}", "body": "Hi"})
    answers = [program.call("PUT", f"/rooms/lobby/pins/{seq}") for seq in range(1, 22)]
    assert [answer.status_code for answer in answers] == [204] * 20 + [409]
    assert answers[-1].json()["error"] == "quota"
    assert program.call("PUT", "/rooms/lobby/pins/3").status_code == 204
    assert program.get("/rooms/lobby").json()["pinned"] == list(range(1, 21))
    assert program.delete("/rooms/lobby/pins/3").status_code == 204
    assert program.delete("/rooms/lobby/pins/3").status_code == 404
    program.delete("/rooms/lobby/messages/21")
    assert program.call("PUT", "/rooms/lobby/pins/21").status_code == 404


def test_a_private_room_is_there_for_inbox_alone(
    program: Program, site: Site, visitor: Visitor
) -> None:
    room = Room.objects.create(site=site, slug="p_abc", name="Amber", kind="private")
    Room.objects.filter(pk=room.pk).update(visitor=visitor)
    say(room, participant_from_visitor(visitor))
    assert places(program.get("/rooms/p_abc/messages")) == [1]
    other = program_with(site, "messages:write", "moderation", "rooms:write")
    never = other.get("/rooms/never/messages").content
    for answer in (
        other.get("/rooms/p_abc/messages"),
        other.get("/rooms/p_abc/messages/1"),
        other.post("/rooms/p_abc/messages", HELLO),
        other.patch("/rooms/p_abc/messages/1", {"body": "x"}),
        other.delete("/rooms/p_abc/messages/1"),
        other.call("PUT", "/rooms/p_abc/pins/1"),
    ):
        assert (answer.status_code, answer.content) == (404, never)


def test_what_keys_do_to_messages_is_on_record_without_a_word_of_them(
    program: Program, seqs: list[int]
) -> None:
    program.post("/rooms/lobby/messages", HELLO)
    program.patch("/rooms/lobby/messages/6", {"body": "Better"})
    program.delete("/rooms/lobby/messages/6")
    program.delete("/rooms/lobby/messages/1")
    program.post("/rooms/lobby/messages/1/restore")
    program.call("PUT", "/rooms/lobby/pins/1")
    program.delete("/rooms/lobby/pins/1")
    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.action, entry.target_id) for entry in entries] == [
        ("message.create", "lobby/6"),
        ("message.update", "lobby/6"),
        ("message.delete", "lobby/6"),
        ("message.delete", "lobby/1"),
        ("message.restore", "lobby/1"),
        ("message.pin", "lobby/1"),
        ("message.unpin", "lobby/1"),
    ]
    assert {entry.actor_kind for entry in entries} == {"key"}
    assert "Words" not in str(list(entries.values()))
    assert "Hello" not in str(list(entries.values()))
