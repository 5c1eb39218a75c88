"""A site's rules are read when they changed, and not for each message."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.moderation.models import SwitchedOffRule, WordRule
from inglenook.moderation.word_rules import present_word_filter, word_filter
from inglenook.sites.models import Site

pytestmark = pytest.mark.django_db


def blocked_by(site: Site, version: int, text: str) -> int | None:
    found = word_filter(site.pk, version).judge(text, "lobby")
    return found.blocked_by if found else None


def test_a_version_costs_one_query_and_then_none(
    site: Site, django_assert_num_queries: Any
) -> None:
    rule = WordRule.objects.create(site=site, pattern="spam")
    with django_assert_num_queries(1):
        assert blocked_by(site, 7, "spam") == rule.pk
    with django_assert_num_queries(0):
        assert blocked_by(site, 7, "spam") == rule.pk
        assert blocked_by(site, 7, "ham") is None


def test_another_version_is_read_again(site: Site) -> None:
    rule = WordRule.objects.create(site=site, pattern="spam")
    assert blocked_by(site, 1, "spam") == rule.pk
    rule.delete()
    assert blocked_by(site, 2, "spam") is None


def test_who_has_no_version_asks_for_it(site: Site) -> None:
    rule = WordRule.objects.create(site=site, pattern="spam")
    assert present_word_filter(site.pk).rule_against_name("spam") == rule.pk


def test_rules_of_the_site_and_of_the_instance_and_of_no_other(
    site: Site, other_site: Site
) -> None:
    mine = WordRule.objects.create(site=site, pattern="mine")
    WordRule.objects.create(site=other_site, pattern="theirs")
    everywhere = WordRule.objects.create(site=None, pattern="everywhere")
    assert blocked_by(site, 1, "mine") == mine.pk
    assert blocked_by(site, 1, "theirs") is None
    assert blocked_by(site, 1, "everywhere") == everywhere.pk


def test_what_is_switched_off_finds_nothing_there(site: Site, other_site: Site) -> None:
    WordRule.objects.create(site=site, pattern="mine", enabled=False)
    everywhere = WordRule.objects.create(site=None, pattern="everywhere")
    SwitchedOffRule.objects.create(site=site, rule=everywhere)
    assert blocked_by(site, 1, "mine everywhere") is None
    assert blocked_by(other_site, 1, "everywhere") == everywhere.pk
