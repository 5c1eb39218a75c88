from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inglenook.chat import room_services, services
from inglenook.chat.models import Message, Reaction, Room
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.protocol.errors import ChatError, Forbidden, Invalid, NotFound, Rate, TooLate
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

pytestmark = pytest.mark.django_db


def fresh(room: Room) -> Room:
    return Room.objects.get(pk=room.pk)


def test_an_edit_keeps_the_place_and_takes_the_next_number(room: Room, amber: Participant) -> None:
    say(room, amber, "Helo")
    ack = services.edit_message(room=room, actor=amber, seq=1, body="Hello")
    message = Message.objects.get()
    assert (message.seq, message.rev, message.body) == (1, 2, "Hello")
    assert message.edited_at is not None
    assert (ack.seq, ack.rev) == (1, 2)


def test_an_edit_that_changes_nothing_takes_no_number(room: Room, amber: Participant) -> None:
    say(room, amber, "Hello")
    assert services.edit_message(room=room, actor=amber, seq=1, body="Hello ").rev == 1
    assert fresh(room).head == 1


def test_an_edit_that_is_too_fast_costs_no_search_for_mentions(
    room: Room, amber: Participant, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    say(room, amber)
    monkeypatch.setattr(policy, "of_visitor", RateLimit(Allowance(0.001, 1)))
    policy.spend(amber, room.slug)
    with django_assert_num_queries(1), pytest.raises(Rate):  # whether the author is muted
        services.edit_message(room=room, actor=amber, seq=1, body="@Olive @Amber @Teal")


def test_only_the_author_edits_and_only_inside_the_window(
    room: Room, amber: Participant, teal: Participant, olive: Participant
) -> None:
    say(room, amber)
    for other in (teal, olive):
        with pytest.raises(Forbidden):
            services.edit_message(room=room, actor=other, seq=1, body="x")
    Message.objects.update(at=timezone.now() - timedelta(minutes=16))
    with pytest.raises(TooLate):
        services.edit_message(room=room, actor=amber, seq=1, body="x")
    with pytest.raises(TooLate):
        services.delete_message(room=room, actor=amber, seq=1)
    assert fresh(room).head == 1


def test_the_team_deletes_always(room: Room, amber: Participant, olive: Participant) -> None:
    say(room, amber)
    Message.objects.update(at=timezone.now() - timedelta(days=400))
    services.delete_message(room=room, actor=olive, seq=1)
    assert Message.objects.get().deleted == "moderator"


def test_a_tombstone_keeps_its_place_and_nothing_else(
    room: Room, amber: Participant, teal: Participant
) -> None:
    say(room, amber, "*Hello*", cid="one-and-the-same")
    services.react(room=room, actor=teal, seq=1, emoji="👍", on=True)
    services.delete_message(room=room, actor=amber, seq=1)
    message = Message.objects.get()
    assert (message.body, message.entities, message.reactions, message.attachments) == (
        "",
        [],
        {},
        [],
    )
    assert (message.seq, message.rev, message.cid, message.author_id, message.deleted) == (
        1,
        3,
        "one-and-the-same",
        amber.id,
        "author",
    )
    assert not Reaction.objects.exists()
    assert services.delete_message(room=room, actor=amber, seq=1).rev == 3
    for act in (
        lambda: services.edit_message(room=room, actor=amber, seq=1, body="x"),
        lambda: services.react(room=room, actor=teal, seq=1, emoji="👍", on=True),
    ):
        with pytest.raises(NotFound):
            act()


def test_reactions_count_people_and_are_a_state(
    room: Room, amber: Participant, teal: Participant
) -> None:
    say(room, amber)
    revs = [
        services.react(room=room, actor=who, seq=1, emoji="👍", on=on).rev
        for who, on in ((amber, True), (amber, True), (teal, True), (amber, False), (amber, False))
    ]
    assert revs == [2, 2, 3, 4, 4]
    assert Message.objects.get().reactions == {"👍": 1}
    services.react(room=room, actor=teal, seq=1, emoji="👍", on=False)
    assert Message.objects.get().reactions == {}


@pytest.mark.parametrize("emoji", ["", "a", "👍👍", "<b>", "👍" * 20, "1"])
def test_a_reaction_is_one_emoji(room: Room, amber: Participant, emoji: str) -> None:
    say(room, amber)
    with pytest.raises(Invalid) as caught:
        services.react(room=room, actor=amber, seq=1, emoji=emoji, on=True)
    assert caught.value.field == "emoji"


def test_a_message_has_twenty_kinds_of_reaction(room: Room, amber: Participant) -> None:
    say(room, amber)
    for number in range(20):
        services.react(room=room, actor=amber, seq=1, emoji=chr(0x1F600 + number), on=True)
    with pytest.raises(Invalid):
        services.react(room=room, actor=amber, seq=1, emoji="🎉", on=True)


def test_pins_are_the_team_s_and_twenty(room: Room, amber: Participant, olive: Participant) -> None:
    for _ in range(21):
        say(room, olive)
    with pytest.raises(Forbidden):
        room_services.pin_message(room=room, actor=amber, seq=1, on=True)
    for seq in range(1, 21):
        room_services.pin_message(room=room, actor=olive, seq=seq, on=True)
    with pytest.raises(Invalid):
        room_services.pin_message(room=room, actor=olive, seq=21, on=True)
    head = fresh(room).head
    assert room_services.pin_message(room=room, actor=olive, seq=5, on=True).rev == head
    room_services.pin_message(room=room, actor=olive, seq=5, on=False)
    assert 5 not in fresh(room).pinned


def test_a_room_change_is_one_number_and_none_when_nothing_changes(room: Room) -> None:
    changed = room_services.change_room(room=room, name="Hearth", topic="Tea", slow_s=5)
    assert (changed.rev, changed.head) == (1, 1)
    assert room_services.change_room(room=room, name="Hearth").head == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x" * 200}, "name"),
        ({"name": "  "}, "name"),
        ({"slow_s": -1}, "slow_s"),
        ({"slow_s": 10**6}, "slow_s"),
        ({"topic": "x" * 301}, "topic"),
        ({"head": 5}, "head"),
    ],
)
def test_a_room_is_not_changed_into_nonsense(
    room: Room, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ChatError) as caught:
        room_services.change_room(room=room, **changes)
    assert caught.value.field == field
    assert fresh(room).head == 0


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "Lobby",
        "a b",
        "a_b",
        "p_abc",
        "-a",
        "ä",
        "x" * 64,
        "a/b",
        "a\n",
        "lobby",
        "auto",
        "private",
    ],
)
def test_a_slug_is_small_letters_digits_and_hyphens_and_free(room: Room, slug: str) -> None:
    with pytest.raises(Invalid) as caught:
        room_services.create_room(site_id=room.site_id, slug=slug, name="Room")
    assert caught.value.field == "slug"


def test_purging_is_one_change_and_removes_for_good(
    room: Room, amber: Participant, olive: Participant
) -> None:
    for _ in range(5):
        say(room, amber)
    room_services.pin_message(room=room, actor=olive, seq=2, on=True)
    purged = room_services.purge_below(room=room, seq=4)
    assert (purged.first_seq, purged.rev, purged.pinned) == (4, 7, [])
    assert [m.seq for m in Message.objects.order_by("seq")] == [4, 5]
    assert room_services.purge_below(room=room, seq=3).head == 7


def test_clearing_starts_another_epoch(room: Room, amber: Participant) -> None:
    say(room, amber)
    cleared = room_services.clear_history(room=room)
    assert cleared.epoch != room.epoch
    assert (cleared.head, cleared.rev, Message.objects.count()) == (0, 0, 0)
    assert say(fresh(room), amber).seq == 1
