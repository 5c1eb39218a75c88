"""Sending, changing and reading messages over HTTP: frames and rules are those of the socket."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Message, Reaction, Room
from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page


def test_a_message_is_acked_once_it_is_stored(page: Page, room: Room, visitor: Visitor) -> None:
    answer = page.say("Hello")
    ack = answer.json()
    stored = Message.objects.get()
    assert answer.status_code == 201
    assert ack.pop("at").endswith("Z")
    assert ack == {
        "type": "ack",
        "cid": "00000001",
        "room": "lobby",
        "seq": 1,
        "rev": 1,
        "dup": False,
        "held": False,
        "as_sent": False,
    }
    assert (stored.body, stored.author_id) == ("Hello", visitor.public_id)


def test_the_same_cid_again_is_the_same_message(page: Page, room: Room) -> None:
    """P34."""
    first, again = page.say("Hello"), page.say("Another text")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "dup": True}
    assert [message.body for message in Message.objects.all()] == ["Hello"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 422, "empty"),
        ("  \n\t ", 422, "empty"),
        ("x" * 2001, 422, "too_long"),
        ("a\x00b", 422, "invalid_text"),
        ("a\ud800b", 422, "invalid_text"),
    ],
)
def test_a_text_that_will_not_do_is_refused(
    page: Page, room: Room, body: str, status: int, code: str
) -> None:
    answer = page.say(body)
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert answer.json()["field"] == "body"
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "body", ["x" * 2000, "<script>alert(1)</script>", "javascript:alert(1)", "🕯️ *warm* _light_"]
)
def test_any_other_text_is_stored_as_typed(page: Page, room: Room, body: str) -> None:
    assert page.say(body).status_code == 201
    (message,) = page.get("rooms/lobby/messages").json()["messages"]
    assert message["body"] == body


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [({"locked": True}, 409, "room_locked"), ({"archived": True}, 409, "room_archived")],
)
def test_a_closed_room_takes_nothing(
    page: Page, room: Room, change: dict[str, bool], status: int, code: str
) -> None:
    Room.objects.update(**change)
    answer = page.say("Hello")
    assert (answer.status_code, answer.json()["error"]) == (status, code)


def test_too_fast_says_when_to_try_again(page: Page, room: Room) -> None:
    """P36."""
    answers = [page.say("Hello", cid=f"cid-{n:05}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    refusal = answers[10].json()
    assert refusal["error"] == "rate"
    assert 0 < refusal["retry_ms"] <= 2000
    assert int(answers[10]["Retry-After"]) in (1, 2)


def test_slow_mode_says_when_to_try_again(page: Page, room: Room) -> None:
    Room.objects.update(slow_s=30)
    assert page.say("Hello", cid="00000001").status_code == 201
    answer = page.say("Again", cid="00000002")
    assert (answer.status_code, answer.json()["error"]) == (429, "slow_mode")
    assert 25_000 < answer.json()["retry_ms"] <= 30_000


def test_an_edit_is_acked_and_carries_its_cid(page: Page, room: Room) -> None:
    page.say("Helo")
    answer = page.call("PATCH", "rooms/lobby/messages/1", {"body": "Hello", "cid": "edit-0001"})
    assert answer.status_code == 200
    assert answer.json()["cid"] == "edit-0001"
    assert (answer.json()["seq"], answer.json()["rev"]) == (1, 2)
    unchanged = page.call("PATCH", "rooms/lobby/messages/1", {"body": "Hello"})
    assert unchanged.json()["rev"] == 2
    assert unchanged.json()["cid"] is None


def test_a_deletion_leaves_a_tombstone(page: Page, room: Room) -> None:
    page.say("Hello")
    answer = page.call("DELETE", "rooms/lobby/messages/1?cid=delete-01")
    assert (answer.status_code, answer.json()["cid"]) == (200, "delete-01")
    (message,) = page.get("rooms/lobby/messages").json()["messages"]
    assert (message["body"], message["deleted"], message["rev"]) == ("", "author", 2)
    assert page.call("DELETE", "rooms/lobby/messages/1").json()["rev"] == 2


def test_a_reaction_is_set_and_taken_back(page: Page, room: Room) -> None:
    page.say("Hello")
    for method, count, mine, rev in [
        ("PUT", {"👍": 1}, ["👍"], 2),
        ("PUT", {"👍": 1}, ["👍"], 2),
        ("DELETE", {}, None, 3),
        ("DELETE", {}, None, 3),
    ]:
        answer = page.call(method, "rooms/lobby/messages/1/reactions/%F0%9F%91%8D?cid=react-001")
        assert (answer.status_code, answer.json()["rev"]) == (200, rev)
        (message,) = page.get("rooms/lobby/messages").json()["messages"]
        assert message["reactions"] == count
        assert message.get("mine") == mine


def test_who_reacted_is_named_as_they_are_called_now(
    page: Page, room: Room, visitor: Visitor, other_visitor: Visitor
) -> None:
    page.say("Hello")
    message = Message.objects.get()
    for each in (other_visitor, visitor):
        Reaction.objects.create(message=message, author_id=each.public_id, emoji="👍")
    Reaction.objects.create(message=message, author_id=visitor.public_id, emoji="🔥")
    Visitor.objects.filter(pk=visitor.pk).update(name="Robin")
    answer = page.get("rooms/lobby/messages/1/reactions/%F0%9F%91%8D")
    assert answer.json() == {
        "who": [
            {"id": other_visitor.public_id, "name": other_visitor.name},
            {"id": visitor.public_id, "name": "Robin"},
        ]
    }
    assert page.get("rooms/lobby/messages/1/reactions/x").json() == {"who": []}
    assert page.get("rooms/lobby/messages/2/reactions/x").status_code == 404
    page.call("DELETE", "rooms/lobby/messages/1")
    assert page.get("rooms/lobby/messages/1/reactions/%F0%9F%91%8D").status_code == 404


@pytest.mark.parametrize("emoji", ["x", "%F0%9F%91%8D%F0%9F%91%8D", "%FF", "<b>", "%00", "%20"])
def test_what_is_no_emoji_is_no_reaction(page: Page, room: Room, emoji: str) -> None:
    page.say("Hello")
    answer = page.call("PUT", f"rooms/lobby/messages/1/reactions/{emoji}")
    assert (answer.status_code, answer.json()["field"]) == (400, "emoji")


@pytest.mark.parametrize(
    "seq", ["abc", "-1", "0", "1.5", "1e3", "٣", "9" * 30, "%00", "%F0%9F%91%8D"]
)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_place_that_is_no_number_is_refused(
    page: Page, room: Room, seq: str, method: str
) -> None:
    answer = page.call(method, f"rooms/lobby/messages/{seq}", {"body": "x"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["field"] == "seq"


@pytest.mark.parametrize("cid", ["short", "with%20blank", "c" * 65, ""])
def test_a_cid_in_the_address_is_judged_too(page: Page, room: Room, cid: str) -> None:
    page.say("Hello")
    answer = page.call("DELETE", f"rooms/lobby/messages/1?cid={cid}")
    assert (answer.status_code, answer.json()["field"]) == (400, "cid")


def test_a_message_can_be_changed_for_a_quarter_of_an_hour(page: Page, room: Room) -> None:
    page.say("Hello")
    Message.objects.update(at=timezone.now() - timedelta(minutes=16))
    for method in ("PATCH", "DELETE"):
        answer = page.call(method, "rooms/lobby/messages/1", {"body": "x"})
        assert (answer.status_code, answer.json()["error"]) == (409, "too_late")


def test_posting_costs_few_queries(
    page: Page, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page.say("Hello", cid="00000001")
    # site, keys, origins; visitor, ban, room; duplicate, mute; savepoint, number, row, release
    with django_assert_num_queries(13, exact=False) as queries:
        page.say("Again", cid="00000002")
    assert len(queries) <= 13
