"""Word rules are made, changed, switched off and removed; each act is on record."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.moderation import word_rule_services as services
from inglenook.moderation.models import SwitchedOffRule, WordRule
from inglenook.moderation.word_rules import present_word_filter
from inglenook.protocol.errors import Forbidden, Invalid, NotFound, Quota
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import AuditEntry, Site

pytestmark = pytest.mark.django_db

KEY = Actor(kind="key", id="k_bot", name="Bot")


def version(site: Site) -> int:
    return Site.objects.get(pk=site.pk).access_version


def blocks(site: Site, text: str) -> bool:
    found = present_word_filter(site.pk).judge(text, "lobby")
    return found is not None and found.blocked_by is not None


def test_a_rule_holds_from_its_making_to_its_end(site: Site) -> None:
    before = version(site)
    rule = services.create_rule(site=site, pattern=" spam ", by=KEY)
    assert (rule.pattern, version(site)) == ("spam", before + 1)
    assert blocks(site, "spam")
    rule_id = str(rule.pk)
    services.change_rule(site=site, rule_id=rule_id, changes={"pattern": "eggs"}, by=KEY)
    assert blocks(site, "eggs")
    assert not blocks(site, "spam")
    services.change_rule(site=site, rule_id=rule_id, changes={"enabled": False}, by=KEY)
    assert not blocks(site, "eggs")
    services.remove_rule(site=site, rule_id=rule_id, by=KEY)
    assert version(site) == before + 4
    assert not WordRule.objects.exists()


def test_each_act_is_on_record_with_what_it_changed(site: Site) -> None:
    rule = services.create_rule(site=site, pattern="spam", by=KEY)
    rule_id = str(rule.pk)
    changes = {"action": "hold", "pattern": "spam"}
    services.change_rule(site=site, rule_id=rule_id, changes=changes, by=KEY)
    services.remove_rule(site=site, rule_id=rule_id, by=SYSTEM)
    entries = list(AuditEntry.objects.order_by("pk"))
    assert [entry.action for entry in entries] == [
        "word_rule.create",
        "word_rule.update",
        "word_rule.delete",
    ]
    assert [entry.actor for entry in entries] == [KEY, KEY, SYSTEM]
    assert {(entry.target_kind, entry.target_id) for entry in entries} == {("word_rule", rule_id)}
    assert (entries[1].before, entries[1].after) == ({"action": "block"}, {"action": "hold"})
    assert entries[2].before is not None
    assert entries[2].before["pattern"] == "spam"


def test_what_changes_nothing_is_no_act(site: Site) -> None:
    rule = services.create_rule(site=site, pattern="spam", by=KEY)
    before = version(site)
    changes = {"where": ["name", "body"], "enabled": True, "rooms": None}
    services.change_rule(site=site, rule_id=str(rule.pk), changes=changes, by=KEY)
    assert version(site) == before
    assert AuditEntry.objects.count() == 1


def test_the_instances_rule_stands_everywhere_until_a_site_switches_it_off(
    site: Site, other_site: Site
) -> None:
    before = version(site), version(other_site)
    rule = services.create_rule(site=None, pattern="spam", by=SYSTEM)
    assert (version(site), version(other_site)) == (before[0] + 1, before[1] + 1)
    assert blocks(site, "spam")
    rule_id = str(rule.pk)
    off = services.change_rule(site=site, rule_id=rule_id, changes={"enabled": False}, by=KEY)
    assert not services.is_enabled(off)
    assert not blocks(site, "spam")
    assert blocks(other_site, "spam")
    services.change_rule(site=site, rule_id=rule_id, changes={"enabled": False}, by=KEY)
    on = services.change_rule(site=site, rule_id=rule_id, changes={"enabled": True}, by=KEY)
    assert services.is_enabled(on)
    assert blocks(site, "spam")
    acts = list(AuditEntry.objects.filter(site=site).order_by("pk").values_list("action", "after"))
    assert [action for action, _ in acts] == [
        "word_rule.create",
        "word_rule.update",
        "word_rule.update",
    ]
    assert [after for _, after in acts[1:]] == [{"enabled": False}, {"enabled": True}]
    assert AuditEntry.objects.filter(site=other_site).count() == 1


def test_a_site_changes_nothing_else_about_the_instances(site: Site) -> None:
    rule_id = str(services.create_rule(site=None, pattern="spam", by=SYSTEM).pk)
    for changes in ({"pattern": "eggs"}, {"enabled": False, "action": "mask"}):
        with pytest.raises(Forbidden):
            services.change_rule(site=site, rule_id=rule_id, changes=changes, by=KEY)
    with pytest.raises(Forbidden):
        services.remove_rule(site=site, rule_id=rule_id, by=KEY)
    assert blocks(site, "spam")
    same = {"pattern": "spam", "enabled": False}
    services.change_rule(site=site, rule_id=rule_id, changes=same, by=KEY)
    assert not blocks(site, "spam")


def test_the_instances_is_removed_with_its_switches(site: Site) -> None:
    rule = services.create_rule(site=None, pattern="spam", by=SYSTEM)
    services.change_rule(site=site, rule_id=str(rule.pk), changes={"enabled": False}, by=KEY)
    services.remove_rule(site=None, rule_id=str(rule.pk), by=SYSTEM)
    assert not WordRule.objects.exists()
    assert not SwitchedOffRule.objects.exists()


def test_anothers_rule_is_not_there(site: Site, other_site: Site) -> None:
    theirs = services.create_rule(site=other_site, pattern="spam", by=SYSTEM)
    for rule_id in (str(theirs.pk), "0", "x", "", "9" * 19, "9" * 40, "²"):
        with pytest.raises(NotFound):
            services.change_rule(site=site, rule_id=rule_id, changes={"enabled": False}, by=KEY)
        with pytest.raises(NotFound):
            services.remove_rule(site=site, rule_id=rule_id, by=KEY)
        with pytest.raises(NotFound):
            services.remove_rule(site=None, rule_id=rule_id, by=SYSTEM)
    assert WordRule.objects.get().enabled


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("pattern", {"pattern": ""}),
        ("pattern", {"pattern": " … "}),
        ("pattern", {"pattern": "x" * 201}),
        ("pattern", {"pattern": "spam\0"}),
        ("pattern", {"pattern": "spam\ud800"}),
        ("pattern", {"pattern": "(", "match": "regex"}),
        ("pattern", {"pattern": "", "match": "regex"}),
        ("pattern", {"pattern": r"(\pL{200}){5}", "match": "regex"}),
        ("match", {"match": "glob"}),
        ("where", {"where": []}),
        ("where", {"where": ["body", "topic"]}),
        ("action", {"action": "shout"}),
        ("rooms", {"rooms": ["a room"]}),
        ("rooms", {"rooms": ["r"] * 201}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    site: Site, field: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        services.create_rule(site=site, **({"pattern": "spam"} | wrong), by=KEY)
    assert refused.value.field == field
    assert not WordRule.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_changed_rule_is_judged_whole(site: Site) -> None:
    rule = services.create_rule(site=site, pattern="(spam", by=KEY)
    with pytest.raises(Invalid) as refused:
        services.change_rule(site=site, rule_id=str(rule.pk), changes={"match": "regex"}, by=KEY)
    assert refused.value.field == "pattern"


def test_there_can_be_so_many_and_no_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_RULES", 1)
    services.create_rule(site=None, pattern="spam", by=SYSTEM)
    services.create_rule(site=site, pattern="spam", by=KEY)
    for where in (site, None):
        with pytest.raises(Quota):
            services.create_rule(site=where, pattern="eggs", by=KEY)


def test_a_member_needs_a_role_that_changes_rules(site: Site) -> None:
    rule = services.create_rule(site=site, pattern="spam", by=KEY)
    member = Actor(kind="member", id="m_nobody", name="Nobody")
    for act in (
        lambda: services.create_rule(site=site, pattern="eggs", by=member),
        lambda: services.change_rule(
            site=site, rule_id=str(rule.pk), changes={"enabled": False}, by=member
        ),
        lambda: services.remove_rule(site=site, rule_id=str(rule.pk), by=member),
    ):
        with pytest.raises(Forbidden):
            act()
    assert list(WordRule.objects.values_list("pattern", "enabled")) == [("spam", True)]
