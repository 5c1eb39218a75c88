"""Everything under manage/ asks for a key, and says nothing to whoever has none."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.api.http.calls import Call
from inglenook.api.owner.authentication import OwnerKey
from inglenook.protocol.errors import Scope
from inglenook.sites.api_keys import revoke_api_key
from inglenook.sites.models import ApiKey, Site
from inglenook.sites.scopes import ALL_SCOPES
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.conftest import ORIGIN

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
PATHS = ("/key", "/key/", "/nothing", "/nothing/lobby", "/", "", "/../key", "/%00", "/nokeys?x=1")


def test_none_an_unknown_an_ended_and_a_visitors_get_the_same_bytes(
    site: Site, site_key: str, visitor: Visitor, program: Program, key: ApiKey
) -> None:
    revoked = program_with(site, "keys")
    revoke_api_key(site=site, key_id=ApiKey.objects.exclude(pk=key.pk).get().public_id)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    programs = [
        Program(None),
        Program(""),
        Program(f"sk_{'a' * 40}"),
        Program("sk_\xe9" + "a" * 39),
        Program("x" * 5000),
        revoked,
        program,
        Program(make_token(visitor)),
        Program(site_key),
        Program(key.digest),
        Program(key.prefix),
    ]
    answers = [each.get("/key") for each in programs]
    answers += [
        Program(None).get("/key", Authorization=header)
        for header in (program.secret or "", f"Basic {program.secret}", "Bearer", "Bearer  ")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    headers = [
        {name: value for name, value in answer.items() if name != "X-Request-Id"}
        for answer in answers
    ]
    assert all(each == headers[0] for each in headers)
    assert headers[0]["WWW-Authenticate"] == "Bearer"
    assert answers[0].json()["error"] == "invalid_key"


def test_a_key_is_taken_from_no_other_place(program: Program) -> None:
    secret, program.secret = program.secret, None
    program.client.cookies["key"] = secret or ""
    for path in (f"/key?key={secret}", f"/key?access_token={secret}"):
        assert program.get(path, **{"X-Api-Key": secret or ""}).status_code == 401


def test_the_word_bearer_is_written_as_one_likes(program: Program) -> None:
    for word in ("bearer", "BEARER"):
        header = f"{word} {program.secret}"
        assert program.get("/key", Authorization=header).status_code == 200


def test_a_key_ends_when_it_was_to_end(program: Program, key: ApiKey) -> None:
    end = timezone.now() + timedelta(hours=1)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=end)
    assert program.get("/key").status_code == 200
    with time_machine.travel(end + timedelta(seconds=1)):
        assert program.get("/key").status_code == 401


@pytest.mark.any_database
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS)
def test_without_a_key_no_address_and_no_method_is_shown(db: None, method: str, path: str) -> None:
    answer = Program(None).call(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")
    assert "Allow" not in answer


@pytest.mark.any_database
@pytest.mark.parametrize("path", [path for path in PATHS if path != "/key"])
@pytest.mark.parametrize("method", METHODS)
def test_with_a_key_an_unknown_address_is_not_found(
    program: Program, method: str, path: str
) -> None:
    answer = program.call(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert "RateLimit" in answer
    if method != "HEAD":
        assert answer.json()["error"] == "not_found"  # type: ignore[attr-defined]  # client's


def test_a_preflight_is_refused_and_no_answer_is_a_pages(program: Program) -> None:
    page = {"Origin": ORIGIN}
    asked = {
        **page,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    answers = [
        Program(None).call("OPTIONS", "/key", **asked),
        Program(None).call("OPTIONS", "/nothing", **asked),
        program.call("OPTIONS", "/key", **asked),
        program.get("/key", **page),
        Program(None).get("/key", **page),
        Program(None).get("/openapi.json", **page),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 204, 200, 401, 200]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_methods_are_what_the_address_takes(program: Program) -> None:
    asked = program.call("OPTIONS", "/key")
    assert (asked.status_code, asked["Allow"], asked.content) == (204, "GET, HEAD, OPTIONS", b"")
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
        answer = program.call(method, "/key")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json()["field"] == "method"  # type: ignore[attr-defined]  # client's
    head = program.call("HEAD", "/key")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("name", ["page", "limit", "key", "Ü", ""])
def test_an_unknown_parameter_is_named(program: Program, name: str) -> None:
    answer = program.get(f"/key?{name}=1")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["field"] == name


def test_a_call_costs_one_query_and_once_a_minute_another(
    program: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        program.get("/key")
    with django_assert_num_queries(1):
        program.get("/key")


@pytest.mark.parametrize("path", ["/key", "/nothing"])
def test_a_host_that_is_not_ours_is_refused_as_json(program: Program, path: str) -> None:
    answer = program.get(path, Host="evil.example")
    assert (answer.status_code, answer.json()["field"]) == (400, "host")
    assert answer["X-Request-Id"]


@pytest.mark.parametrize("scope", ALL_SCOPES)
async def test_an_operation_asks_for_its_scope(
    program: Program, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    """`:write` has `:read`; the scope that is lacking is named."""
    needs = OwnerKey(scope)
    assert "scope" in needs.codes
    for held in ALL_SCOPES:
        may = held == scope or (held, scope[-5:]) == (f"{scope[:-5]}:write", ":read")
        refused = await _refusal(needs, held, monkeypatch)
        assert (refused is None) is may, held
        assert refused is None or (refused.field, refused.status) == (scope, 403)


async def _refusal(needs: OwnerKey, held: str, monkeypatch: pytest.MonkeyPatch) -> Scope | None:
    from django.test import RequestFactory

    from inglenook.api.owner import authentication

    key = ApiKey(site=Site(), name="Reports", scopes=[held], last_used_at=timezone.now())
    limit = authentication.RateLimit(remaining=1, full_in_s=1)
    monkeypatch.setattr(authentication, "_counted", lambda _secret: (key, limit, None))
    try:
        call: Call = await needs.admit(RequestFactory().get("/"))
    except Scope as refused:
        return refused
    assert call.request.path == "/"
    return None
