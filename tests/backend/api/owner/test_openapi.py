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
from inglenook.protocol.errors import BY_CODE, STATUS
from inglenook.protocol.limits import PICTURE_BYTES
from inglenook.sites.draining import start_draining, stop_draining
from inglenook.sites.models import Site
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import EXAMPLES, Example, example_of, name_of
from tests.testkit import files

Provoke = Callable[[Program, Site, Operation, pytest.MonkeyPatch], Any]
DEEP = b'{"a":' + b"[" * 20 + b"]" * 20 + b"}"


def send(program: Program, declared: Operation, example: Example, **headers: str) -> Any:
    return program.call(declared.method, example.path, example.body, **headers)


def with_headers(**headers: str) -> Provoke:
    return lambda program, site, declared, _patch: send(
        program, declared, example_of(declared, site), **headers
    )


def with_body(body: bytes, **headers: str) -> Provoke:
    return lambda program, site, declared, _patch: program.call(
        declared.method, example_of(declared, site).path, body, **headers
    )


def _internal(program: Program, site: Site, declared: Operation, patch: pytest.MonkeyPatch) -> Any:
    def crash(*_: object) -> None:
        raise RuntimeError("a defect")

    patch.setattr("inglenook.api.owner.authentication.KeyCall.__init__", crash)
    return send(program, declared, example_of(declared, site))


def _invalid_key(program: Program, site: Site, declared: Operation, _: object) -> Any:
    program.secret = None
    return send(program, declared, example_of(declared, site))


def _rate(program: Program, site: Site, declared: Operation, patch: pytest.MonkeyPatch) -> Any:
    nothing_left = RateLimit(Allowance(0.001, 1))
    patch.setattr(nothing_left, "level", lambda *_: 0.0)
    patch.setattr(policy, "of_api_key", nothing_left)
    return send(program, declared, example_of(declared, site))


def _unavailable(program: Program, site: Site, declared: Operation, _: object) -> Any:
    start_draining()
    return send(program, declared, example_of(declared, site))


def _scope(_program: Program, site: Site, declared: Operation, _: object) -> Any:
    wanted = declared.authentication.scope  # type: ignore[attr-defined]  # an OwnerKey's
    other = "webhooks" if wanted != "webhooks" else "audit"
    return send(program_with(site, other), declared, example_of(declared, site))


def _not_found(program: Program, site: Site, declared: Operation, _: object) -> Any:
    example = example_of(declared, site)
    if not example.missing:  # what is there once or not at all
        send(program, declared, example)
    body = example.missing_body or example.body
    return program.call(declared.method, example.missing or example.path, body)


def _conflict(program: Program, site: Site, declared: Operation, patch: pytest.MonkeyPatch) -> Any:
    if declared.method != "POST":
        return _raised("conflict")(program, site, declared, patch)
    key = {"Idempotency-Key": "the-first-key"}
    example = example_of(declared, site)
    program.call("POST", example.path, {"x": 1}, **key)
    return program.call("POST", example.path, {"x": 2}, **key)


def _raised(code: str) -> Provoke:
    """What only a certain state brings has tests of its own; here the service says so."""

    def provoke(
        program: Program, site: Site, declared: Operation, patch: pytest.MonkeyPatch
    ) -> Any:
        example = example_of(declared, site)

        def refuse(*_: object, **__: object) -> None:
            raise BY_CODE[code]

        for place in ("create_room", "change_room", "remove_room"):
            patch.setattr(f"inglenook.api.owner.rooms.room_services.{place}", refuse)
        for place in ("invite_member", "change_role", "remove_member"):
            patch.setattr(f"inglenook.api.owner.members.members.{place}", refuse)
        for place in ("keys.create_api_key", "site_access.services.add_origin"):
            patch.setattr(f"inglenook.api.owner.{place}", refuse)
        for place in ("rotate_key", "end_site_key"):
            patch.setattr(f"inglenook.api.owner.site_access.services.{place}", refuse)
        for place in ("create_rule", "change_rule", "remove_rule"):
            patch.setattr(f"inglenook.api.owner.word_rules.services.{place}", refuse)
        patch.setattr("inglenook.api.owner.check.check_text", refuse)
        for place in ("approve_held", "reject_held", "reopen_held"):
            patch.setattr(f"inglenook.api.owner.held.services.{place}", refuse)
        patch.setattr("inglenook.api.owner.reports.reports.resolve_report", refuse)
        for place in ("post_message", "services.edit_message", "room_services.pin_message"):
            patch.setattr(f"inglenook.api.owner.messages.{place}", refuse)
        patch.setattr("inglenook.api.owner.attachments.take_in", refuse)
        patch.setattr("inglenook.api.owner.visitors.directory.change_visitor", refuse)
        return send(program, declared, example)

    return provoke


def _too_large(program: Program, site: Site, declared: Operation, patch: Any) -> Any:
    if declared.takes_file:
        return with_body(files.form(files.picture() + b" " * PICTURE_BYTES))(
            program, site, declared, patch
        )
    return with_body(b" " * 65537)(program, site, declared, patch)


PROVOKED: dict[str, Provoke] = {
    "invalid": with_headers(Host="evil.example"),
    "internal": _internal,
    "invalid_key": _invalid_key,
    "rate": _rate,
    "unavailable": _unavailable,
    "scope": _scope,
    "not_found": _not_found,
    "conflict": _conflict,
    "forbidden": _raised("forbidden"),
    "empty": _raised("empty"),
    "too_long": _raised("too_long"),
    "reserved": _raised("reserved"),
    "invalid_text": _raised("invalid_text"),
    "room_archived": _raised("room_archived"),
    "stale": with_headers(**{"If-Match": '"another"'}),
    "quota": _raised("quota"),
    "bad_json": with_body(b"{"),
    "bad_frame": with_body(b"[]"),
    "too_deep": with_body(DEEP),
    "too_large": _too_large,
    "unsupported_media_type": with_body(b"{}", **{"Content-Type": "text/plain"}),
}
CASES = [
    pytest.param(each, code, id=f"{name_of(each)} {code}")
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


@pytest.mark.parametrize("declared", OPERATIONS, ids=name_of)
def test_every_call_is_answered_as_documented(
    program: Program, site: Site, declared: Operation
) -> None:
    answer = send(program, declared, example_of(declared, site))
    assert answer.status_code in declared.responses
    response = described(declared, answer.status_code)
    assert ("content" in response) == bool(answer.content)
    if answer.content:
        conforms(json.loads(answer.content), response["content"]["application/json"]["schema"])
    assert set(response["headers"]) <= set(answer.headers)


@pytest.mark.any_database
@pytest.mark.parametrize(("declared", "code"), CASES)
def test_every_documented_refusal_happens(
    program: Program, site: Site, monkeypatch: pytest.MonkeyPatch, declared: Operation, code: str
) -> None:
    program.client.raise_request_exception = False
    try:
        answer = PROVOKED[code](program, site, declared, monkeypatch)
    finally:
        stop_draining()
    assert answer.status_code == STATUS[code]
    body = answer.json()
    assert body["error"] == code
    response = described(declared, answer.status_code)
    conforms(body, response["content"]["application/json"]["schema"])


@pytest.mark.any_database
@pytest.mark.parametrize(
    "declared", [each for each in OPERATIONS if each.body is not None], ids=name_of
)
def test_an_unknown_field_is_refused_by_its_name(
    program: Program, site: Site, declared: Operation
) -> None:
    example = example_of(declared, site)
    answer = program.call(declared.method, example.path, {**(example.body or {}), "nonsense": 1})
    assert answer.status_code == 400
    assert (answer.json()["error"], answer.json()["field"]) == ("invalid", "nonsense")


@pytest.mark.any_database
@pytest.mark.parametrize("declared", OPERATIONS, ids=name_of)
def test_an_unknown_parameter_is_refused_by_its_name(
    program: Program, site: Site, declared: Operation
) -> None:
    example = example_of(declared, site)
    parted = "&" if "?" in example.path else "?"
    answer = program.call(declared.method, f"{example.path}{parted}nonsense=1", example.body)
    assert answer.status_code == 400
    assert (answer.json()["error"], answer.json()["field"]) == ("invalid", "nonsense")


def test_it_has_every_route_and_method_and_no_other() -> None:
    documented = {
        (method.upper(), path)
        for path, methods in owner_document()["paths"].items()
        for method in methods
    }
    assert documented == {(each.method, f"/api/v1/manage/{each.path}") for each in OPERATIONS}
    routes = {
        str(it.pattern).replace("<str:", "{").replace("<path:", "{").replace(">", "}")
        for it in urlpatterns
    }
    known = {"manage/openapi.json", r"^manage(?:/|$)"}
    assert routes == {f"manage/{each.path}" for each in OPERATIONS} | known


def test_every_call_has_an_example() -> None:
    assert EXAMPLES.keys() == {name_of(each) for each in OPERATIONS}


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
