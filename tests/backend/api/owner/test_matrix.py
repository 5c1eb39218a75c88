"""Every call of owners by everybody who may try it. A new call is here by its declaration alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from inglenook.api.http.operations import Operation
from inglenook.api.owner.operations import OPERATIONS
from inglenook.limits import policy
from inglenook.sites.models import Site
from inglenook.sites.scopes import ALL_SCOPES, has_scope
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import example_of, name_of

# "Nobody gives what he lacks": this example gives `audit`.
GIVES = {"POST keys": "audit"}
# A site has it or has it not; the other site has none.
OF_ONE_OBJECT = {"DELETE calm"}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def shown(answer: Any) -> dict[str, Any]:
    """A refusal without its words, which may repeat what was asked for."""
    return {name: value for name, value in answer.json().items() if name != "message"}


def is_of_an_object(declared: Operation) -> bool:
    return "{" in declared.path


@pytest.mark.any_database
@pytest.mark.parametrize("declared", OPERATIONS, ids=name_of)
def test_each_scope_opens_its_own_calls_and_no_other(site: Site, declared: Operation) -> None:
    example = example_of(declared, site)
    wanted = getattr(declared.authentication, "scope", None)
    opened = set()
    for scope in ALL_SCOPES:
        with undone():
            program = program_with(site, scope)
            answer = program.call(declared.method, example.path, example.body)
            if wanted is None or has_scope([scope], wanted):
                opened.add(scope)
                lacks = GIVES.get(name_of(declared))
                if lacks is None or has_scope([scope], lacks):
                    assert answer.status_code in declared.responses, answer.content
                    continue
                wanted_now = lacks
            else:
                wanted_now = wanted
            body = answer.json()
            assert (answer.status_code, body["error"]) == (403, "scope")
            assert body["field"] == wanted_now
    assert opened


@pytest.mark.any_database
@pytest.mark.parametrize("declared", OPERATIONS, ids=name_of)
def test_whoever_has_no_key_gets_the_same_bytes(
    site: Site, visitor: Visitor, declared: Operation
) -> None:
    example = example_of(declared, site)
    never = Program(None).get("/nowhere").content
    ended = program_with(site, *ALL_SCOPES)
    site.api_keys.filter(name="Another").delete()
    for nobody in (
        Program(None),
        Program(make_token(visitor)),
        Program("sk_" + "a" * 40),
        Program(site.keys.get().key) if site.keys.count() == 1 else Program("pk_x"),
        ended,
    ):
        answer = nobody.call(declared.method, example.path, example.body)
        assert (answer.status_code, answer.content) == (401, never)


@pytest.mark.parametrize("declared", OPERATIONS, ids=name_of)
def test_another_sites_key_finds_nothing_of_this_site(
    site: Site, other_site: Site, declared: Operation
) -> None:
    example = example_of(declared, site)
    policy.of_api_key.forget()
    other = program_with(other_site, *ALL_SCOPES)
    answer = other.call(declared.method, example.path, example.body)
    if is_of_an_object(declared) or example.missing or name_of(declared) in OF_ONE_OBJECT:
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
        never = other.call(declared.method, example.missing, example.missing_body or example.body)
        assert shown(answer) == shown(never)
    else:
        assert answer.status_code in declared.responses
        assert site.name not in answer.content.decode()
