"""`inglenook rules …`"""

from __future__ import annotations

import pytest

from inglenook.cli.commands import rules as words
from inglenook.moderation.models import WordRule
from inglenook.moderation.word_rule_services import WHERE, create_rule
from inglenook.moderation.word_rules import present_word_filter
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import AuditEntry, Site
from tests.backend.cli.conftest import Command


def test_a_rule_stands_on_every_site_until_it_is_removed(
    command: Command, site: Site, other_site: Site
) -> None:
    made = command("rules", "add", "--pattern", "badword", "--action", "mask", "--json").json
    assert (made["pattern"], made["match"], made["action"]) == ("badword", "word", "mask")
    assert (made["where"], made["instance"], made["enabled"]) == (["body", "name"], True, True)
    for each in (site, other_site):
        found = present_word_filter(each.pk).judge("a b4dword", "lobby")
        assert found is not None
        assert found.body == "a •••••••"
        assert AuditEntry.objects.get(site=each).actor == SYSTEM
    assert command("rules", "list", "--json").json == {"rules": [made]}
    assert command("rules", "remove", "--rule", made["id"], "--json").json["removed"] is True
    assert present_word_filter(site.pk).judge("badword", "lobby") is None


def test_it_can_be_for_names_alone_and_a_pattern(command: Command) -> None:
    options = ("--match", "regex", "--where", "name")
    made = command("rules", "add", "--pattern", "^bot[0-9]+$", *options, "--json").json
    assert (made["match"], made["where"]) == ("regex", ["name"])


def test_people_see_the_rules_of_the_instance_and_no_sites(command: Command, site: Site) -> None:
    create_rule(site=site, pattern="secretword", by=SYSTEM)
    assert "inglenook rules add" in command("rules", "list").out
    told = command("rules", "add", "--pattern", "badword").out
    rule = WordRule.objects.get(site=None)
    assert f"Rule {rule.pk}" in told
    shown = command("rules", "list").out
    assert "badword" in shown
    assert "secretword" not in shown


@pytest.mark.parametrize("pattern", ["…", "x" * 201])
def test_a_pattern_that_cannot_be_is_refused(command: Command, pattern: str) -> None:
    assert "pattern" in command("rules", "add", "--pattern", pattern).refused()
    assert not WordRule.objects.exists()


def test_a_pattern_that_re2_refuses_says_why(command: Command) -> None:
    refused = command("rules", "add", "--pattern", "(", "--match", "regex").refused()
    assert "missing )" in refused


def test_a_sites_own_rule_is_not_the_instances_to_remove(command: Command, site: Site) -> None:
    rule = create_rule(site=site, pattern="spam", by=SYSTEM)
    for rule_id in (str(rule.pk), "99", "x"):
        assert "no such word rule" in command("rules", "remove", "--rule", rule_id).refused()
    assert WordRule.objects.exists()


def test_the_words_are_those_of_the_product() -> None:
    assert list(words.MATCHES) == WordRule.Match.values
    assert list(words.ACTIONS) == WordRule.Action.values
    assert words.PLACES == WHERE
