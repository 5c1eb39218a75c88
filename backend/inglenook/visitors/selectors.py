"""Reads about visitors."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from inglenook.sites.models import Member, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.trust import Trust, TrustRecord, TrustRules, trust_of


def team_names(site_id: int) -> list[str]:
    """The names of the site's team, which no visitor may have, nor one like them."""
    return list(Member.objects.filter(site_id=site_id).values_list("name", flat=True))


def site_name(site_id: int) -> str:
    return Site.objects.filter(pk=site_id).values_list("name", flat=True).first() or ""


def trust_of_visitor(visitor: Visitor, site: Site) -> Trust:
    """How far a visitor is trusted now."""
    rules = TrustRules(
        site.known_minutes, site.known_messages, site.trusted_days, site.trusted_messages
    )
    record = TrustRecord(visitor.trust_fixed, visitor.trust_since, visitor.trust_messages)
    return trust_of(record, rules, timezone.now())


def visitor_by_id(site_id: int, public_id: str) -> Visitor | None:
    """A visitor of this site who was not erased."""
    return Visitor.objects.filter(
        site_id=site_id, public_id=public_id, erased_at__isnull=True
    ).first()


def visitors_by_ids(site_id: int, public_ids: Iterable[str]) -> dict[str, Visitor]:
    """As `visitor_by_id` for many, in one query."""
    rows = Visitor.objects.filter(
        site_id=site_id, public_id__in=list(public_ids), erased_at__isnull=True
    )
    return {visitor.public_id: visitor for visitor in rows}
