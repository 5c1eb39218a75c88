"""Word rules as a program keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.moderation.models import WordRule
from inglenook.moderation.word_rule_services import create_rule
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import ApiKey, AuditEntry, Site
from tests.backend.api.owner.conftest import Program, program_with

MADE = {
    "pattern": "spam",
    "match": "word",
    "where": ["body", "name"],
    "action": "block",
    "rooms": None,
    "enabled": True,
    "instance": False,
}


def test_a_rule_is_made_read_changed_and_removed(program: Program, key: ApiKey) -> None:
    answer = program.post("/word-rules", {"pattern": "spam"})
    assert answer.status_code == 201
    made = answer.json()
    rule_id = made.pop("id")
    assert made == MADE
    changes = {"match": "part", "where": ["body"], "action": "mask", "rooms": ["lobby"]}
    changed = program.patch(f"/word-rules/{rule_id}", changes)
    assert changed.status_code == 200
    assert changed.json() == MADE | {"id": rule_id} | changes
    assert program.get("/word-rules").json() == {"items": [changed.json()], "next": None}
    assert program.delete(f"/word-rules/{rule_id}").status_code == 204
    assert program.delete(f"/word-rules/{rule_id}").status_code == 404
    assert {entry.actor_id for entry in AuditEntry.objects.all()} == {key.public_id}


def test_who_changes_what_was_changed_is_stale(program: Program) -> None:
    answer = program.post("/word-rules", {"pattern": "spam"})
    path = f"/word-rules/{answer.json()['id']}"
    first = {"If-Match": answer["ETag"]}
    changed = program.patch(path, {"action": "hold"}, **first)
    assert changed.status_code == 200
    for stale in (program.patch(path, {"action": "mask"}, **first), program.delete(path, **first)):
        assert (stale.status_code, stale.json()["error"]) == (412, "stale")
    assert program.delete(path, **{"If-Match": changed["ETag"]}).status_code == 204


def test_a_repeated_call_makes_one_rule(program: Program) -> None:
    again = {"Idempotency-Key": "word-rule-1"}
    first = program.post("/word-rules", {"pattern": "spam"}, **again)
    second = program.post("/word-rules", {"pattern": "spam"}, **again)
    assert (first.json(), first["ETag"]) == (second.json(), second["ETag"])
    assert WordRule.objects.count() == 1
    other = program.post("/word-rules", {"pattern": "eggs"}, **again)
    assert (other.status_code, other.json()["error"]) == (409, "conflict")


def test_the_instances_rule_can_be_switched_off_and_nothing_else(
    program: Program, site: Site
) -> None:
    rule = create_rule(site=None, pattern="spam", by=SYSTEM)
    path = f"/word-rules/{rule.pk}"
    (item,) = program.get("/word-rules").json()["items"]
    assert item == MADE | {"id": str(rule.pk), "instance": True}
    off = program.patch(path, {"enabled": False})
    assert (off.status_code, off.json()) == (200, item | {"enabled": False})
    assert program.get("/word-rules").json()["items"] == [off.json()]
    for refused in (program.patch(path, {"pattern": "eggs"}), program.delete(path)):
        assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    assert program.patch(path, {"enabled": True}).json() == item


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "pattern"),
        ({"pattern": "x" * 201}, "pattern"),
        ({"pattern": "...", "match": "part"}, "pattern"),
        ({"pattern": "[", "match": "regex"}, "pattern"),
        ({"pattern": "spam", "match": "glob"}, "match"),
        ({"pattern": "spam", "where": []}, "where"),
        ({"pattern": "spam", "where": ["topic"]}, "where"),
        ({"pattern": "spam", "action": "shout"}, "action"),
        ({"pattern": "spam", "rooms": ["no slug"]}, "rooms"),
        ({"pattern": "spam", "instance": True}, "instance"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(
    program: Program, body: dict[str, Any], field: str
) -> None:
    answer = program.post("/word-rules", body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["field"].startswith(field)
    assert not WordRule.objects.exists()


def test_it_needs_the_scope_and_its_own_site(
    program: Program, site: Site, other_site: Site
) -> None:
    theirs = create_rule(site=other_site, pattern="spam", by=SYSTEM)
    never = program.patch("/word-rules/99999", {"enabled": False}).content
    for answer in (
        program.patch(f"/word-rules/{theirs.pk}", {"enabled": False}),
        program.delete(f"/word-rules/{theirs.pk}"),
    ):
        assert (answer.status_code, answer.content) == (404, never)
    assert program.get("/word-rules").json()["items"] == []
    other = program_with(site, "site:write", "rooms:write")
    for answer in (other.get("/word-rules"), other.post("/word-rules", {"pattern": "spam"})):
        assert (answer.status_code, answer.json()["field"]) == (403, "moderation")
