"""The facts of one person: figures, what is in force, and what may be done about them."""

from __future__ import annotations

from typing import IO, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.chat import people
from inglenook.chat.erasing import rooms_of
from inglenook.chat.models import Message, Report, ReportEntry, Room
from inglenook.chat.person_copy import TeamsPart, person_copy
from inglenook.chat.selectors import timestamp
from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.people.said import Said, said_by
from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import sanctions_in_force
from inglenook.sites.roles import Action, may
from inglenook.visitors.directory import export_visitor
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

# Mildest first.
SANCTIONS: Final[tuple[tuple[str, str, Promise, str], ...]] = (
    ("mute", "mute", _("Mute…"), "plain"),
    ("shadow", "ignore", _("Show it to nobody else…"), "plain"),
)


class Figures(Struct, frozen=True):
    """`reported` counts the reports about them, `reports` those that they made."""

    messages: int
    deleted: int
    reported: int
    reports: int


class PersonFacts(Struct, frozen=True, kw_only=True):
    visitor: Visitor
    trust: str
    figures: Figures
    said: Said
    sanctions: list[Sanction]
    # The short name of their private line, where there is one that this role may read.
    line: str


def facts_of(membership: SiteMembership, visitor: Visitor) -> PersonFacts:
    return PersonFacts(
        visitor=visitor,
        trust=trust_of_visitor(visitor, membership.site),
        figures=_figures(visitor),
        said=said_by(membership, visitor),
        sanctions=sanctions_in_force(membership.site.pk, [visitor.public_id]),
        line=_line_of(membership, visitor),
    )


def _line_of(membership: SiteMembership, visitor: Visitor) -> str:
    if not may(membership.member.role, Action.INBOX):
        return ""
    lines = Room.objects.filter(site=membership.site, visitor=visitor, kind=Room.Kind.PRIVATE)
    return lines.filter(gone=False).order_by("pk").values_list("slug", flat=True).first() or ""


def export_file(membership: SiteMembership, visitor_id: str) -> IO[bytes]:
    """Everything that is stored of a person, for a file; which is on record then.

    Whoever asked closes it.
    """
    site = membership.site
    visitor = export_visitor(site=site, visitor_id=visitor_id, by=membership.actor)
    sanctions = Sanction.objects.filter(site=site, visitor_id=visitor_id).order_by("pk")
    part = TeamsPart(
        facts={"trust": trust_of_visitor(visitor, site), "note": visitor.note},
        sanctions=[
            {
                "kind": row.kind,
                "scope": row.scope,
                "reason": row.reason,
                "created_at": timestamp(row.created_at),
                "until": timestamp(row.until) if row.until else None,
                "lifted_at": timestamp(row.lifted_at) if row.lifted_at else None,
            }
            for row in sanctions
        ],
        has_private=may(membership.member.role, Action.INBOX),
    )
    return person_copy(visitor, team=part)


def _figures(visitor: Visitor) -> Figures:
    rooms = rooms_of(visitor).filter(gone=False)
    who = visitor.public_id
    deleted = Message.objects.filter(room__in=rooms, author_id=who, deleted__isnull=False)
    return Figures(
        messages=people.message_counts([visitor]).get(who, 0),
        deleted=deleted.count(),
        reported=Report.objects.filter(room__in=rooms, author_id=who).count(),
        reports=ReportEntry.objects.filter(report__room__in=rooms, reporter_id=who).count(),
    )
