"""Every call by everybody who may not make it (T7, T8 of docs/security-proofs.md).

These are visitors of other sites and rooms, callers without a token or with an ended one, and
banned visitors.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inglenook.api.visitor.authentication import TEAM
from inglenook.api.visitor.operations import OPERATIONS
from inglenook.chat.models import Message, ReadMark, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.selectors import private_room, private_slug
from inglenook.moderation.services import ban_visitor
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from inglenook.visitors.services import end_tokens
from inglenook.visitors.tokens import make_token
from tests.backend.api.conftest import Page

FILE = "f_aaaaaaaaaaaaaaaaaaaaaaaaaa"
IN_A_ROOM = [
    ("GET", "rooms/{}/messages", None),
    ("GET", "rooms/{}/events", None),
    ("POST", "rooms/{}/messages", {"cid": "00000009", "body": "x"}),
    ("PATCH", "rooms/{}/messages/1", {"body": "x"}),
    ("DELETE", "rooms/{}/messages/1", None),
    ("GET", "rooms/{}/messages/1/reactions/%F0%9F%91%8D", None),
    ("PUT", "rooms/{}/messages/1/reactions/%F0%9F%91%8D", None),
    ("DELETE", "rooms/{}/messages/1/reactions/%F0%9F%91%8D", None),
    ("POST", "rooms/{}/messages/1/report", {"reason": "spam"}),
    ("POST", "rooms/{}/attachments", None),
    ("PATCH", f"rooms/{{}}/attachments/{FILE}", {"alt": "x"}),
    ("POST", f"rooms/{{}}/attachments/{FILE}/link", None),
    ("POST", "rooms/{}/typing", None),
    ("POST", "rooms/{}/seen", {"rev": 1}),
]
CALLS = [
    *[(method, path.format("lobby"), body) for method, path, body in IN_A_ROOM],
    ("GET", "rooms", None),
    ("GET", "me", None),
    ("PATCH", "me", {"name": "Robin"}),
    ("GET", "me/export", None),
    ("DELETE", "me", None),
]
Body = dict[str, object] | None


def test_every_call_is_tried() -> None:
    """The matrix has every call but those that need no token, and those of the team
    (test_moderating.py).
    """
    parts = ((r"rooms/lobby", "rooms/{slug}"), (r"messages/1", "messages/{seq}"), (FILE, "{id}"))
    tried = set()
    for method, path, _ in CALLS:
        address = re.sub(r"reactions/.*", "reactions/{emoji}", path)
        for part, name in parts:
            address = address.replace(part, name)
        tried.add((method, address))
    declared = {(each.method, each.path) for each in OPERATIONS if each.authentication is not TEAM}
    assert tried == declared - {("POST", "session"), ("POST", "trouble"), ("GET", "trouble")}


@pytest.fixture
def spoken(room: Room, other_visitor: Visitor) -> Message:
    """A message of somebody else in the lobby."""
    author = participant_from_visitor(other_visitor)
    post_message(Draft(slug=room.slug, author=author, cid="00000001", body="Hello"))
    return Message.objects.get()


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def assert_nothing_changed(spoken: Message) -> None:
    assert Message.objects.get() == spoken
    assert Message.objects.get().rev == spoken.rev
    assert not ReadMark.objects.exists()


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
@pytest.mark.any_database
class TestTokens:
    @pytest.mark.parametrize(
        "header",
        [None, "", "Bearer", "Bearer ", "Bearer garbage", "Basic dTpw", "bearer t1.1.v_x.1.2.3"],
    )
    def test_without_a_good_token(
        self, page: Page, spoken: Message, method: str, path: str, body: Body, header: str | None
    ) -> None:
        page.token = None
        answer = page.call(method, path, body, **({"Authorization": header} if header else {}))
        assert refused(answer) == (401, "invalid_token")
        assert answer["WWW-Authenticate"] == "Bearer"
        assert_nothing_changed(spoken)

    @pytest.mark.parametrize(
        ("sent", "headers"),
        [
            (b"", {}),
            (b"no json", {}),
            (b"[1]", {}),
            (b'{"rev": "x", "name": 1, "body": 2}', {}),
            (b"{" * 70_000, {}),
            (b"{}", {"Content-Type": "text/plain"}),
            (b"{}", {"Content-Encoding": "gzip"}),
        ],
    )
    def test_without_a_token_whatever_the_body(
        self,
        page: Page,
        spoken: Message,
        method: str,
        path: str,
        body: Body,
        sent: bytes,
        headers: dict[str, str],
    ) -> None:
        page.token = None
        answer = page.call(method, path, sent, **headers)
        assert refused(answer) == (401, "invalid_token")
        assert_nothing_changed(spoken)

    def test_with_another_sites_token(
        self,
        page: Page,
        spoken: Message,
        foreign_visitor: Visitor,
        method: str,
        path: str,
        body: Body,
    ) -> None:
        page.token = make_token(foreign_visitor)
        assert refused(page.call(method, path, body)) == (401, "invalid_token")
        assert_nothing_changed(spoken)

    def test_with_an_expired_token(
        self, page: Page, spoken: Message, method: str, path: str, body: Body
    ) -> None:
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            assert refused(page.call(method, path, body)) == (401, "token_expired")
        assert_nothing_changed(spoken)

    def test_with_an_ended_token(
        self, page: Page, spoken: Message, visitor: Visitor, method: str, path: str, body: Body
    ) -> None:
        end_tokens(visitor=visitor)
        assert refused(page.call(method, path, body)) == (401, "invalid_token")
        assert_nothing_changed(spoken)

    def test_while_banned(
        self,
        page: Page,
        spoken: Message,
        site: Site,
        visitor: Visitor,
        method: str,
        path: str,
        body: Body,
    ) -> None:
        ban_visitor(site=site, visitor_id=visitor.public_id)
        answer = page.call(method, path, body)
        assert refused(answer) == (403, "banned")
        assert answer.json()["until"] is None
        assert_nothing_changed(spoken)

    def test_from_a_page_that_is_not_listed(
        self, page: Page, spoken: Message, method: str, path: str, body: Body
    ) -> None:
        for origin in ("https://evil.example", "http://shop.example", "null", None):
            page.origin = origin
            answer = page.call(method, path, body)
            if method != "GET" or origin is not None:
                assert refused(answer) == (403, "origin_not_allowed")
        assert_nothing_changed(spoken)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "rooms/lobby/messages?before=x"),
        ("GET", "rooms/lobby/events?since=x&wait=99"),
        ("PATCH", "rooms/lobby/messages/x"),
        ("DELETE", "rooms/lobby/messages/1?cid=!"),
        ("PUT", "rooms/lobby/messages/0/reactions/x"),
    ],
)
def test_without_a_token_whatever_the_address_says(
    page: Page, room: Room, method: str, path: str
) -> None:
    page.token = None
    assert refused(page.call(method, path)) == (401, "invalid_token")


@pytest.mark.parametrize(("method", "path", "body"), IN_A_ROOM)
class TestRooms:
    def test_a_room_that_is_not_theirs_is_no_room(
        self,
        page: Page,
        other_visitor: Visitor,
        other_site: Site,
        site: Site,
        method: str,
        path: str,
        body: Body,
    ) -> None:
        """Another's private room, another site's, one that is gone, one that never was."""
        other = participant_from_visitor(other_visitor)
        theirs = private_room(other)
        post_message(Draft(slug=theirs.slug, author=other, cid="00000001", body="A secret"))
        Room.objects.create(site=other_site, slug="elsewhere", name="Elsewhere")
        Room.objects.create(site=site, slug="gone", name="Gone", gone=True)
        unmade = private_slug(site.pk, "v_nobody")
        slugs = [theirs.slug, "elsewhere", "gone", unmade, "never", "p_", "LOBBY", "%00", "x" * 300]
        answers = [page.call(method, path.format(slug), body) for slug in slugs]
        assert {refused(answer) for answer in answers} == {(404, "not_found")}
        assert len({answer.content for answer in answers}) == 1
        assert Message.objects.get().body == "A secret"

    def test_another_site_does_not_open_this_ones_room(
        self, site_key: str, other_site: Site, spoken: Message, method: str, path: str, body: Body
    ) -> None:
        foreign = Visitor.objects.create(site=other_site, name="Grey Fox")
        page = Page(other_site.keys.get().key, foreign, "https://evil.example")
        assert refused(page.call(method, path.format("lobby"), body)) == (404, "not_found")
        assert_nothing_changed(spoken)


def test_somebody_elses_message_cannot_be_changed(page: Page, spoken: Message) -> None:
    for method in ("PATCH", "DELETE"):
        answer = page.call(method, "rooms/lobby/messages/1", {"body": "Mine now"})
        assert refused(answer) == (403, "forbidden")
    assert_nothing_changed(spoken)


def test_a_message_that_is_not_there(page: Page, spoken: Message) -> None:
    for method, path in [
        ("PATCH", "rooms/lobby/messages/99"),
        ("DELETE", "rooms/lobby/messages/99"),
        ("PUT", "rooms/lobby/messages/99/reactions/%F0%9F%91%8D"),
    ]:
        assert refused(page.call(method, path, {"body": "x"})) == (404, "not_found")


def test_the_author_is_the_tokens_whatever_the_body_says(
    page: Page, room: Room, visitor: Visitor
) -> None:
    body = {"cid": "00000001", "body": "x", "author": "m_x", "author_id": "m_x", "role": "owner"}
    assert page.post("rooms/lobby/messages", body).status_code == 201
    message = Message.objects.get()
    assert (message.author_id, message.author_role) == (visitor.public_id, "visitor")
