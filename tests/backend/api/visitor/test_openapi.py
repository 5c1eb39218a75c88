"""The OpenAPI document and the code agree: every route, method, status and code.

Each documented refusal is provoked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from inglenook.api.http.bodies import MAX_BODY_BYTES
from inglenook.api.http.openapi import codes_of
from inglenook.api.http.operations import Operation
from inglenook.api.visitor.authentication import TEAM
from inglenook.api.visitor.bodies import AltBody
from inglenook.api.visitor.openapi import visitor_document
from inglenook.api.visitor.operations import OPERATIONS
from inglenook.api.visitor.urls import urlpatterns
from inglenook.chat.models import Attachment, Message, Room
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.rate_limiter import wait_ms
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.models import Sanction
from inglenook.moderation.services import ban_visitor
from inglenook.moderation.word_rule_services import create_rule
from inglenook.protocol.codes import HTTP_STATUS
from inglenook.protocol.limits import PICTURE_BYTES
from inglenook.sites.actors import SYSTEM
from inglenook.sites.draining import start_draining, stop_draining
from inglenook.sites.models import Member, Site
from inglenook.sites.site_settings import disable_site
from inglenook.visitors.models import Visitor
from inglenook.visitors.page_logins import make_code, open_page_login
from tests.backend.api.client import ServedClient
from tests.backend.api.conftest import Page
from tests.backend.api.visitor.test_docs import ELSEWHERE
from tests.backend.conftest import ORIGIN
from tests.testkit import files

Call = tuple[str, str]
CALLS: dict[Call, Operation] = {(each.method, each.path): each for each in OPERATIONS}
BODIES: dict[str, dict[str, Any]] = {
    "SessionBody": {"token": None},
    "TroubleBody": {"kind": "call"},
    "MessageBody": {"cid": "00000009", "body": "x"},
    "AltBody": {"alt": "A wall"},
    "EditBody": {"body": "x"},
    "SeenBody": {"rev": 1},
    "MeBody": {"name": "Robin"},
    "ReportBody": {"reason": "spam", "note": "Look"},
    "ActBody": {"act": "mute"},
    "UndoBody": {"undo": "made-up"},
}


class Scene:
    """A page, with a message of its visitor's and one of somebody else's, that makes one call."""

    def __init__(self, page: Page, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        self.page = page
        self.method, self.address = call
        self.operation: Operation = CALLS[call]
        self.patch = monkeypatch
        self.seq = 1
        self.slug = "lobby"
        self.query = ""
        self.headers: dict[str, str] = {}
        self.body: Any = dict(BODIES[self.operation.body.__name__]) if self.operation.body else None
        self.content = files.picture()
        if self.operation.takes_file:
            self.body = {"alt": "A wall"}
        if self.operation.body is AltBody:
            Attachment.objects.update(used_at=None)
        self.page.client.raise_request_exception = False
        self.visitors_token = page.token
        self._team_token = ""
        if self.operation.authentication is TEAM:
            page.token = self._team_token = self._sign_in()

    def _sign_in(self) -> str:
        """The token of the owner on this page: the last one may have been ended."""
        member = Member.objects.get(site__name="Candle Shop")
        client = Client()
        client.force_login(member.account)
        login = client.session.session_key or ""
        code = make_code(member=member, origin=ORIGIN, login=login)
        return open_page_login(site_id=member.site_id, code=code, origin=ORIGIN)[1]

    @property
    def visitor(self) -> Visitor:
        return Visitor.objects.get(name="Amber Otter")

    def answer(self) -> HttpResponse:
        if self._team_token and self.page.token == self._team_token:
            self.page.token = self._team_token = self._sign_in()
        body = self.body
        file = Attachment.objects.filter(name="wall.webp").first()
        file_id = file.public_id if file else f"f_{'a' * 26}"
        parts = {"slug": self.slug, "seq": self.seq, "id": file_id}
        path = self.address.format(**parts, emoji="%F0%9F%91%8D")
        if self.operation.takes_file:
            self.headers.setdefault("Content-Type", files.FORM_TYPE)
            body = files.form(self.content, alt=self.body["alt"])
        return self.page.call(self.method, path + self.query, body, **self.headers)

    @property
    def text_field(self) -> str:
        return next(name for name in ("name", "note", "body", "alt") if name in self.body)


Provoke = Callable[[Scene], None]
PROVOKED: dict[str, Provoke] = {}


def provokes(code: str) -> Callable[[Provoke], Provoke]:
    def add(provoke: Provoke) -> Provoke:
        PROVOKED[code] = provoke
        return provoke

    return add


@provokes("invalid")
def _invalid(scene: Scene) -> None:
    scene.headers["Host"] = "evil.example"


@provokes("origin_not_allowed")
def _origin(scene: Scene) -> None:
    scene.page.origin = "https://evil.example"


@provokes("site_disabled")
def _disabled(scene: Scene) -> None:
    disable_site(site=Site.objects.get(name="Candle Shop"))


@provokes("internal")
def _internal(scene: Scene) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("a defect")

    scene.patch.setattr("inglenook.api.visitor.authentication.PageCall.__init__", crash)


@provokes("unavailable")
def _unavailable(scene: Scene) -> None:
    start_draining()


@provokes("invalid_token")
def _token(scene: Scene) -> None:
    scene.page.token = "garbage"
    if scene.operation.path == "session" and scene.body is not None:
        # A visitor's broken token gives a new visitor; one of the team does not.
        scene.body["token"] = "m1_garbage"


@provokes("banned")
def _banned(scene: Scene) -> None:
    ban_visitor(site=Site.objects.get(name="Candle Shop"), visitor_id=scene.visitor.public_id)
    scene.page.token = scene.visitors_token
    if scene.operation.authentication.scheme is None:
        scene.body["token"] = scene.page.token


@provokes("bad_json")
def _json(scene: Scene) -> None:
    scene.body = b"{"


@provokes("bad_frame")
def _frame(scene: Scene) -> None:
    scene.body = b"[]"


@provokes("too_deep")
def _deep(scene: Scene) -> None:
    scene.body = b"[" * 9 + b"]" * 9


@provokes("too_large")
def _large(scene: Scene) -> None:
    if scene.operation.takes_file:
        scene.content += b" " * PICTURE_BYTES
    else:
        scene.body = b" " * (MAX_BODY_BYTES + 1)


@provokes("unsupported_media_type")
def _kind(scene: Scene) -> None:
    scene.headers["Content-Type"] = "text/plain"


@provokes("not_found")
def _nowhere(scene: Scene) -> None:
    scene.slug = "nowhere"


@provokes("muted")
def _muted(scene: Scene) -> None:
    site = Site.objects.get(name="Candle Shop")
    Sanction.objects.create(site=site, visitor_id=scene.visitor.public_id, kind="mute")


@provokes("room_locked")
def _locked(scene: Scene) -> None:
    Room.objects.update(locked=True)


@provokes("room_archived")
def _archived(scene: Scene) -> None:
    Room.objects.update(archived=True)


@provokes("slow_mode")
def _slow(scene: Scene) -> None:
    Room.objects.update(slow_s=60)


@provokes("rate")
def _rate(scene: Scene) -> None:
    nothing_left = RateLimit(Allowance(0.001, 1))
    wait_ms(nothing_left.of(scene.visitor.public_id))
    wait_ms(nothing_left.of("203.0.113.7"))
    wait_ms(nothing_left.of(str(scene.visitor.site_id)))
    wait_ms(nothing_left.of(f"{scene.visitor.public_id} lobby"))
    for name in (
        "of_visitor",
        "of_deletions",
        "of_names",
        "of_read_marks",
        "of_sessions",
        "of_reports",
        "of_uploads",
        "of_own_copies",
        "of_own_erasures_of_site",
    ):
        scene.patch.setattr(policy, name, nothing_left)
    scene.patch.setattr("inglenook.api.visitor.session.address_of_request", lambda _: "203.0.113.7")


@provokes("empty")
def _empty(scene: Scene) -> None:
    scene.body[scene.text_field] = " "


@provokes("too_long")
def _long(scene: Scene) -> None:
    scene.body[scene.text_field] = "x" * 2001


@provokes("invalid_text")
def _text(scene: Scene) -> None:
    scene.body[scene.text_field] = "a\x00b"


@provokes("reserved")
def _reserved(scene: Scene) -> None:
    scene.body["name"] = "Moderator"


@provokes("blocked_link")
def _link(scene: Scene) -> None:
    Room.objects.update(links="none")
    scene.body["body"] = "https://example.com"


@provokes("blocked_word")
def _blocked(scene: Scene) -> None:
    create_rule(site=scene.visitor.site, pattern="badword", by=SYSTEM)
    scene.body[scene.text_field] = "Badword"


@provokes("forbidden")
def _forbidden(scene: Scene) -> None:
    scene.seq = 2
    Room.objects.update(files="none")
    scene.page.token = scene.visitors_token
    is_message = scene.method == "POST" and not scene.operation.takes_file
    if is_message and scene.operation.authentication is not TEAM:
        scene.body["attachments"] = ["file"]


@provokes("too_late")
def _late(scene: Scene) -> None:
    Message.objects.update(at=timezone.now() - timedelta(hours=1))


@provokes("token_expired")
def _expired(scene: Scene) -> None:
    """The clock is moved by the test."""
    scene.page.token = scene.visitors_token


@pytest.fixture
def ready(page: Page, room_of_two: Room) -> Iterator[Page]:
    yield page
    stop_draining()


# Held open by the server: provoked in tests/backend/realtime/test_stream_bounds.py.
ONLY_SERVED = {(("GET", "rooms/{slug}/events"), "rate")}
CASES = [
    pytest.param(call, code, id=f"{' '.join(call)} {code}")
    for call, operation in CALLS.items()
    for codes in codes_of(operation).values()
    for code in codes
    if (call, code) not in ONLY_SERVED
]


@pytest.mark.any_database
@pytest.mark.parametrize(("call", "code"), CASES)
def test_every_documented_refusal_happens(
    ready: Page, monkeypatch: pytest.MonkeyPatch, call: Call, code: str
) -> None:
    scene = Scene(ready, call, monkeypatch)
    PROVOKED[code](scene)
    with time_machine.travel(timezone.now() + timedelta(days=31 if code == "token_expired" else 0)):
        answer = scene.answer()
    assert (answer.status_code, json.loads(answer.content)["error"]) == (HTTP_STATUS[code], code)


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_every_call_is_answered_as_documented(
    ready: Page, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    scene = Scene(ready, call, monkeypatch)
    seen = [scene.answer().status_code]
    if call != ("DELETE", "me"):  # which ends the token
        seen.append(scene.answer().status_code)
    if 304 in scene.operation.responses:
        scene.headers["If-None-Match"] = scene.answer()["ETag"]
        seen.append(scene.answer().status_code)
    # Nothing is held here; what is held is in test_held_messages.py.
    assert set(seen) == set(scene.operation.responses) - {202}


def test_it_has_every_route_and_method_and_no_other() -> None:
    routes = {
        re.sub(r"<str:(\w+)>", r"{\1}", str(it.pattern)).removeprefix("{site_key}/")
        for it in urlpatterns
    }
    assert routes == {path for _, path in CALLS} | {"openapi.json"}
    documented = {
        (method.upper(), path.removeprefix("/api/v1/{site_key}/"))
        for path, methods in visitor_document()["paths"].items()
        for method in methods
    }
    assert documented == set(CALLS)


def test_it_has_every_code_that_one_can_get_over_http() -> None:
    documented = {
        code for each in OPERATIONS for codes in codes_of(each).values() for code in codes
    }
    assert documented == set(HTTP_STATUS) - ELSEWHERE
    assert set(PROVOKED) == documented


def test_it_is_served_as_it_is_written(db: None) -> None:
    answer = ServedClient().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()) == (200, json.loads(json.dumps(visitor_document())))
    refused = ServedClient().post("/api/v1/openapi.json")
    assert (refused.status_code, refused.json()["field"]) == (405, "method")
