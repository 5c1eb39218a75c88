"""A room as the pages draw it: rows for one reader, and what changed since a cursor."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from inglenook.chat import room_view
from inglenook.chat.models import Message, Room
from inglenook.chat.room_services import change_room
from inglenook.chat.room_view import PageCursor, Stale, news_since, row_of, rows_of, shown_before
from inglenook.chat.services import delete_message, edit_message
from inglenook.visitors.participants import Participant

from .conftest import say

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def message(seq: int, at: datetime = NOON, **fields: object) -> Message:
    known = {"author_id": "v_a", "author_name": "Amber", "author_role": "visitor", "body": "Hi"}
    return Message(seq=seq, rev=seq, at=at, **{**known, **fields})


def test_one_name_stands_over_what_one_author_says_within_five_minutes() -> None:
    rows = rows_of(
        [
            message(1),
            message(2, NOON + timedelta(minutes=4)),
            message(3, NOON + timedelta(minutes=9)),
            message(4, NOON + timedelta(minutes=9), author_id="v_b", author_name="Teal"),
            message(5, NOON + timedelta(days=1), author_id="v_b", author_name="Teal"),
        ],
        None,
    )
    assert [row.is_headed for row in rows] == [True, False, True, True, True]
    assert [row.day for row in rows] == [date(2026, 3, 1), None, None, None, date(2026, 3, 2)]


def test_the_message_above_decides_how_the_first_row_begins() -> None:
    (row,) = rows_of([message(2)], None, message(1))
    assert (row.is_headed, row.day) == (False, None)


@pytest.mark.parametrize(
    ("role", "badge"),
    [("owner", "Team"), ("moderator", "Team"), ("visitor", ""), ("bot", "Bot")],
)
def test_a_row_says_what_its_author_is(role: str, badge: str) -> None:
    assert row_of(message(1, author_role=role), None).badge == badge


def test_the_body_is_html_with_everything_else_escaped() -> None:
    row = row_of(message(1, body="<b> x", entities=[]), None)
    assert row.html == "&lt;b&gt; x"


@pytest.mark.parametrize("deleted", ["author", "moderator", "erased"])
def test_a_deleted_message_keeps_its_place_and_nothing_that_was_said(
    deleted: str, olive: Participant
) -> None:
    row = row_of(
        message(1, deleted=deleted, edited_at=NOON, reactions={"👍": 1}, body="rude"), olive
    )
    assert (row.deleted, row.html, row.reactions) == (deleted, "", {})
    assert not row.is_edited
    assert not row.may_delete
    assert row.author == ("" if deleted == "erased" else "Amber")


def test_the_team_alone_may_delete_from_a_page_and_each_knows_their_own(
    room: Room, amber: Participant, teal: Participant, olive: Participant
) -> None:
    say(room, amber)
    stored = Message.objects.get()
    facts = {
        reader: (row_of(stored, reader).is_mine, row_of(stored, reader).may_delete)
        for reader in (amber, teal, olive)
    }
    assert facts == {amber: (True, False), teal: (False, False), olive: (False, True)}
    assert not row_of(stored, None).is_mine


def test_news_are_new_rows_and_changed_ones_that_stand_on_the_page(
    room: Room, amber: Participant, olive: Participant
) -> None:
    for body in ("one", "two", "three"):
        say(room, amber, body)
    room.refresh_from_db()
    cursor = PageCursor(room.epoch, room.head, floor=2)
    assert news_since(room, cursor, None) is None
    edit_message(room=room, actor=amber, seq=1, body="above the page")
    edit_message(room=room, actor=amber, seq=2, body="two, better")
    say(room, amber, "four")
    delete_message(room=room, actor=olive, seq=3)
    room.refresh_from_db()
    news = news_since(room, cursor, amber)
    assert news is not None
    assert [str(row.html) for row in news.rows] == ["four"]
    assert [(row.seq, row.deleted) for row in news.changed] == [(2, None), (3, "moderator")]
    assert not news.room_changed
    assert news.cursor == PageCursor(room.epoch, room.head, 2)
    room = change_room(room=room, topic="Tea")
    after = news_since(room, news.cursor, amber)
    assert after is not None
    assert after.room_changed


@pytest.mark.parametrize(("epoch", "since"), [("another", 0), (None, 99)])
def test_a_cursor_that_leads_nowhere_is_stale(room: Room, epoch: str | None, since: int) -> None:
    with pytest.raises(Stale):
        news_since(room, PageCursor(epoch or room.epoch, since), None)


@pytest.mark.parametrize("count", [1, 40])
def test_reading_asks_as_often_for_many_messages_as_for_one(
    count: int, room: Room, amber: Participant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Message.objects.bulk_create(message(seq, room=room) for seq in range(1, count + 1))
    room.head = count
    with django_assert_num_queries(2):  # and what its reader alone sees
        assert len(shown_before(room, None, amber).rows) == count
    with django_assert_num_queries(2):
        news = news_since(room, PageCursor(room.epoch, 0), amber)
    assert news is not None
    assert len(news.rows) == count


def test_more_than_a_page_of_news_is_too_much_for_pieces(
    room: Room, amber: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_view, "NEWS_MESSAGES", 2)
    for _ in range(3):
        say(room, amber)
    room.refresh_from_db()
    with pytest.raises(Stale):
        news_since(room, PageCursor(room.epoch, 0), None)
