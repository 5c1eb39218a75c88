"""The list of people: a piece of it, with what the team decided about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.keyset import page_after
from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import in_force, sanctions_in_force
from inglenook.visitors.directory import QUERY_CHARS, found_visitors
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

SHOWN: Final[dict[str, Promise]] = {
    "all": _("All"),
    "new": _("New"),
    "known": _("Known"),
    "trusted": _("Trusted"),
    "sanctioned": _("Muted or banned"),
}


class PersonLine(Struct, frozen=True):
    visitor: Visitor
    trust: str
    sanctions: Sequence[Sanction]


class People(Struct, frozen=True):
    """`next` leads on to the next piece; empty at the end."""

    lines: list[PersonLine]
    next: str


def shown_of(asked: str) -> str:
    return asked if asked in SHOWN else "all"


def people_of(membership: SiteMembership, *, query: str, show: str, after: str) -> People:
    """The newest first. A query that nobody's name can have finds nobody."""
    site = membership.site
    if query and not query.isprintable():
        return People([], "")
    is_trust = show in Visitor.Trust.values
    rows: QuerySet[Visitor] = found_visitors(
        site, query=query[:QUERY_CHARS] or None, trust=show if is_trust else None
    )
    if show == "sanctioned":
        rows = rows.filter(public_id__in=in_force(site.pk).values("visitor_id"))
    found = page_after(rows, ("-id",), after)
    by_visitor: dict[str, list[Sanction]] = {}
    for sanction in sanctions_in_force(site.pk, [row.public_id for row in found.items]):
        by_visitor.setdefault(sanction.visitor_id, []).append(sanction)
    lines = [
        PersonLine(row, trust_of_visitor(row, site), by_visitor.get(row.public_id, ()))
        for row in found.items
    ]
    return People(lines, found.next)
