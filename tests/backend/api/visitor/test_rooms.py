"""Rooms over HTTP: history by pages, being in step by polling, read marks, typing."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.events import Event, ReadMarkMoved, TypingStarted
from inglenook.chat.models import Message, ReadMark, Room
from inglenook.chat.selectors import private_slug
from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page


@pytest.fixture
def full_room(room: Room) -> Room:
    """Seventy messages."""
    room.head = 70
    room.save()
    Message.objects.bulk_create(
        Message(room=room, seq=n, rev=n, at=room.created_at, author_id="v_x", body=f"No. {n}")
        for n in range(1, 71)
    )
    return room


def seqs(answer: Any) -> list[int]:
    return [message["seq"] for message in answer.json()["messages"]]


def test_history_comes_in_pages(page: Page, full_room: Room) -> None:
    newest = page.get("rooms/lobby/messages")
    assert newest.status_code == 200
    assert newest.json()["type"] == "history"
    assert (newest.json()["room"], newest.json()["before"]) == ("lobby", None)
    assert (seqs(newest), newest.json()["more"]) == (list(range(21, 71)), True)
    older = page.get("rooms/lobby/messages?before=21")
    assert (seqs(older), older.json()["more"]) == (list(range(1, 21)), False)
    assert seqs(page.get("rooms/lobby/messages?before=21&limit=5")) == [16, 17, 18, 19, 20]
    assert len(seqs(page.get("rooms/lobby/messages?limit=100000"))) == 70
    assert seqs(page.get("rooms/lobby/messages?before=0")) == []


def test_a_page_ends_at_64_kib(page: Page, full_room: Room) -> None:
    Message.objects.update(body="\u00e9" * 2000)
    answer = page.get("rooms/lobby/messages?limit=100")
    assert len(answer.content) < 70_000
    assert answer.json()["more"] is True
    assert seqs(answer)[-1] == 70


def test_history_that_did_not_change_is_not_sent_again(page: Page, full_room: Room) -> None:
    first = page.get("rooms/lobby/messages")
    tag = first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    same = page.get("rooms/lobby/messages", **{"If-None-Match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert same["Cache-Control"] == "private, no-cache"
    assert {"origin", "authorization"} <= {name.strip().lower() for name in same["Vary"].split(",")}
    for other in ('"another"', "*", f'W/{tag}, "x"'):
        status = page.get("rooms/lobby/messages", **{"If-None-Match": other}).status_code
        assert status == (200 if other == '"another"' else 304)
    page.say("Something new")
    assert page.get("rooms/lobby/messages", **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path", ["messages?before=", "messages?limit=", "events?since=", "events?wait="]
)
@pytest.mark.parametrize(
    "value", ["abc", "-1", "", "1.5", "1e3", "0x1", "%20", "٣", "1%00", "9" * 17, "9" * 5000, "NaN"]
)
def test_a_wrong_number_is_named(page: Page, room: Room, path: str, value: str) -> None:
    """P42."""
    answer = page.get(f"rooms/lobby/{path}{value}")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["field"] == path.partition("?")[2].rstrip("=")


def test_a_number_given_twice_is_refused(page: Page, room: Room) -> None:
    assert page.get("rooms/lobby/messages?before=1&before=2").json()["field"] == "before"
    assert page.get("rooms/lobby/messages?limit=0").json()["field"] == "limit"
    assert page.get("rooms/lobby/events?epoch=a%20b&since=1").json()["field"] == "epoch"


def test_history_costs_the_same_however_long_it_is(
    page: Page, full_room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # site, its keys and origins (cached outside a test's transaction); visitor, ban; room, messages
    with django_assert_num_queries(7):
        page.get("rooms/lobby/messages")
    with django_assert_num_queries(7):
        page.get("rooms/lobby/messages?before=20&limit=1")


def test_polling_is_a_snapshot_then_what_changed(page: Page, full_room: Room) -> None:
    first = page.get("rooms/lobby/events").json()
    assert (first["type"], first["mode"], first["head"], first["upto"]) == (
        "sync",
        "snapshot",
        70,
        70,
    )
    assert first["older"] is True
    assert first["state"]["name"] == "Lobby"
    cursor = f"rooms/lobby/events?epoch={first['epoch']}&since="
    nothing = page.get(f"{cursor}70").json()
    assert (nothing["mode"], nothing["messages"], nothing["upto"]) == ("resume", [], 70)
    page.say("Hello")
    page.call("PATCH", "rooms/lobby/messages/71", {"body": "Hello!"})
    resumed = page.get(f"{cursor}70").json()
    assert (resumed["mode"], resumed["since"], resumed["upto"]) == ("resume", 70, 72)
    assert [(message["seq"], message["rev"]) for message in resumed["messages"]] == [(71, 72)]


def test_polling_in_pages(page: Page, full_room: Room) -> None:
    epoch = full_room.epoch
    page_one = page.get(f"rooms/lobby/events?epoch={epoch}&since=0&limit=30").json()
    assert (page_one["upto"], page_one["more"]) == (30, True)
    rest = page.get(f"rooms/lobby/events?epoch={epoch}&since=30").json()
    assert (rest["upto"], rest["more"], len(rest["messages"])) == (70, False, 40)


@pytest.mark.parametrize(
    "query", ["epoch=another&since=3", "epoch={}&since=71", "since=3", "epoch={}"]
)
def test_a_cursor_that_leads_nowhere_is_a_snapshot(page: Page, full_room: Room, query: str) -> None:
    """P38, P39."""
    response = page.get(f"rooms/lobby/events?{query.format(full_room.epoch)}").json()
    assert (response["mode"], len(response["messages"])) == ("snapshot", 50)


def test_wait_and_streams_are_answered_as_polling(page: Page, full_room: Room) -> None:
    for path, accept in [("events?wait=25", "*/*"), ("events", "text/event-stream")]:
        answer = page.get(f"rooms/lobby/{path}", Accept=accept)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert answer.json()["type"] == "sync"


def test_the_list_of_rooms_has_what_is_unread(page: Page, full_room: Room) -> None:
    (room,) = page.get("rooms").json()["rooms"]
    assert (room["slug"], room["head"], room["unread"]) == ("lobby", 70, 70)
    assert page.post("rooms/lobby/seen", {"rev": 60}).status_code == 204
    assert page.get("rooms").json()["rooms"][0]["unread"] == 10


def test_a_read_mark_moves_up_only_and_not_above_the_head(
    page: Page, full_room: Room, published: list[Event], visitor: Visitor
) -> None:
    for rev, kept in [(60, 60), (10, 60), (10**9, 70)]:
        assert page.post("rooms/lobby/seen", {"rev": rev}).status_code == 204
        assert ReadMark.objects.get().rev == kept
    assert published == [
        ReadMarkMoved(site_id=visitor.site_id, slug="lobby", reader_id=visitor.public_id, rev=rev)
        for rev in (60, 60, 70)
    ]
    for wrong in ({}, {"rev": -1}, {"rev": "1"}, {"rev": 1.5}, {"rev": True}):
        assert page.post("rooms/lobby/seen", wrong).json()["field"] == "rev"


def test_typing_is_announced_once_in_three_seconds(
    page: Page, room: Room, published: list[Event], visitor: Visitor
) -> None:
    assert [page.post("rooms/lobby/typing").status_code for _ in range(3)] == [204, 204, 204]
    assert published == [
        TypingStarted(
            site_id=visitor.site_id,
            slug="lobby",
            participant_id=visitor.public_id,
            name=visitor.name,
        )
    ]


def test_a_private_room_is_empty_until_its_first_message(page: Page, visitor: Visitor) -> None:
    slug = private_slug(visitor.site_id, visitor.public_id)
    empty = page.get(f"rooms/{slug}/events").json()
    assert (empty["head"], empty["messages"], empty["state"]["kind"]) == (0, [], "private")
    assert page.get(f"rooms/{slug}/messages").json()["messages"] == []
    assert page.post(f"rooms/{slug}/seen", {"rev": 3}).status_code == 204
    assert Room.objects.count() == 0
    assert page.say("A question", room=slug).status_code == 201
    made = page.get(f"rooms/{slug}/events?epoch={empty['epoch']}&since=0").json()
    assert (made["mode"], made["head"], len(made["messages"])) == ("resume", 1, 1)
