"""`me/export` and `DELETE me`: all that a visitor wrote, to take along and to erase."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import async_to_sync

from inglenook.chat import own_download, person_copy
from inglenook.chat.models import HeldMessage, Message, Reaction, Report, ReportEntry, Room
from inglenook.chat.selectors import private_room
from inglenook.chat.services import delete_message, mark_seen, react
from inglenook.jobs import erasure
from inglenook.jobs.models import Job
from inglenook.moderation.services import ban_visitor
from inglenook.protocol.errors import Unavailable
from inglenook.sites.models import AuditEntry, Member, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_member, participant_from_visitor
from inglenook.visitors.tokens import make_token
from tests.backend.api.conftest import Page


def copy_of(page: Page) -> dict[str, Any]:
    answer = page.get("me/export")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.getvalue())
    return found


@pytest.fixture
def spoken(
    page: Page, room_of_two: Room, visitor: Visitor, other_visitor: Visitor, member: Member
) -> Room:
    """Somebody who wrote, waits, reacted, read and reported; a message that the team deleted; and
    their private line.
    """
    me_here = participant_from_visitor(visitor)
    line = private_room(me_here).slug
    assert page.say("A private word", cid="00000003", room=line).status_code == 201
    page.say("Taken away", cid="00000004")
    delete_message(room=room_of_two, actor=participant_from_member(member), seq=3)
    react(room=room_of_two, actor=me_here, seq=2, emoji="👍", on=True)
    room_of_two.refresh_from_db()
    mark_seen(room=room_of_two, reader_id=visitor.public_id, rev=2)
    own = {"room": room_of_two, "author_id": visitor.public_id, "author_name": visitor.name}
    for state, body in (("waiting", "Waits"), ("rejected", "No"), ("shadow", "Unheard")):
        why = {"state": state, "reason": "shadow" if state == "shadow" else "word"}
        HeldMessage.objects.create(**own, **why, cid=f"held-{body}", body=body)
    case = Report.objects.create(
        room=room_of_two, seq=2, body="Hello", author_id=other_visitor.public_id
    )
    ReportEntry.objects.create(
        report=case, reporter_id=visitor.public_id, reason="spam", note="Look"
    )
    about_them = Report.objects.create(room=room_of_two, seq=1, author_id=visitor.public_id)
    ReportEntry.objects.create(report=about_them, reporter_id=other_visitor.public_id, note="Rude")
    return room_of_two


def test_a_copy_has_everything_that_they_wrote(page: Page, spoken: Room, visitor: Visitor) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(
        email="a@b.example",
        answers={"order": "17"},
        note="A note of the team",
        attributes={"plan": "Gold"},
        page={"url": "https://shop.example/jars", "title": "Jars", "referrer": ""},
    )
    copy = copy_of(page)
    assert copy["visitor"]["attributes"] == {"plan": "Gold"}
    assert copy["visitor"]["page"]["url"] == "https://shop.example/jars"
    assert copy["visitor"]["id"] == visitor.public_id
    assert (copy["visitor"]["email"], copy["visitor"]["answers"]) == (
        "a@b.example",
        {"order": "17"},
    )
    bodies = [(row["body"], row.get("deleted_body")) for row in copy["messages"]]
    assert sorted(bodies, key=str) == [
        ("", "Taken away"),
        ("A private word", None),
        ("Hello", None),
    ]
    assert {row["author"]["id"] for row in copy["messages"]} == {visitor.public_id}
    held = [(row["body"], row["as_sent"], row["refused"]) for row in copy["held"]]
    assert held == [("Waits", False, False), ("No", False, True), ("Unheard", True, False)]
    assert copy["reactions"] == [{"room": "lobby", "seq": 2, "emoji": "👍"}]
    assert {"room": "lobby", "rev": 2} in copy["read_marks"]
    assert [(row["seq"], row["reason"], row["note"]) for row in copy["reported"]] == [
        (2, "spam", "Look")
    ]


def test_a_copy_has_nothing_of_others_and_nothing_that_the_team_noted(
    page: Page, spoken: Room, visitor: Visitor, other_visitor: Visitor
) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(note="A note of the team")
    text = page.get("me/export").getvalue().decode()
    others = (other_visitor.public_id, "Rude", "A note of the team", '"reason":"word"', "shadow")
    assert [word for word in others if word in text] == []
    page.token = make_token(other_visitor)
    theirs = copy_of(page)
    assert [row["seq"] for row in theirs["messages"]] == [2]
    assert theirs["reported"] == [{**theirs["reported"][0], "note": "Rude"}]


def test_a_copy_is_a_download_that_nobody_keeps(page: Page, spoken: Room) -> None:
    answer = page.get("me/export")
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="what-i-wrote.json"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_a_long_copy_is_streamed_and_is_the_same(
    page: Page, spoken: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = copy_of(page)
    for module in (person_copy, own_download):
        monkeypatch.setattr(module, "IN_MEMORY_BYTES", 64)
    answer: Any = page.get("me/export")
    assert answer.streaming

    async def pieces() -> list[bytes]:
        return [piece async for piece in answer]

    found = async_to_sync(pieces)()
    assert len(found) > 1
    assert {**json.loads(b"".join(found)), "at": ""} == {**whole, "at": ""}


def test_a_fourth_copy_at_once_is_too_many(page: Page, visitor: Visitor) -> None:
    answers = [page.get("me/export").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


def test_everything_goes_and_the_token_ends(page: Page, spoken: Room, visitor: Visitor) -> None:
    assert page.call("DELETE", "me").status_code == 204
    visitor.refresh_from_db()
    assert (visitor.name, visitor.erased_at is not None) == ("", True)
    assert not Message.objects.filter(author_id=visitor.public_id).exists()
    assert set(Message.objects.filter(deleted="erased").values_list("body", flat=True)) == {""}
    assert Message.objects.filter(deleted__isnull=True).get().body == "Hello"
    assert not HeldMessage.objects.exists()
    assert not Reaction.objects.exists()
    assert page.get("me").json()["error"] == "invalid_token"
    assert page.say("Again", cid="00000009").status_code == 401


def test_the_record_names_nobody_but_by_the_id(page: Page, visitor: Visitor, room: Room) -> None:
    page.call("DELETE", "me")
    entry = AuditEntry.objects.get(action=erasure.AUDIT_ACTION)
    by = (entry.actor_kind, entry.actor_id, entry.actor_name)
    assert by == ("visitor", visitor.public_id, "")
    assert entry.target_id == visitor.public_id


def test_a_second_time_is_refused_and_erases_nobody(
    page: Page, visitor: Visitor, other_visitor: Visitor
) -> None:
    answers = [page.call("DELETE", "me") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 401]
    assert answers[1].json()["error"] == "invalid_token"
    assert list(Visitor.objects.filter(erased_at__isnull=True)) == [other_visitor]
    assert Job.objects.count() == 1


def test_of_two_at_once_both_are_done(visitor: Visitor) -> None:
    """The second one was let in before the first was done."""
    assert (erasure.erase_own(visitor), erasure.erase_own(visitor)) == (None, None)
    assert Job.objects.count() == 1


def test_what_cannot_be_done_at_once_goes_on_by_itself(page: Page, visitor: Visitor) -> None:
    with mock.patch("inglenook.jobs.runner.finish", side_effect=Unavailable(retry_ms=5000)):
        answer = page.call("DELETE", "me")
    shown = {"state": "queued", "progress": 0}
    assert (answer.status_code, answer.json()) == (202, shown)
    assert page.get("me").status_code == 401
    job = Job.objects.get()
    assert (job.task, job.state) == (erasure.erase_visitor.module_path, Job.State.QUEUED)


def test_the_old_token_opens_a_session_of_somebody_new(page: Page, visitor: Visitor) -> None:
    page.call("DELETE", "me")
    shown = page.post("session", {"token": page.token}).json()
    assert shown["visitor"]["id"] != visitor.public_id


def test_the_banned_take_and_delete_nothing_by_themselves(
    page: Page, site: Site, visitor: Visitor
) -> None:
    ban_visitor(site=site, visitor_id=visitor.public_id)
    answers = [page.get("me/export"), page.call("DELETE", "me")]
    assert [(each.status_code, each.json()["error"]) for each in answers] == [(403, "banned")] * 2
    visitor.refresh_from_db()
    assert visitor.erased_at is None


def test_the_team_has_its_data_in_the_workspace(team: Page) -> None:
    answers = [team.get("me/export"), team.call("DELETE", "me")]
    assert [each.json()["error"] for each in answers] == ["forbidden"] * 2


def test_erasing_oneself_is_rare(page: Page, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one address five, then one a minute; the sixth person waits."""
    where = "inglenook.api.visitor.authentication.address_of_request"
    monkeypatch.setattr(where, lambda _request: "203.0.113.9")
    answers = []
    for _ in range(6):
        page.token = make_token(Visitor.objects.create(site=site, name="Grey Fox"))
        answers.append(page.call("DELETE", "me").status_code)
    assert answers == [204] * 5 + [429]
