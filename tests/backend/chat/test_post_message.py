from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inglenook.chat import selectors, services
from inglenook.chat.events import Event, MessagePosted
from inglenook.chat.models import Message, Room
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import (
    ChatError,
    Invalid,
    Muted,
    NotFound,
    Rate,
    RoomArchived,
    RoomLocked,
    SlowMode,
    TooLong,
)
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

pytestmark = pytest.mark.django_db


def test_it_stores_and_announces_a_message(
    room: Room, amber: Participant, published: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ack = say(room, amber, "Hello *you*\n\n")
    message = Message.objects.get()
    assert (message.seq, message.rev, message.body) == (1, 1, "Hello *you*")
    assert (ack.seq, ack.rev, ack.dup) == (1, 1, False)
    (event,) = published
    assert isinstance(event, MessagePosted)
    assert (event.slug, event.epoch, event.rev) == ("lobby", room.epoch, 1)
    frame = json.loads(event.frame)
    assert frame["entities"] == [{"kind": "bold", "at": 6, "len": 5}]
    assert frame["author"] == {
        "id": amber.id,
        "name": amber.name,
        "role": "visitor",
        "avatar": None,
    }


def test_it_gives_the_same_answer_for_the_same_cid(room: Room, amber: Participant) -> None:
    first = say(room, amber, "once", cid="one-and-the-same")
    again = say(room, amber, "twice", cid="one-and-the-same")
    assert (again.seq, again.rev, again.at, again.dup) == (first.seq, first.rev, first.at, True)
    assert [m.body for m in Message.objects.all()] == ["once"]


def test_a_deleted_message_is_still_the_answer_to_its_cid(room: Room, amber: Participant) -> None:
    say(room, amber, cid="one-and-the-same")
    services.delete_message(room=room, actor=amber, seq=1)
    again = say(room, amber, cid="one-and-the-same")
    assert (again.seq, again.rev, again.dup) == (1, 1, True)


def test_another_author_or_room_makes_another_message_of_the_same_cid(
    room: Room, amber: Participant, teal: Participant
) -> None:
    help_room = Room.objects.create(site_id=room.site_id, slug="help", name="Help")
    acks = [
        say(r, who, cid="one-and-the-same")
        for r, who in ((room, amber), (room, teal), (help_room, amber))
    ]
    assert [ack.dup for ack in acks] == [False, False, False]


def test_refusals_take_no_number(room: Room, amber: Participant) -> None:
    for body in ("", " \n ", "x" * 2001, "a\x00"):
        with pytest.raises(ChatError):
            say(room, amber, body)
    assert say(room, amber).seq == 1


def test_it_refuses_who_is_muted(room: Room, amber: Participant) -> None:
    Sanction.objects.create(site_id=room.site_id, visitor_id=amber.id, kind="mute")
    with pytest.raises(Muted):
        say(room, amber)


def test_a_duplicate_of_somebody_muted_meanwhile_is_answered(
    room: Room, amber: Participant
) -> None:
    say(room, amber, cid="one-and-the-same")
    Sanction.objects.create(site_id=room.site_id, visitor_id=amber.id, kind="mute")
    assert say(room, amber, cid="one-and-the-same").dup is True


def test_a_locked_room_is_for_the_team_and_an_archived_one_for_nobody(
    room: Room, amber: Participant, olive: Participant
) -> None:
    Room.objects.filter(pk=room.pk).update(locked=True)
    with pytest.raises(RoomLocked):
        say(room, amber)
    assert say(room, olive).seq == 1
    Room.objects.filter(pk=room.pk).update(archived=True)
    with pytest.raises(RoomArchived):
        say(room, olive)


def test_slow_mode_says_when_the_next_one_may_come(
    room: Room, amber: Participant, olive: Participant
) -> None:
    say(room, amber)
    Room.objects.filter(pk=room.pk).update(slow_s=30)
    with pytest.raises(SlowMode) as caught:
        say(room, amber)
    assert 28_000 < (caught.value.retry_ms or 0) <= 30_000
    say(room, olive)
    say(room, olive)
    Message.objects.filter(author_id=amber.id).update(at=timezone.now() - timedelta(seconds=31))
    say(room, amber)


def test_more_than_the_burst_is_too_fast_and_the_team_is_exempt(
    room: Room, amber: Participant, olive: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(0.5, 3)))
    for _ in range(3):
        say(room, amber)
    with pytest.raises(Rate) as caught:
        say(room, amber)
    assert 0 < (caught.value.retry_ms or 0) <= 2000
    for _ in range(5):
        say(room, olive)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cid": "short"}, "cid"),
        ({"reply_to": 9}, "reply_to"),
    ],
)
def test_what_is_invalid_is_named(
    room: Room, amber: Participant, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        say(room, amber, **fields)
    assert caught.value.field == field


def test_too_long_says_what_is_allowed(room: Room, amber: Participant) -> None:
    with pytest.raises(TooLong, match="2000"):
        say(room, amber, "x" * 2001)


def test_an_answer_names_a_message_of_the_same_room(room: Room, amber: Participant) -> None:
    say(room, amber)
    assert say(room, amber, reply_to=1).seq == 2


def test_a_mention_names_who_wrote_here_and_the_team(
    room: Room, amber: Participant, teal: Participant, olive: Participant
) -> None:
    say(room, teal)
    say(room, amber, f"@{teal.name} and @{olive.name} and @Nobody")
    entities = Message.objects.get(seq=2).entities
    assert [(e["kind"], e.get("id")) for e in entities] == [
        ("mention", teal.id),
        ("mention", olive.id),
    ]


def test_a_private_room_is_made_by_its_first_message(
    site: Any, amber: Participant, teal: Participant, olive: Participant
) -> None:
    slug = selectors.private_slug(site.pk, amber.id)
    line = selectors.room_by_slug(site.pk, slug, amber)
    assert line.pk is None
    epoch = line.epoch
    assert not Room.objects.filter(slug=slug).exists()
    say(line, amber)
    made = Room.objects.get(slug=slug)
    assert (made.epoch, made.head, made.kind) == (epoch, 1, "private")
    assert selectors.room_by_slug(site.pk, slug, amber).pk == made.pk
    assert selectors.room_by_slug(site.pk, slug, olive).pk == made.pk
    for other in (teal, None):
        with pytest.raises(NotFound):
            selectors.room_by_slug(site.pk, slug, other)


@pytest.mark.usefixtures("settled")
def test_posting_costs_a_bounded_number_of_queries(
    room: Room, amber: Participant, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        say(room, amber)
