"""Many at once: each is answered as if it had come alone."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.chat import selectors
from inglenook.chat.events import Event, MessagePosted
from inglenook.chat.models import Message, Room
from inglenook.chat.posting import store
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_messages
from inglenook.chat.posting.store import Found
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import Empty, Muted, NotFound, RoomArchived
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

pytestmark = pytest.mark.django_db


def draft(room: Room, author: Participant, cid: str, body: str = "Hello", **more: Any) -> Draft:
    return Draft(slug=room.slug, author=author, cid=f"batch-{cid}", body=body, **more)


def test_a_batch_takes_the_rooms_numbers_in_the_order_it_came(
    room: Room,
    amber: Participant,
    teal: Participant,
    published: list[Event],
    django_capture_on_commit_callbacks: Any,
) -> None:
    other = Room.objects.create(site_id=room.site_id, slug="help", name="Help")
    drafts = [
        draft(r, who, f"cid-{n}")
        for n, (r, who) in enumerate(((room, amber), (other, teal), (room, teal), (other, amber)))
    ]
    with django_capture_on_commit_callbacks(execute=True):
        outcomes = post_messages(drafts)
    acks = [outcome for outcome in outcomes if isinstance(outcome, Ack)]
    assert [(ack.room, ack.seq) for ack in acks] == [
        ("lobby", 1),
        ("help", 1),
        ("lobby", 2),
        ("help", 2),
    ]
    posted = [event for event in published if isinstance(event, MessagePosted)]
    assert posted == published
    assert [(event.slug, event.rev) for event in posted] == [(a.room, a.rev) for a in acks]
    assert Room.objects.get(pk=room.pk).head == Room.objects.get(pk=other.pk).head == 2


def test_what_is_refused_is_refused_alone_and_takes_no_number(
    room: Room, amber: Participant, teal: Participant
) -> None:
    Sanction.objects.create(site_id=room.site_id, visitor_id=teal.id, kind="mute")
    archived = Room.objects.create(site_id=room.site_id, slug="old", name="Old", archived=True)
    gone = Room.objects.create(site_id=room.site_id, slug="gone", name="Gone")
    Room.objects.filter(pk=gone.pk).update(gone=True)
    outcomes = post_messages(
        [
            draft(room, teal, "cid-1"),
            draft(room, amber, "cid-2"),
            draft(room, amber, "cid-3", " "),
            draft(archived, amber, "cid-4"),
            draft(gone, amber, "cid-5"),
            draft(room, amber, "cid-6"),
        ]
    )
    assert [type(o) for o in outcomes] == [Muted, Ack, Empty, RoomArchived, NotFound, Ack]
    assert [m.seq for m in Message.objects.filter(room=room).order_by("seq")] == [1, 2]


def test_duplicates_inside_and_before_the_batch_get_the_first_answer(
    room: Room, amber: Participant
) -> None:
    first = say(room, amber, cid="batch-cid-1")
    one, two, three = post_messages(
        [draft(room, amber, "cid-1"), draft(room, amber, "cid-2"), draft(room, amber, "cid-2", "?")]
    )
    assert isinstance(one, Ack)
    assert isinstance(two, Ack)
    assert isinstance(three, Ack)
    assert (one.seq, one.dup) == (first.seq, True)
    assert (two.seq, two.dup) == (2, False)
    assert (three.seq, three.rev, three.dup) == (2, 2, True)
    assert Message.objects.count() == 2


def look_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look does not see what another process stores a moment later."""
    look, looks = store.look_up, []

    def looked(wanted: Any) -> list[Found]:
        looks.append(wanted)
        found = look(wanted)
        return [one._replace(posted=None) for one in found] if len(looks) == 1 else found

    monkeypatch.setattr(store, "look_up", looked)


def test_a_duplicate_that_nobody_saw_coming_rolls_back_and_is_found(
    room: Room, amber: Participant, teal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(room, amber, cid="batch-cid-1")
    look_too_early(monkeypatch)
    one, two = post_messages([draft(room, amber, "cid-1"), draft(room, teal, "cid-2")])
    assert isinstance(one, Ack)
    assert isinstance(two, Ack)
    assert (one.seq, one.dup) == (1, True)
    assert (two.seq, two.dup) == (2, False)
    assert Room.objects.get(pk=room.pk).head == 2


def test_two_first_messages_of_a_private_room_make_it_once(site: Any, amber: Participant) -> None:
    slug = selectors.private_slug(site.pk, amber.id)
    lines = [selectors.room_by_slug(site.pk, slug, amber) for _ in range(2)]
    outcomes = post_messages([draft(line, amber, f"cid-{n}") for n, line in enumerate(lines)])
    assert sorted(o.seq for o in outcomes if isinstance(o, Ack) and o.seq) == [1, 2]
    assert Room.objects.filter(slug=slug).count() == 1


@pytest.mark.usefixtures("settled")
def test_a_batch_costs_as_many_queries_as_rooms_not_as_messages(
    room: Room, amber: Participant, django_assert_max_num_queries: Any
) -> None:
    drafts = [draft(room, amber, f"cid-{n}") for n in range(50)]
    with django_assert_max_num_queries(5):
        assert all(isinstance(o, Ack) for o in post_messages(drafts))


def test_rooms_are_found_for_many_as_for_one(
    site: Any, room: Room, amber: Participant, foreigner: Participant
) -> None:
    slug = selectors.private_slug(site.pk, amber.id)
    found = selectors.rooms_by_slug(
        [("lobby", amber), (slug, amber), ("cellar", amber), ("lobby", foreigner), ("../x", amber)]
    )
    assert [type(one) for one in found] == [Room, Room, NotFound, NotFound, NotFound]


@pytest.mark.usefixtures("settled")
def test_a_hundred_cost_as_many_queries_as_one(
    room: Room, amber: Participant, teal: Participant, django_assert_max_num_queries: Any
) -> None:
    for name, number in (("one", 1), ("all", 100)):
        drafts = [draft(room, (amber, teal)[n % 2], f"{name}-{n}") for n in range(number)]
        with django_assert_max_num_queries(5):
            assert all(isinstance(found, Ack) for found in post_messages(drafts))


@pytest.mark.usefixtures("settled")
def test_posting_asks_nothing_of_a_room_that_was_not_read_with_it(
    room: Room, amber: Participant, teal: Participant, django_assert_max_num_queries: Any
) -> None:
    """A column that `statements.ROOM_COLUMNS` lacks would be a query more for each message."""
    drafts = [draft(room, (amber, teal)[n % 2], f"lean-{n}") for n in range(20)]
    with django_assert_max_num_queries(5):
        assert all(isinstance(outcome, Ack) for outcome in post_messages(drafts))


def test_a_row_that_the_database_refuses_is_refused_alone(
    room: Room, amber: Participant, teal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process stored the same `cid` between our look and our INSERT."""
    say(room, teal, "first", cid="batch-cid-1")
    look_too_early(monkeypatch)
    drafts = [draft(room, amber, "cid-0"), draft(room, teal, "cid-1"), draft(room, amber, "cid-2")]
    outcomes = post_messages(drafts)
    assert [(o.seq, o.dup) for o in outcomes if isinstance(o, Ack)] == [
        (2, False),
        (1, True),
        (3, False),
    ]
    assert Room.objects.get(pk=room.pk).head == Message.objects.count() == 3


def test_a_room_that_goes_while_a_batch_is_tried_again_takes_nothing(
    room: Room, amber: Participant, teal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers of the attempt that was rolled back are nobody's."""
    other = Room.objects.create(site_id=room.site_id, slug="going", name="Going")
    say(room, amber, cid="batch-cid-1")
    look_too_early(monkeypatch)
    store_really, stores = store.store, []

    def stored(rows: Any) -> None:
        stores.append(rows)
        if len(stores) == 2:
            Room.objects.filter(pk=other.pk).update(gone=True)
        store_really(rows)

    monkeypatch.setattr(store, "store", stored)
    gone, dup = post_messages([draft(other, teal, "cid-2"), draft(room, amber, "cid-1")])
    assert isinstance(gone, NotFound)
    assert isinstance(dup, Ack)
    assert dup.dup
    assert not Message.objects.filter(room=other).exists()
