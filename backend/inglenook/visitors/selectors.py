"""Reads about visitors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from inglenook.sites.models import Member, Site
from inglenook.visitors.models import Visitor

# Words by which visitors take somebody for the team, on every site.
STAFF_WORDS: Final = (
    "Admin",
    "Administrator",
    "Moderator",
    "Mod",
    "Owner",
    "Staff",
    "Support",
    "Support Team",
    "System",
    "Inglenook",
)


def team_names(site_id: int) -> tuple[str, ...]:
    """The names no visitor may have, nor one like them: the site's, its team's, and words such as "Moderator"."""
    members = Member.objects.filter(site_id=site_id).values_list("name", flat=True)
    site = Site.objects.filter(pk=site_id).values_list("name", flat=True)
    return (*STAFF_WORDS, *site, *members)


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
