"""Every change of word rules: a site's own, and the instance's, each with its row in the audit.

create, change, remove ─> one transaction: the rule, the audit, the access version
                                  └─ COMMIT ─> every process judges by it (`word_rules.py`)

The instance's rules stand on every site. A site switches them off for itself and changes nothing
else about them; the command line makes and removes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from inglenook.moderation import audit
from inglenook.moderation.filters.letters import symbols
from inglenook.moderation.filters.patterns import BadPattern, Pattern
from inglenook.moderation.models import SwitchedOffRule, WordRule
from inglenook.protocol.errors import Forbidden, Invalid, NotFound, Quota
from inglenook.protocol.ids import is_slug
from inglenook.sites.actors import Actor
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import bump_access_version, bump_every_access_version

MOST_RULES: Final = 2000
PATTERN_CHARS: Final = 200
MOST_ROOMS: Final = 200
WHERE: Final = ("body", "name")
CHANGEABLE: Final = ("pattern", "match", "where", "action", "rooms", "enabled")
_MOST_ID: Final = 2**63 - 1


def rules_of_site(site: Site) -> QuerySet[WordRule]:
    """The site's own rules and the instance's. `is_switched_off` says that the site has none of
    one of the instance's.
    """
    switches = SwitchedOffRule.objects.filter(site=site, rule=OuterRef("pk"))
    rules = WordRule.objects.filter(Q(site=site) | Q(site=None))
    return rules.annotate(is_switched_off=Exists(switches))


def rules_of_instance() -> QuerySet[WordRule]:
    """Newest first."""
    return WordRule.objects.filter(site=None).order_by("-pk")


def rule_of_site(site: Site, rule_id: str, *, is_locked: bool = False) -> WordRule:
    """The rule with this id, as `rules_of_site` has it. Raises NotFound."""
    rules = rules_of_site(site)
    if is_locked:
        rules = rules.select_for_update(of=("self",))
    rule = rules.filter(pk=_number(rule_id)).first()
    if rule is None:
        raise NotFound("There is no such word rule here.")
    return rule


def is_enabled(rule: WordRule) -> bool:
    """Whether it stands on the site that it was read for."""
    return rule.enabled and not getattr(rule, "is_switched_off", False)


def where_of(rule: WordRule) -> list[str]:
    return [name for name, is_in in zip(WHERE, (rule.in_body, rule.in_name), strict=True) if is_in]


def create_rule(
    *,
    site: Site | None,
    pattern: str,
    match: str = WordRule.Match.WORD,
    where: Sequence[str] = WHERE,
    action: str = WordRule.Action.BLOCK,
    rooms: Sequence[str] | None = None,
    enabled: bool = True,
    by: Actor,
) -> WordRule:
    """A new rule of a site; without one the instance's.

    Raises Forbidden, Invalid with its field, Quota.
    """
    _require(by, site)
    rule = WordRule(site=site, **_checked(pattern, match, where, action, rooms), enabled=enabled)
    with transaction.atomic():
        if site is not None:
            # Two at once: the row of the site is the turnstile.
            Site.objects.select_for_update().get(pk=site.pk)
        if WordRule.objects.filter(site=site).count() >= MOST_RULES:
            raise Quota(f"There can be {MOST_RULES} word rules. Remove one first.")
        rule.save(force_insert=True)
        _record(rule, by, "word_rule.create", before=None, after=_facts(rule))
    return rule


def change_rule(*, site: Site, rule_id: str, changes: Mapping[str, Any], by: Actor) -> WordRule:
    """Sets some of CHANGEABLE. One of the instance's is switched on and off here alone.

    Raises NotFound, Invalid with its field, and Forbidden for a role that may not, and for other
    changes of the instance's.
    """
    _require(by, site)
    with transaction.atomic():
        rule = rule_of_site(site, rule_id, is_locked=True)
        if rule.site_id is None:
            _switch(site, rule, changes, by)
        else:
            _change_own(rule, changes, by)
    return rule_of_site(site, rule_id)


def remove_rule(*, site: Site | None, rule_id: str, by: Actor) -> None:
    """Removes a rule of a site; without one the instance's.

    Raises NotFound; Forbidden for a role that may not, and where a site asks for the instance's.
    """
    _require(by, site)
    with transaction.atomic():
        if site is None:
            found = WordRule.objects.select_for_update().filter(site=None, pk=_number(rule_id))
            rule = found.first()
            if rule is None:
                raise NotFound("The instance has no such word rule.")
        else:
            rule = rule_of_site(site, rule_id, is_locked=True)
        if site is not None and rule.site_id is None:
            raise Forbidden("This rule is the instance's. Switch it off with `enabled`: false.")
        _record(rule, by, "word_rule.delete", before=_facts(rule), after=None)
        rule.delete()


# --- the small steps


def _require(by: Actor, site: Site | None) -> None:
    """The instance's rules are the operator's, who comes by the command line."""
    if site is not None:
        require_actor(by, site.pk, Action.CHANGE_WORD_RULES)


def _switch(site: Site, rule: WordRule, changes: Mapping[str, Any], by: Actor) -> None:
    facts = _facts(rule)
    if any(facts[name] != value for name, value in changes.items() if name != "enabled"):
        raise Forbidden("This rule is the instance's: it can be switched off, and not changed.")
    was = is_enabled(rule)
    wanted = bool(changes.get("enabled", was))
    if wanted == was:
        return
    if wanted:
        SwitchedOffRule.objects.filter(site=site, rule=rule).delete()
    else:
        SwitchedOffRule.objects.get_or_create(site=site, rule=rule)
    audit.record(
        site_id=site.pk,
        by=by,
        action="word_rule.update",
        target=("word_rule", str(rule.pk)),
        before={"enabled": was},
        after={"enabled": wanted},
    )
    bump_access_version(site.pk)


def _change_own(rule: WordRule, changes: Mapping[str, Any], by: Actor) -> None:
    before = _facts(rule)
    wanted = before | dict(changes)
    enabled = wanted.pop("enabled")
    for name, value in _checked(**wanted).items():
        setattr(rule, name, value)
    rule.enabled = enabled
    after = _facts(rule)
    changed = [name for name in CHANGEABLE if before[name] != after[name]]
    if changed:
        rule.save()
        _record(
            rule,
            by,
            "word_rule.update",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def _record(
    rule: WordRule,
    by: Actor,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Notes the act, on every site where it is the instance's, and moves what processes ask by."""
    target = ("word_rule", str(rule.pk))
    if rule.site_id is None:
        for site_id in Site.objects.order_by("pk").values_list("pk", flat=True).iterator():
            audit.record(
                site_id=site_id, by=by, action=action, target=target, before=before, after=after
            )
        bump_every_access_version()
    else:
        audit.record(
            site_id=rule.site_id, by=by, action=action, target=target, before=before, after=after
        )
        bump_access_version(rule.site_id)


def _facts(rule: WordRule) -> dict[str, Any]:
    return {
        "pattern": rule.pattern,
        "match": rule.match,
        "where": where_of(rule),
        "action": rule.action,
        "rooms": rule.rooms,
        "enabled": rule.enabled,
    }


def _checked(
    pattern: str, match: str, where: Sequence[str], action: str, rooms: Sequence[str] | None
) -> dict[str, Any]:
    """The columns. Raises Invalid with its field."""
    if match not in WordRule.Match.values:
        raise Invalid(f"`match` is one of {', '.join(WordRule.Match.values)}.", field="match")
    if action not in WordRule.Action.values:
        raise Invalid(f"`action` is one of {', '.join(WordRule.Action.values)}.", field="action")
    if not where or not set(where) <= set(WHERE):
        raise Invalid("`where` has `body`, `name` or both.", field="where")
    if rooms is not None and (len(rooms) > MOST_ROOMS or not all(map(is_slug, rooms))):
        raise Invalid(f"`rooms` is null, or {MOST_ROOMS} slugs of rooms at most.", field="rooms")
    return {
        "pattern": _checked_pattern(pattern, match),
        "match": match,
        "in_body": "body" in where,
        "in_name": "name" in where,
        "action": action,
        "rooms": None if rooms is None else list(dict.fromkeys(rooms)),
    }


def _checked_pattern(pattern: str, match: str) -> str:
    if len(pattern) > PATTERN_CHARS:
        raise Invalid(f"A pattern has {PATTERN_CHARS} characters at most.", field="pattern")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in pattern):
        raise Invalid("The pattern has a character that cannot be stored.", field="pattern")
    if match == WordRule.Match.REGEX:
        if not pattern:
            raise Invalid("A pattern needs a character at least.", field="pattern")
        try:
            Pattern(0, pattern)
        except BadPattern as error:
            raise Invalid(f"This is no pattern of RE2: {error}.", field="pattern") from None
        return pattern
    pattern = " ".join(pattern.split())
    if not symbols(pattern).strip():
        raise Invalid("A pattern needs a letter or digit at least.", field="pattern")
    return pattern


def _number(rule_id: str) -> int:
    """The key of a row; that of none for what is no id of ours."""
    is_number = rule_id.isascii() and rule_id.isdecimal() and len(rule_id) < 20
    return int(rule_id) if is_number and int(rule_id) <= _MOST_ID else 0
