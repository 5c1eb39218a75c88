"""The owners' OpenAPI document agrees with the code: every address, method, status and code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from inglenook.api.http.openapi import codes_of
from inglenook.api.http.operations import Operation
from inglenook.api.owner.openapi import owner_document
from inglenook.api.owner.operations import OPERATIONS
from inglenook.api.owner.urls import urlpatterns
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.protocol.errors import STATUS
from inglenook.sites.draining import start_draining, stop_draining
from tests.backend.api.owner.conftest import Program

Provoke = Callable[[Program, pytest.MonkeyPatch], dict[str, str]]


def _internal(_program: Program, patch: pytest.MonkeyPatch) -> dict[str, str]:
    def crash(*_: object) -> None:
        raise RuntimeError("a defect")

    patch.setattr("inglenook.api.owner.authentication.KeyCall.__init__", crash)
    return {}


def _invalid_key(program: Program, _patch: pytest.MonkeyPatch) -> dict[str, str]:
    program.secret = None
    return {}


def _rate(_program: Program, patch: pytest.MonkeyPatch) -> dict[str, str]:
    nothing_left = RateLimit(Allowance(0.001, 1))
    patch.setattr(nothing_left, "level", lambda *_: 0.0)
    patch.setattr(policy, "of_api_key", nothing_left)
    return {}


def _unavailable(_program: Program, _patch: pytest.MonkeyPatch) -> dict[str, str]:
    start_draining()
    return {}


PROVOKED: dict[str, Provoke] = {
    "invalid": lambda *_: {"Host": "evil.example"},
    "internal": _internal,
    "invalid_key": _invalid_key,
    "rate": _rate,
    "unavailable": _unavailable,
}
CASES = [
    pytest.param(each, code, id=f"{each.method} {each.path} {code}")
    for each in OPERATIONS
    for codes in codes_of(each).values()
    for code in codes
]


def conforms(body: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": owner_document()["components"]}
    Draft202012Validator(whole).validate(body)


def described(declared: Operation, status: int) -> dict[str, Any]:
    methods = owner_document()["paths"][f"/api/v1/manage/{declared.path}"]
    found: dict[str, Any] = methods[declared.method.lower()]["responses"][str(status)]
    return found


@pytest.mark.parametrize("declared", OPERATIONS, ids=lambda it: f"{it.method} {it.path}")
def test_every_call_is_answered_as_documented(program: Program, declared: Operation) -> None:
    answer = program.call(declared.method, f"/{declared.path}")
    response = described(declared, answer.status_code)
    conforms(json.loads(answer.content), response["content"]["application/json"]["schema"])
    assert set(response["headers"]) <= set(answer.headers)


@pytest.mark.parametrize(("declared", "code"), CASES)
def test_every_documented_refusal_happens(
    program: Program, monkeypatch: pytest.MonkeyPatch, declared: Operation, code: str
) -> None:
    program.client.raise_request_exception = False
    headers = PROVOKED[code](program, monkeypatch)
    try:
        answer = program.call(declared.method, f"/{declared.path}", **headers)
    finally:
        stop_draining()
    assert answer.status_code == STATUS[code]
    body = answer.json()  # type: ignore[attr-defined]  # of the test client
    assert body["error"] == code
    response = described(declared, answer.status_code)
    conforms(body, response["content"]["application/json"]["schema"])


def test_it_has_every_route_and_method_and_no_other() -> None:
    documented = {
        (method.upper(), path)
        for path, methods in owner_document()["paths"].items()
        for method in methods
    }
    assert documented == {(each.method, f"/api/v1/manage/{each.path}") for each in OPERATIONS}
    routes = {str(it.pattern) for it in urlpatterns}
    known = {"manage/openapi.json", r"^manage(?:/|$)"}
    assert routes == {f"manage/{each.path}" for each in OPERATIONS} | known


def test_it_is_served_to_whoever_asks_as_it_is_written(db: None) -> None:
    answer = Program(None).get("/openapi.json")
    assert (answer.status_code, answer.json()) == (200, json.loads(json.dumps(owner_document())))
    assert Program(None).call("HEAD", "/openapi.json").status_code == 200
    refused = Program(None).call("POST", "/openapi.json")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_its_error_codes_are_those_of_the_table() -> None:
    documented = {
        code for each in OPERATIONS for codes in codes_of(each).values() for code in codes
    }
    assert set(PROVOKED) == documented
