"""Erased is erased: no table, file or index holds a word, sockets close, ids stay on record."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from inglenook.api.models import KeptAnswer
from inglenook.chat import erasing
from inglenook.chat.events import Event, HeadMoved
from inglenook.chat.models import (
    HeldMessage,
    Message,
    Reaction,
    ReadMark,
    Report,
    ReportEntry,
    Room,
    Undo,
)
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.services import edit_message, mark_seen, react
from inglenook.jobs import erasure, room_export
from inglenook.jobs.models import Job
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import InvalidToken, NotFound, Unavailable
from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import AuditEntry, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from inglenook.visitors.services import visitor_for_token
from inglenook.visitors.tokens import make_token
from tests.backend.jobs.everywhere import columns_of, places_of

pytestmark = pytest.mark.django_db(transaction=True)

# One word for each place, so that a failure names it.
NAME, NOTE = "Wxname", "Wxnote"
HASH = "a1" * 32
WORDS = [
    NAME,
    NOTE,
    "Wxbody",
    "Wxedited",
    "Wxdeleted",
    "Wxheld",
    "Wxreported",
    "Wxreason",
    "Wxcomplaint",
    "Wxprivate",
    "Wxkept",
    "Wxemail",
    "Wxanswer",
    "Wxconsent",
    "Wxkey",
    "Wxattribute",
    "Wxpage",
]


def say(room: Room, visitor: Visitor, body: str, number: int = 1) -> int:
    author = participant_from_visitor(visitor)
    ack = post_message(
        Draft(slug=room.slug, author=author, cid=f"{visitor.pk:04}{number:04}", body=body)
    )
    assert ack.seq is not None
    return ack.seq


@pytest.fixture
def spread(site: Site, room: Room, visitor: Visitor, other_visitor: Visitor) -> Visitor:
    """A visitor with something in every table that can have it."""
    Visitor.objects.filter(pk=visitor.pk).update(
        name=NAME, note=NOTE, name_folded=NAME, address_hash=HASH, range_hash=HASH
    )
    Visitor.objects.filter(pk=visitor.pk).update(
        email="Wxemail@example.org",
        answers={"order": "Wxanswer"},
        consent_version="Wxconsent",
        attributes={"Wxkey": "Wxattribute"},
        page={"url": "https://shop.example/Wxpage", "title": "", "referrer": ""},
    )
    visitor.refresh_from_db()
    who, me = visitor.public_id, participant_from_visitor(visitor)
    say(room, visitor, "Wxbody", 1)
    seq = say(room, visitor, "Wxfirst", 2)
    edit_message(room=room, actor=me, seq=seq, body="Wxedited")
    taken = say(room, visitor, "soon gone", 3)
    Message.objects.filter(room=room, seq=taken).update(
        deleted="moderator", body="", deleted_content={"body": "Wxdeleted", "entities": []}
    )
    private = Room.objects.create(
        site=site, slug="p_mine", name=NAME, kind="private", visitor=visitor
    )
    Message.objects.create(
        room=private,
        seq=1,
        rev=1,
        at=timezone.now(),
        author_id=who,
        author_name=NAME,
        body="Wxprivate",
        cid="00000001",
    )
    Room.objects.filter(pk=private.pk).update(head=1)
    theirs = say(room, other_visitor, "Hello there")
    react(room=room, actor=me, seq=theirs, emoji="👍", on=True)
    react(room=room, actor=participant_from_visitor(other_visitor), seq=theirs, emoji="👍", on=True)
    mark_seen(room=room, reader_id=who, rev=2)
    HeldMessage.objects.create(
        room=room,
        author_id=who,
        author_name=NAME,
        cid="held0001",
        body="Wxheld",
        reason="word",
    )
    case = Report.objects.create(
        room=room, seq=1, body="Wxreported", author_id=who, author_name=NAME
    )
    ReportEntry.objects.create(report=case, reporter_id=other_visitor.public_id, reason="spam")
    made = Report.objects.create(room=room, seq=theirs, body="Hello there")
    ReportEntry.objects.create(report=made, reporter_id=who, reason="other", note="Wxcomplaint")
    Sanction.objects.create(site=site, visitor_id=who, kind="mute", reason="Wxreason")
    Undo.objects.create(site=site, visitor_id=who, messages=[[room.pk, 1]], until=timezone.now())
    key, _ = create_api_key(site=site, name="Bot", scopes=["audit"], created_by=SYSTEM)
    KeptAnswer.objects.create(
        api_key=key,
        name="idempotent",
        address="a",
        body="b",
        started_at=timezone.now(),
        status=200,
        answer=f'{{"author":{{"id":"{who}"}},"body":"Wxkept"}}',
    )
    exported = room_export.begin(room, by=SYSTEM)
    room_export.export_room.call(exported.pk)
    return visitor


def erase(visitor: Visitor) -> None:
    erasure.erase(site=visitor.site, visitor_id=visitor.public_id, by=SYSTEM)


def test_no_table_and_no_file_holds_a_word_of_theirs(spread: Visitor) -> None:
    before = places_of([*WORDS, "Wxfirst", HASH])
    for word in [*WORDS, HASH]:
        # Else the test would show nothing.
        assert any(not place.startswith("test.sqlite3") for place in before[word]), word
    assert any(place.endswith(".jsonl") for place in before["Wxbody"])
    erase(spread)
    assert places_of([*WORDS, "Wxfirst", HASH]) == {}


def test_the_id_stays_on_record_and_with_sanctions_alone(spread: Visitor) -> None:
    who = spread.public_id
    erase(spread)
    assert columns_of(who) == {
        "sites_auditentry.target_id",
        "moderation_sanction.visitor_id",
        "visitors_visitor.public_id",
        "jobs_job.target",
    }
    entry = AuditEntry.objects.get(action=erasure.AUDIT_ACTION)
    assert (entry.target_kind, entry.target_id, entry.before, entry.after) == (
        "visitor",
        who,
        None,
        None,
    )
    assert Sanction.objects.get().kind == "mute"


def test_messages_are_tombstones_with_a_number_each(
    spread: Visitor, room: Room, other_visitor: Visitor, published: list[Event]
) -> None:
    before = Room.objects.get(pk=room.pk).head
    published.clear()
    erase(spread)
    room.refresh_from_db()
    rows = Message.objects.filter(room=room, deleted="erased").order_by("seq")
    assert [row.seq for row in rows] == [1, 2, 4]
    assert [row.rev for row in rows] == [before + 1, before + 2, before + 3]
    assert {(row.author_id, row.author_name, row.cid, row.body) for row in rows} == {
        (None, "", None, "")
    }
    theirs = Message.objects.get(room=room, author_id=other_visitor.public_id)
    assert (theirs.reactions, theirs.rev) == ({"👍": 1}, before + 4)
    assert room.head == before + 4
    assert Reaction.objects.get().author_id == other_visitor.public_id
    moved = [event for event in published if isinstance(event, HeadMoved)]
    assert {(event.slug, event.head) for event in moved} >= {(room.slug, before + 4)}
    assert not ReadMark.objects.filter(reader_id=spread.public_id).exists()


def test_others_keep_what_is_theirs(spread: Visitor, room: Room, other_visitor: Visitor) -> None:
    erase(spread)
    other_visitor.refresh_from_db()
    assert other_visitor.name == "Teal Heron"
    assert Message.objects.get(author_id=other_visitor.public_id).body == "Hello there"
    assert not Report.objects.exists()


def test_the_token_ends_and_sockets_are_judged_again(spread: Visitor, site: Site) -> None:
    token = make_token(spread)
    before = Site.objects.get(pk=site.pk).access_version
    erase(spread)
    with pytest.raises(InvalidToken):
        visitor_for_token(site_id=site.pk, token=token)
    assert Site.objects.get(pk=site.pk).access_version > before


def test_a_second_time_and_another_sites_visitor_are_not_there(
    spread: Visitor, foreign_visitor: Visitor, site: Site
) -> None:
    erase(spread)
    for visitor_id in (spread.public_id, foreign_visitor.public_id, "v_never"):
        with pytest.raises(NotFound):
            erasure.erase(site=site, visitor_id=visitor_id, by=SYSTEM)
    assert Visitor.objects.get(pk=foreign_visitor.pk).erased_at is None


def test_many_messages_go_in_parts_of_one_transaction_each(
    room: Room, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "PART_MESSAGES", 3)
    for number in range(8):
        say(room, visitor, f"word {number}", number)
    progress = list(erasing.erase_parts(visitor))
    assert progress == sorted(progress)
    assert len(progress) == 4
    revs = Message.objects.filter(room=room, deleted="erased").order_by("seq")
    assert list(revs.values_list("rev", flat=True)) == list(range(9, 17))


@pytest.mark.parametrize("dies_after", range(5))
def test_what_a_crash_left_is_finished_by_a_worker(
    spread: Visitor, monkeypatch: pytest.MonkeyPatch, dies_after: int
) -> None:
    """The process dies behind a part: the lease of the job ends, and another holder goes on."""
    monkeypatch.setattr(erasing, "PART_MESSAGES", 2)
    real = erasure._parts

    class Died(BaseException):
        pass

    def dying(job: Job) -> Any:
        for done, progress in enumerate(real(job)):
            if done == dies_after:
                raise Died
            yield progress

    with mock.patch.object(erasure, "_parts", dying), pytest.raises(Died):
        erase(spread)
    job = Job.objects.get(task=erasure.erase_visitor.module_path)
    assert job.state == Job.State.RUNNING
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())
    erasure.erase_visitor.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress) == (Job.State.DONE, 1)
    assert places_of(WORDS) == {}
    with pytest.raises(NotFound):
        erase(spread)


def test_the_same_call_again_waits_for_an_erasure_that_broke_off(spread: Visitor) -> None:
    def fails(_visitor: Visitor) -> Any:
        raise RuntimeError("no database")
        yield

    with mock.patch.object(erasure, "erase_parts", fails), pytest.raises(Unavailable):
        erase(spread)
    job = Job.objects.get(task=erasure.erase_visitor.module_path)
    assert (job.state, job.error) == (Job.State.QUEUED, "RuntimeError")
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    erase(spread)
    assert places_of(WORDS) == {}


def test_an_edit_that_was_made_long_ago_is_in_no_page_of_the_file(
    room: Room, visitor: Visitor
) -> None:
    if connection.vendor != "sqlite":
        return
    for number in range(60):
        row = Message.objects.create(
            room=room,
            seq=number + 1,
            rev=number + 1,
            at=timezone.now(),
            author_id=visitor.public_id,
            body=f"Zyfirst{number} " + "filler " * 40,
        )
        Message.objects.filter(pk=row.pk).update(body=f"Zysecond{number}")
    Room.objects.filter(pk=room.pk).update(head=60)
    assert places_of(["Zysecond"])
    erase(visitor)
    assert places_of(["Zyfirst", "Zysecond"]) == {}
