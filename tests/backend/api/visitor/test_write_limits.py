"""Every call by which a visitor writes has a limit: all calls are walked over, and a new one
without a limit fails here.
"""

from __future__ import annotations

import pytest

from inglenook.api.visitor.authentication import TEAM
from inglenook.api.visitor.operations import OPERATIONS
from inglenook.chat.attachments.models import Attachment
from inglenook.chat.events import Event, TypingStarted
from inglenook.chat.models import Message, Room
from inglenook.visitors.models import Visitor
from tests.backend.api.conftest import Page
from tests.testkit import files

# More than any visitor does by hand in the time that this takes.
OFTEN = 150
THUMB = "%F0%9F%91%8D"
FILE = f"f_{'a' * 26}"
# One try of each, the n-th: its address and body.
WRITES = {
    ("POST", "session"): lambda _: ("session", {"token": None}),
    ("POST", "trouble"): lambda _: ("trouble", {"kind": "socket"}),
    ("PATCH", "me"): lambda n: ("me", {"name": f"Robin {n}"}),
    ("POST", "rooms/{slug}/typing"): lambda _: ("rooms/lobby/typing", None),
    ("POST", "rooms/{slug}/seen"): lambda n: ("rooms/lobby/seen", {"rev": n}),
    ("POST", "rooms/{slug}/messages"): lambda n: (
        "rooms/lobby/messages",
        {"cid": f"{n:08}", "body": f"{n}"},
    ),
    ("POST", "rooms/{slug}/attachments"): lambda _: (
        "rooms/lobby/attachments",
        files.form(files.picture()),
    ),
    ("PATCH", "rooms/{slug}/attachments/{id}"): lambda n: (
        f"rooms/lobby/attachments/{FILE}",
        {"alt": f"{n}"},
    ),
    ("PATCH", "rooms/{slug}/messages/{seq}"): lambda n: (
        "rooms/lobby/messages/1",
        {"body": f"{n}"},
    ),
    ("POST", "rooms/{slug}/messages/{seq}/report"): lambda n: (
        f"rooms/lobby/messages/{n}/report",
        {"reason": "spam"},
    ),
    ("DELETE", "rooms/{slug}/messages/{seq}"): lambda n: (f"rooms/lobby/messages/{n}", None),
    ("PUT", "rooms/{slug}/messages/{seq}/reactions/{emoji}"): lambda n: (
        f"rooms/lobby/messages/{n}/reactions/{THUMB}",
        None,
    ),
    ("DELETE", "rooms/{slug}/messages/{seq}/reactions/{emoji}"): lambda n: (
        f"rooms/lobby/messages/{n}/reactions/{THUMB}",
        None,
    ),
}
# Nothing is stored by them, and typing that comes too soon is dropped: it needs no answer.
STORE_NOTHING = {
    ("POST", "rooms/{slug}/typing"),
    ("POST", "rooms/{slug}/attachments/{id}/link"),
}


# It ends the token, so nobody makes it twice. test_own_data.py walks over its limits.
ENDS_THE_CALLER = {("DELETE", "me")}


@pytest.fixture
def own_messages(room: Room, visitor: Visitor) -> None:
    """As many as are deleted and reacted to, and a file that no message has."""
    Attachment.objects.create(
        site_id=room.site_id,
        room=room,
        author_id=visitor.public_id,
        public_id=FILE,
        name="wall.webp",
        media_type="image/webp",
        stored_at=room.created_at,
    )
    Message.objects.bulk_create(
        Message(
            room=room, seq=n, rev=n, at=room.created_at, author_id=visitor.public_id, body=f"{n}"
        )
        for n in range(1, OFTEN + 1)
    )
    room.head, room.files, room.files_from = OFTEN, "images", "all"
    room.save()


def test_every_call_that_writes_is_walked_over() -> None:
    assert set(WRITES) | STORE_NOTHING | ENDS_THE_CALLER == {
        (each.method, each.path)
        for each in OPERATIONS
        # The team has no visitor's limits.
        if each.method != "GET" and each.authentication is not TEAM
    }


@pytest.mark.parametrize("call", sorted(set(WRITES) - STORE_NOTHING), ids=" ".join)
def test_every_call_that_writes_has_a_limit(
    page: Page, own_messages: None, call: tuple[str, str]
) -> None:
    page.client.defaults["REMOTE_ADDR"] = "203.0.113.7"
    allowed = 0
    for n in range(1, OFTEN + 1):
        path, body = WRITES[call](n)
        headers = {"Content-Type": files.FORM_TYPE} if isinstance(body, bytes) else {}
        answer = page.call(call[0], path, body, **headers)
        if answer.status_code == 429:
            break
        assert answer.status_code < 300, answer.content
        allowed += 1
    assert answer.status_code == 429
    refusal = answer.json()
    assert refusal["error"] == "rate"
    assert refusal["retry_ms"] > 0
    assert int(answer["Retry-After"]) > 0
    assert allowed >= 5


def test_typing_reaches_the_room_once_in_three_seconds(
    page: Page, room: Room, published: list[Event]
) -> None:
    for _ in range(20):
        assert page.post("rooms/lobby/typing").status_code == 204
    assert [type(event) for event in published] == [TypingStarted]


def test_one_visitors_names_cost_another_nothing(
    page: Page, site_key: str, other_visitor: Visitor
) -> None:
    statuses = [page.call("PATCH", "me", {"name": f"Robin {n}"}).status_code for n in range(30)]
    assert 429 in statuses
    assert Page(site_key, other_visitor).call("PATCH", "me", {"name": "Wren"}).status_code == 200


def test_a_name_that_is_refused_counts_too(page: Page) -> None:
    """Each looks into the database."""
    statuses = {page.call("PATCH", "me", {"name": "Olive"}).status_code for _ in range(30)}
    assert statuses == {422, 429}
