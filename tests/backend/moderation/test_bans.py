"""A ban shuts one visitor out of one site, for a time or for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inglenook.moderation import selectors, services
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites.models import Account, Site
from inglenook.visitors.models import Visitor

pytestmark = pytest.mark.django_db


def test_a_banned_visitor_is_banned_until_let_in_again(
    site: Site, visitor: Visitor, other_visitor: Visitor, owner: Account
) -> None:
    before = Site.objects.get(pk=site.pk).access_version
    ban = services.ban_visitor(site=site, visitor_id=visitor.public_id, reason=" spam\n", by=owner)
    assert selectors.active_ban(site.pk, visitor.public_id) == ban
    assert (ban.reason, ban.created_by) == ("spam", owner)
    assert selectors.active_ban(site.pk, other_visitor.public_id) is None
    assert services.unban_visitor(site=site, visitor_id=visitor.public_id)
    assert selectors.active_ban(site.pk, visitor.public_id) is None
    assert Site.objects.get(pk=site.pk).access_version == before + 2


def test_a_ban_ends_by_itself(site: Site, visitor: Visitor) -> None:
    end = timezone.now() + timedelta(hours=1)
    services.ban_visitor(site=site, visitor_id=visitor.public_id, until=end)
    with time_machine.travel(end - timedelta(seconds=5)):
        assert selectors.active_ban(site.pk, visitor.public_id)
    with time_machine.travel(end + timedelta(seconds=5)):
        assert selectors.active_ban(site.pk, visitor.public_id) is None
        assert not services.unban_visitor(site=site, visitor_id=visitor.public_id)


def test_a_second_ban_replaces_the_first(site: Site, visitor: Visitor) -> None:
    services.ban_visitor(site=site, visitor_id=visitor.public_id)
    end = timezone.now() + timedelta(hours=1)
    services.ban_visitor(site=site, visitor_id=visitor.public_id, until=end)
    ban = selectors.active_ban(site.pk, visitor.public_id)
    assert ban is not None
    assert ban.until == end
    assert Sanction.objects.filter(lifted_at__isnull=True).count() == 1


def test_a_visitor_of_another_site_cannot_be_banned_here(
    site: Site, foreign_visitor: Visitor
) -> None:
    with pytest.raises(NotFound):
        services.ban_visitor(site=site, visitor_id=foreign_visitor.public_id)


def test_a_ban_cannot_end_before_it_starts_or_tell_a_novel(site: Site, visitor: Visitor) -> None:
    with pytest.raises(Invalid) as refused:
        services.ban_visitor(site=site, visitor_id=visitor.public_id, until=timezone.now())
    assert refused.value.field == "until"
    with pytest.raises(Invalid) as refused:
        services.ban_visitor(site=site, visitor_id=visitor.public_id, reason="x" * 201)
    assert refused.value.field == "reason"


def test_letting_in_somebody_who_was_not_banned_changes_nothing(
    site: Site, visitor: Visitor
) -> None:
    before = Site.objects.get(pk=site.pk).access_version
    assert not services.unban_visitor(site=site, visitor_id=visitor.public_id)
    assert Site.objects.get(pk=site.pk).access_version == before


def test_where_somebody_is_muted_and_banned_the_ban_counts(
    site: Site, visitor: Visitor, other_visitor: Visitor
) -> None:
    for person in (visitor, other_visitor):
        Sanction.objects.create(site=site, visitor_id=person.public_id, kind=Sanction.Kind.MUTE)
    ban = services.ban_visitor(site=site, visitor_id=visitor.public_id)
    Sanction.objects.create(site=site, visitor_id=visitor.public_id, kind=Sanction.Kind.MUTE)
    found = selectors.active_sanctions(site.pk)
    assert found[visitor.public_id] == ban
    assert found[other_visitor.public_id].kind == Sanction.Kind.MUTE
    assert selectors.is_muted(site.pk, other_visitor.public_id)


def test_of_many_only_who_is_banned_here_and_now_is_named(
    site: Site, other_site: Site, visitor: Visitor
) -> None:
    now = timezone.now()
    sanctions: dict[str, dict[str, object]] = {
        "v_for_good": {},
        "v_for_an_hour": {"until": now + timedelta(hours=1)},
        "v_until_just_now": {"until": now - timedelta(seconds=1)},
        "v_let_in_again": {"lifted_at": now},
        "v_muted": {"kind": Sanction.Kind.MUTE},
        "v_elsewhere": {"site": other_site},
        "v_not_asked_for": {},
    }
    for visitor_id, fields in sanctions.items():
        named: Any = {"site": site, "kind": Sanction.Kind.BAN, **fields}
        Sanction.objects.create(visitor_id=visitor_id, **named)
    asked = {visitor.public_id, *sanctions} - {"v_not_asked_for"}
    assert selectors.banned_among(site.pk, asked) == {"v_for_good", "v_for_an_hour"}
    assert selectors.banned_among(site.pk, ()) == set()
