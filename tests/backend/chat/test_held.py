"""Messages that wait for the team: who sees them, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inglenook.chat import held, selectors, services
from inglenook.chat.events import Event, HeldChanged, MessagePosted
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_messages
from inglenook.chat.sync import Cursor, sync_of
from inglenook.moderation.models import Sanction, WordRule
from inglenook.moderation.word_rules import forget_word_filters
from inglenook.protocol.errors import (
    Conflict,
    Forbidden,
    NotFound,
    Rate,
    RoomArchived,
    SlowMode,
    TooLong,
)
from inglenook.protocol.frames import Ack, Sync
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Account, AuditEntry, Member, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

pytestmark = pytest.mark.django_db
CID = "one-and-the-same"


@pytest.fixture
def waiting(room: Room) -> Room:
    """A room where everything waits but what the trusted write."""
    Room.objects.filter(pk=room.pk).update(approval="all")
    room.refresh_from_db()
    return room


def sync(room: Room, reader: Participant) -> Sync:
    return sync_of(slug=room.slug, participant=reader, cursor=Cursor())


def only_held(room: Room) -> HeldMessage:
    return HeldMessage.objects.get(room=room)


def test_what_waits_has_no_number_and_its_author_alone_reads_it(
    waiting: Room, amber: Participant, teal: Participant, olive: Participant
) -> None:
    ack = say(waiting, amber, "*Hello*", cid=CID)
    assert (ack.seq, ack.rev, ack.held, ack.as_sent) == (None, None, True, False)
    (kept,) = sync(waiting, amber).held
    assert (kept.cid, kept.body, kept.at, kept.as_sent) == (CID, "*Hello*", ack.at, False)
    assert kept.entities == [{"kind": "bold", "at": 0, "len": 7}]
    for other in (teal, olive):
        found = sync(waiting, other)
        assert (found.held, found.messages, found.head) == ([], [], 0)
        assert selectors.unread(waiting, other) == 0
    assert selectors.history_page(waiting, None, 50, amber.id).messages == []


def test_the_same_cid_again_gets_the_same_answer(waiting: Room, amber: Participant) -> None:
    first = say(waiting, amber, cid=CID)
    again = say(waiting, amber, "Another text", cid=CID)
    assert (again.held, again.at, again.dup, again.seq) == (True, first.at, True, None)
    assert only_held(waiting).body == "Hello"


def test_the_same_cid_twice_in_a_batch_is_held_once(waiting: Room, amber: Participant) -> None:
    drafts = [Draft(slug=waiting.slug, author=amber, cid=CID, body="Hello")] * 2
    first, again = post_messages(drafts)
    assert isinstance(first, Ack)
    assert isinstance(again, Ack)
    assert (first.held, first.dup, again.held, again.dup) == (True, False, True, True)


def test_an_approved_message_gets_place_and_time_of_now(
    waiting: Room,
    amber: Participant,
    teal: Participant,
    site: Site,
    published: list[Event],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=False):
        say(waiting, amber, "Hello", cid=CID)
    Room.objects.filter(pk=waiting.pk).update(approval="none")
    assert say(waiting, teal).seq == 1
    pk = only_held(waiting).pk
    with django_capture_on_commit_callbacks(execute=True):
        frame = held.approve_held(site=site, held_id=pk, by=SYSTEM)
    assert (frame.seq, frame.rev, frame.cid, frame.author.id) == (2, 2, CID, amber.id)
    stored = Message.objects.get(room=waiting, seq=2)
    assert timezone.now() - stored.at < timedelta(minutes=1)
    assert any(isinstance(event, MessagePosted) and event.rev == 2 for event in published)
    assert sync(waiting, amber).held == []
    row = only_held(waiting)
    assert (row.state, row.body, row.seq) == ("approved", "", 2)
    again = say(waiting, amber, cid=CID)
    assert (again.seq, again.rev, again.dup, again.held) == (2, 2, True, False)


def test_approving_twice_is_the_same_and_rejecting_after_it_a_conflict(
    waiting: Room, amber: Participant, site: Site
) -> None:
    say(waiting, amber)
    pk = only_held(waiting).pk
    first = held.approve_held(site=site, held_id=pk, by=SYSTEM)
    again = held.approve_held(site=site, held_id=pk, by=SYSTEM)
    assert (again.seq, again.rev, again.body) == (first.seq, first.rev, first.body)
    with pytest.raises(Conflict):
        held.reject_held(site=site, held_id=pk, by=SYSTEM)
    with pytest.raises(Conflict):
        held.reopen_held(site=site, held_id=pk, by=SYSTEM)
    assert Message.objects.filter(room=waiting).count() == 1


def test_a_rejected_message_says_so_to_its_author_and_is_never_taken_again(
    waiting: Room,
    amber: Participant,
    site: Site,
    published: list[Event],
    django_capture_on_commit_callbacks: Any,
) -> None:
    say(waiting, amber, cid=CID)
    pk = only_held(waiting).pk
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            held.reject_held(site=site, held_id=pk, message="Please  be kind.", by=SYSTEM)
    told = [event for event in published if isinstance(event, HeldChanged)]
    assert [(it.author_id, it.cid, it.refused) for it in told] == [
        (amber.id, CID, "Please be kind.")
    ]
    assert sync(waiting, amber).held == []
    with pytest.raises(Forbidden, match="Please be kind"):
        say(waiting, amber, cid=CID)
    with pytest.raises(Conflict):
        held.approve_held(site=site, held_id=pk, by=SYSTEM)


def test_a_rejection_can_be_taken_back_for_ten_minutes(
    waiting: Room, amber: Participant, site: Site
) -> None:
    say(waiting, amber, cid=CID)
    pk = only_held(waiting).pk
    with pytest.raises(Conflict):
        held.reopen_held(site=site, held_id=pk, by=SYSTEM)
    held.reject_held(site=site, held_id=pk, by=SYSTEM)
    held.reopen_held(site=site, held_id=pk, by=SYSTEM)
    assert [kept.cid for kept in sync(waiting, amber).held] == [CID]
    assert say(waiting, amber, cid=CID).held
    held.reject_held(site=site, held_id=pk, by=SYSTEM)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)),
        pytest.raises(Conflict),
    ):
        held.reopen_held(site=site, held_id=pk, by=SYSTEM)


def test_the_words_of_a_rejection_are_short(waiting: Room, amber: Participant, site: Site) -> None:
    say(waiting, amber)
    with pytest.raises(TooLong):
        held.reject_held(site=site, held_id=only_held(waiting).pk, message="x" * 201, by=SYSTEM)


def test_nothing_is_approved_into_an_archived_room(
    waiting: Room, amber: Participant, site: Site
) -> None:
    say(waiting, amber)
    Room.objects.filter(pk=waiting.pk).update(archived=True)
    with pytest.raises(RoomArchived):
        held.approve_held(site=site, held_id=only_held(waiting).pk, by=SYSTEM)


def test_another_site_s_message_is_not_there(
    waiting: Room, amber: Participant, other_site: Site
) -> None:
    say(waiting, amber)
    pk = only_held(waiting).pk
    for act in (held.approve_held, held.reject_held, held.reopen_held):
        with pytest.raises(NotFound):
            act(site=other_site, held_id=pk, by=SYSTEM)


def test_each_decision_is_on_record_without_a_word_of_the_message(
    waiting: Room, amber: Participant, site: Site
) -> None:
    say(waiting, amber, "a secret")
    pk = only_held(waiting).pk
    held.reject_held(site=site, held_id=pk, message="no secrets", by=SYSTEM)
    held.reopen_held(site=site, held_id=pk, by=SYSTEM)
    held.approve_held(site=site, held_id=pk, by=SYSTEM)
    entries = AuditEntry.objects.filter(site=site, target_kind="held").order_by("pk")
    assert [entry.action for entry in entries] == ["held.reject", "held.reopen", "held.approve"]
    assert "secret" not in str([(entry.before, entry.after) for entry in entries])


@pytest.mark.parametrize(
    ("role", "may"), [("viewer", False), ("moderator", True), ("manager", True), ("owner", True)]
)
def test_a_member_s_role_is_asked(
    waiting: Room, amber: Participant, site: Site, moderator: Account, role: str, may: bool
) -> None:
    member = Member.objects.get(site=site, account=moderator)
    Member.objects.filter(pk=member.pk).update(role=role)
    by = Actor(kind="member", id=member.public_id, name=member.name)
    say(waiting, amber)
    pk = only_held(waiting).pk
    if may:
        assert held.approve_held(site=site, held_id=pk, by=by).seq == 1
    else:
        with pytest.raises(Forbidden):
            held.approve_held(site=site, held_id=pk, by=by)


def test_twenty_of_one_visitor_wait_in_a_room_at_most(
    waiting: Room, amber: Participant, teal: Participant
) -> None:
    drafts = [
        Draft(slug=waiting.slug, author=amber, cid=f"cid-{n:06}", body=f"{n}") for n in range(21)
    ]
    outcomes = post_messages(drafts)
    assert [type(it) for it in outcomes] == [Ack] * 20 + [Rate]
    with pytest.raises(Rate):
        say(waiting, amber)
    assert say(waiting, teal).held
    assert len(sync(waiting, amber).held) == 20


def test_slow_mode_counts_from_what_is_held(waiting: Room, amber: Participant) -> None:
    Room.objects.filter(pk=waiting.pk).update(slow_s=30)
    say(waiting, amber)
    with pytest.raises(SlowMode):
        say(waiting, amber)


def test_slow_mode_counts_within_a_batch(room: Room, amber: Participant) -> None:
    Room.objects.filter(pk=room.pk).update(slow_s=30)
    drafts = [Draft(slug=room.slug, author=amber, cid=f"cid-{n:06}", body=f"{n}") for n in range(2)]
    assert [type(it) for it in post_messages(drafts)] == [Ack, SlowMode]


def test_the_reason_of_each_wait_is_kept(room: Room, amber: Participant, site: Site) -> None:
    rule = WordRule.objects.create(site=site, pattern="badger", action="hold")
    forget_word_filters()
    say(room, amber, "a badger", cid="cid-word")
    Visitor.objects.filter(public_id=amber.id).update(held_by_address=True)
    say(room, amber, cid="cid-address")
    Site.objects.filter(pk=site.pk).update(calm_until=timezone.now() + timedelta(minutes=1))
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        say(room, amber, cid="cid-calm")
    Site.objects.filter(pk=site.pk).update(calm_until=None)
    Room.objects.filter(pk=room.pk).update(approval="new")
    say(room, amber, cid="cid-approval")
    rows = HeldMessage.objects.order_by("pk").values_list("cid", "reason", "rule_id")
    assert list(rows) == [
        ("cid-word", "word", rule.pk),
        ("cid-address", "address", None),
        ("cid-calm", "calm", None),
        ("cid-approval", "approval", None),
    ]


def test_the_first_message_of_a_private_room_may_wait_for_a_word(
    site: Site, amber: Participant, olive: Participant
) -> None:
    WordRule.objects.create(site=site, pattern="badger", action="hold")
    forget_word_filters()
    line = selectors.private_room(amber)
    assert say(line, amber, "a badger").held
    made = Room.objects.get(slug=line.slug)
    assert (made.head, len(sync(made, amber).held), sync(made, olive).held) == (0, 1, [])


# --- shadows


@pytest.fixture
def shadowed(room: Room, amber: Participant) -> Participant:
    Sanction.objects.create(site_id=room.site_id, visitor_id=amber.id, kind="shadow")
    return amber


def test_a_shadow_is_sent_for_its_author_and_is_nothing_for_others(
    room: Room,
    shadowed: Participant,
    teal: Participant,
    olive: Participant,
    published: list[Event],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ack = say(room, shadowed, "Hello", cid=CID)
    assert (ack.seq, ack.held, ack.as_sent, ack.dup) == (None, True, True, False)
    assert {type(event) for event in published} == {HeldChanged}
    (kept,) = sync(room, shadowed).held
    assert (kept.cid, kept.as_sent) == (CID, True)
    assert sync(room, shadowed).may == sync(room, teal).may
    for other in (teal, olive):
        found = sync(room, other)
        assert (found.held, found.messages, found.head) == ([], [], 0)
        assert selectors.unread(room, other) == 0
    again = say(room, shadowed, cid=CID)
    assert (again.as_sent, again.dup, again.at) == (True, True, ack.at)


def test_what_a_shadow_edits_or_reacts_to_is_acked_and_changes_nothing(
    room: Room, amber: Participant, teal: Participant
) -> None:
    say(room, amber)
    Sanction.objects.create(site_id=room.site_id, visitor_id=amber.id, kind="shadow")
    edited = services.edit_message(room=room, actor=amber, seq=1, body="Other")
    reacted = services.react(room=room, actor=amber, seq=1, emoji="👍", on=True)
    assert (edited.rev, reacted.rev) == (1, 1)
    row = Message.objects.get(room=room, seq=1)
    assert (row.body, row.reactions) == ("Hello", {})
    assert services.delete_message(room=room, actor=amber, seq=1).rev == 2


def test_the_newest_fifty_shadows_are_shown_and_lifting_publishes_none(
    room: Room, shadowed: Participant, teal: Participant, site: Site
) -> None:
    drafts = [
        Draft(slug=room.slug, author=shadowed, cid=f"cid-{n:06}", body=f"{n}") for n in range(60)
    ]
    assert all(isinstance(it, Ack) and it.as_sent for it in post_messages(drafts))
    Sanction.objects.all().delete()
    assert [it.body for it in sync(room, shadowed).held] == [str(n) for n in range(10, 60)]
    assert sync(room, teal).messages == []
    assert say(room, shadowed).seq == 1
    pk = HeldMessage.objects.first()
    assert pk is not None
    for act in (held.approve_held, held.reject_held):
        with pytest.raises(Conflict):
            act(site=site, held_id=pk.pk, by=SYSTEM)


def test_a_shadow_that_would_have_to_wait_waits(waiting: Room, shadowed: Participant) -> None:
    ack = say(waiting, shadowed)
    assert (ack.held, ack.as_sent) == (True, False)
