"""`inglenook rules …`: the word rules of the installation, which stand on every site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from inglenook.api.owner.word_rules import word_rule_response
from inglenook.cli.output import Answer, table
from inglenook.moderation import word_rule_services as services
from inglenook.moderation.models import WordRule
from inglenook.sites.actors import SYSTEM


def list_rules() -> Answer:
    rules = [describe(rule) for rule in services.rules_of_instance()]
    rows = [
        [rule["id"], rule["pattern"], rule["match"], ", ".join(rule["where"]), rule["action"]]
        for rule in rules
    ]
    none = "There is no word rule for all sites. Make one: inglenook rules add --help"
    head = ["id", "pattern", "match", "where", "action"]
    return Answer({"rules": rules}, table(head, rows) if rows else [none])


def add(*, pattern: str, match: str, where: Sequence[str], action: str) -> Answer:
    rule = services.create_rule(
        site=None,
        pattern=pattern,
        match=match,
        where=where or services.WHERE,
        action=action,
        by=SYSTEM,
    )
    line = f"Rule {rule.pk} stands on every site: {rule.action} “{rule.pattern}” ({rule.match})."
    return Answer(describe(rule), [line])


def remove(*, rule_id: str) -> Answer:
    services.remove_rule(site=None, rule_id=rule_id, by=SYSTEM)
    return Answer({"id": rule_id, "removed": True}, [f"Rule {rule_id} is gone."])


def describe(rule: WordRule) -> dict[str, Any]:
    """What --json says of a rule: the same as the owners' API."""
    found: dict[str, Any] = msgspec.to_builtins(word_rule_response(rule))
    return found
