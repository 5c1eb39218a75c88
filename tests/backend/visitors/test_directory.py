"""Who of the team may change, export and erase a visitor, and that SQL and code trust alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inglenook.jobs.erasure import erase
from inglenook.protocol.errors import Forbidden
from inglenook.sites.actors import Actor
from inglenook.sites.models import Account, Member, Site
from inglenook.visitors.directory import change_visitor, export_visitor, found_visitors
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

Act = Callable[[Visitor, Actor], object]
ACTS: dict[str, tuple[Act, set[str]]] = {
    "note": (
        lambda who, by: change_visitor(
            site=who.site, visitor_id=who.public_id, changes={"note": "Hm"}, by=by
        ),
        {"moderator", "manager", "owner"},
    ),
    "trust": (
        lambda who, by: change_visitor(
            site=who.site, visitor_id=who.public_id, changes={"trust": "known"}, by=by
        ),
        {"manager", "owner"},
    ),
    "export": (
        lambda who, by: export_visitor(site=who.site, visitor_id=who.public_id, by=by),
        {"manager", "owner"},
    ),
    "erase": (
        lambda who, by: erase(site=who.site, visitor_id=who.public_id, by=by),
        {"manager", "owner"},
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Member.Role.values)
@pytest.mark.parametrize("name", ACTS)
def test_a_role_may_what_the_table_says(
    site: Site, visitor: Visitor, moderator: Account, role: str, name: str
) -> None:
    Member.objects.filter(site=site, account=moderator).update(role=role)
    member = Member.objects.get(site=site, account=moderator)
    by = Actor(kind="member", id=member.public_id, name=member.name)
    act, allowed = ACTS[name]
    if role in allowed:
        act(visitor, by)
    else:
        with pytest.raises(Forbidden):
            act(visitor, by)


class TestTrust(TestCase):
    """One rule, written twice."""

    @given(
        fixed=st.sampled_from(["", "new", "known", "trusted"]),
        minutes=st.none() | st.integers(-100, 20_000),
        messages=st.integers(0, 60),
        days=st.sampled_from([0, 1, 7]),
    )
    def test_a_list_by_trust_has_those_whom_the_rule_trusts(
        self, fixed: str, minutes: int | None, messages: int, days: int
    ) -> None:
        site = Site.objects.create(name="Shop", trusted_days=days)
        since = None if minutes is None else timezone.now() - timedelta(minutes=minutes, seconds=30)
        visitor = Visitor.objects.create(
            site=site, name="A", trust_fixed=fixed, trust_since=since, trust_messages=messages
        )
        lists = {
            level
            for level in Visitor.Trust.values
            if found_visitors(site, query=None, trust=level).exists()
        }
        assert lists == {trust_of_visitor(visitor, site)}
