from __future__ import annotations

import json
from typing import Any

import pytest

from inglenook.chat import selectors, services
from inglenook.chat.models import Message, Room
from inglenook.chat.sync import Cursor, sync_of
from inglenook.protocol import frames
from inglenook.protocol.limits import PAGE_BYTES
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

pytestmark = pytest.mark.django_db


def sync(room: Room, who: Participant, **cursor: Any) -> dict[str, Any]:
    found = sync_of(slug=room.slug, participant=who, cursor=Cursor(**cursor))
    decoded: dict[str, Any] = json.loads(frames.encode(found))
    return decoded


def fill(room: Room, count: int, body: str = "x") -> None:
    Message.objects.bulk_create(
        Message(
            room=room,
            seq=n,
            rev=n,
            at="2026-01-01T00:00:00Z",
            author_id="v_1",
            body=body,
            cid=f"cid-{n:08}",
        )
        for n in range(1, count + 1)
    )
    room.head = count
    room.save()


def test_a_fresh_room_is_an_empty_snapshot(room: Room, amber: Participant) -> None:
    found = sync(room, amber)
    assert (found["mode"], found["head"], found["upto"], found["messages"]) == (
        "snapshot",
        0,
        0,
        [],
    )
    assert (found["more"], found["older"], found["held"], found["seen"]) == (False, False, [], 0)
    assert found["state"]["rev"] == 0


def test_a_snapshot_is_the_newest_fifty_in_order(room: Room, amber: Participant) -> None:
    fill(room, 60)
    found = sync(room, amber)
    assert [m["seq"] for m in found["messages"]] == list(range(11, 61))
    assert (found["older"], found["more"], found["upto"]) == (True, False, 60)


@pytest.mark.parametrize(
    "cursor", [{}, {"since": 5}, {"epoch": "another1", "since": 5}, {"since": 61}, {"epoch": None}]
)
def test_a_cursor_that_leads_nowhere_gets_a_snapshot(
    room: Room, amber: Participant, cursor: dict[str, Any]
) -> None:
    fill(room, 60)
    if cursor.get("since") == 61:
        cursor = {**cursor, "epoch": room.epoch}
    assert sync(room, amber, **cursor)["mode"] == "snapshot"


def test_more_than_a_thousand_changes_is_a_snapshot(room: Room, amber: Participant) -> None:
    fill(room, 1001)
    assert sync(room, amber, epoch=room.epoch, since=1)["mode"] == "resume"
    assert sync(room, amber, epoch=room.epoch, since=0)["mode"] == "snapshot"


def test_a_resume_is_in_order_of_change_and_in_pages(room: Room, amber: Participant) -> None:
    fill(room, 5)
    Message.objects.filter(seq=2).update(rev=6, body="edited")
    Room.objects.update(head=6)
    first = sync(room, amber, epoch=room.epoch, since=0, limit=3)
    assert [(m["seq"], m["rev"]) for m in first["messages"]] == [(1, 1), (3, 3), (4, 4)]
    assert (first["upto"], first["more"], first["head"]) == (4, True, 6)
    rest = sync(room, amber, epoch=room.epoch, since=4, limit=3)
    assert [(m["seq"], m["rev"]) for m in rest["messages"]] == [(5, 5), (2, 6)]
    assert (rest["upto"], rest["more"]) == (6, False)


def test_a_page_ends_at_64_kib_with_at_least_one_message(room: Room, amber: Participant) -> None:
    fill(room, 50, body="ü" * 2000)
    resumed = sync(room, amber, epoch=room.epoch, since=0)
    assert resumed["more"] is True
    assert len(json.dumps(resumed["messages"], ensure_ascii=False).encode()) <= PAGE_BYTES * 1.05
    assert resumed["upto"] == resumed["messages"][-1]["rev"]
    snapshot = sync(room, amber)
    assert snapshot["older"] is True
    assert snapshot["messages"][-1]["seq"] == 50
    page = selectors.history_page(room, None, 100, amber.id)
    assert page.more is True
    assert 1 <= len(page.messages) < 50


def test_my_own_reactions_are_told_to_me_alone(
    room: Room, amber: Participant, teal: Participant
) -> None:
    say(room, amber)
    services.react(room=room, actor=teal, seq=1, emoji="👍", on=True)
    assert sync(room, teal)["messages"][0]["mine"] == ["👍"]
    assert sync(room, amber)["messages"][0]["mine"] == []


def test_history_ends_where_it_expired(room: Room, amber: Participant) -> None:
    fill(room, 10)
    room.first_seq = 5
    messages, more = selectors.messages_before(room, None, 100)
    assert ([m.seq for m in messages], more) == ([5, 6, 7, 8, 9, 10], False)


def test_a_sync_and_a_page_cost_a_fixed_number_of_queries(
    room: Room, amber: Participant, django_assert_num_queries: Any
) -> None:
    fill(room, 60)
    with django_assert_num_queries(4):
        sync(room, amber)
    with django_assert_num_queries(1):
        selectors.history_page(room, 40, 50, amber.id)


def test_unread_counts_what_others_wrote_above_my_mark(
    room: Room, amber: Participant, teal: Participant
) -> None:
    for who in (teal, amber, teal, teal):
        say(room, who)
    current = Room.objects.get(pk=room.pk)
    assert selectors.unread(current, amber) == 3
    assert services.mark_seen(room=current, reader_id=amber.id, rev=3) == 3
    assert services.mark_seen(room=current, reader_id=amber.id, rev=2) == 3
    assert selectors.unread(current, amber) == 1
    services.delete_message(room=current, actor=teal, seq=4)
    assert selectors.unread(Room.objects.get(pk=room.pk), amber) == 0
    assert services.mark_seen(room=current, reader_id=amber.id, rev=10**9) == 4
