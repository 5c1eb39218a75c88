"""The word rules of a site, ready to judge with; from the memory of the process.

    version of the site ─► the filter of that version ─► judge(body, room), rule_against_name(name)
          moved: read again, and made ready again only where the rules are others

Every change of rules moves the site's access version, those of the instance the version of every
site. So whoever reads the version with what they judge (`chat/posting/store.py` in its look-up)
never judges by old rules, in whatever process they were changed, and a site without a change costs
no query.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Final, cast

from cachetools import LRUCache
from django.db.models import Q

from inglenook.moderation.filters.words import (
    NO_RULES,
    MatchKind,
    Rule,
    RuleAction,
    WordFilter,
)
from inglenook.moderation.models import WordRule
from inglenook.sites.models import Site

# Filters that stay ready. One of 2,000 rules takes some megabytes; most sites have none.
CACHED_SITES: Final = 1000
_CACHED_FILTERS: Final = 32

_lock = threading.Lock()
_filters: LRUCache[int, tuple[int, WordFilter]] = LRUCache(CACHED_SITES)


def word_filter(site_id: int, version: int) -> WordFilter:
    """The filter of a site whose access version is `version`.

    It asks the database only where the version is another than the last time.
    """
    with _lock:
        known = _filters.get(site_id)
    if known is not None and known[0] == version:
        return known[1]
    ready = _filter_of(_rules_in_force(site_id))
    with _lock:
        _filters[site_id] = (version, ready)
    return ready


def present_word_filter(site_id: int) -> WordFilter:
    """As `word_filter`, for a caller who has not read the version."""
    version = Site.objects.values_list("access_version", flat=True).get(pk=site_id)
    return word_filter(site_id, version)


def forget_word_filters() -> None:
    """For tests: a database that was rolled back counts its versions anew."""
    with _lock:
        _filters.clear()


def _rules_in_force(site_id: int) -> tuple[Rule, ...]:
    """The site's own and the instance's, in one query, without what is switched off."""
    rows = WordRule.objects.filter(Q(site_id=site_id) | Q(site_id=None), enabled=True)
    rows = rows.exclude(switched_off__site_id=site_id).order_by("pk")
    return tuple(
        Rule(
            id=row.pk,
            pattern=row.pattern,
            match=cast(MatchKind, row.match),
            action=cast(RuleAction, row.action),
            in_body=row.in_body,
            in_name=row.in_name,
            rooms=None if row.rooms is None else tuple(row.rooms),
            is_instance=row.site_id is None,
        )
        for row in rows
    )


@lru_cache(_CACHED_FILTERS)
def _filter_of(rules: tuple[Rule, ...]) -> WordFilter:
    """Sites with the same rules share a filter, and a ban makes none ready again."""
    return WordFilter(rules) if rules else NO_RULES
