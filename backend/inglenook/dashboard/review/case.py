"""What a case needs to be decided: the message in its place, who reported it, and the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.chat.models import Message, Report, ReportEntry
from inglenook.chat.people import message_counts
from inglenook.chat.room_view import row_of
from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.review.queue import Case
from inglenook.dashboard.rooms import stream
from inglenook.dashboard.rooms.stream import HeldLine, Line, Look
from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import sanctions_in_force
from inglenook.visitors.models import Visitor
from inglenook.visitors.selectors import trust_of_visitor

BEFORE: Final = 3
AFTER: Final = 2
REASONS: Final[dict[str, Promise]] = {
    ReportEntry.Reason.SPAM: _("advert"),
    ReportEntry.Reason.ABUSE: _("unkind"),
    ReportEntry.Reason.PERSONAL: _("personal facts"),
    ReportEntry.Reason.ILLEGAL: _("against the law"),
    ReportEntry.Reason.OTHER: _("other"),
}
MOST_REPORTERS: Final = 20


class Reporter(Struct, frozen=True):
    id: str
    name: str
    reason: str | Promise
    note: str


class Person(Struct, frozen=True, kw_only=True):
    """Who wrote it. `before` counts all sanctions there have been."""

    visitor: Visitor
    trust: str
    messages: int
    before: int
    sanctions: list[Sanction]


class Facts(Struct, frozen=True, kw_only=True):
    """`lines` are the messages around; `is_it` in the template compares with `seq` or the id."""

    lines: list[Line | HeldLine]
    seq: int | None
    reporters: list[Reporter]
    person: Person | None
    # As it was reported, where it is another now.
    text_then: str


def facts_of(membership: SiteMembership, case: Case) -> Facts:
    messages = _messages_around(case)
    rows = [row_of(message, membership.participant) for message in messages]
    room, site = case.row.room, membership.site
    held = [] if case.is_report else [case.row.pk]
    lines = stream.lines_of(room, site, rows, Look(), held=held)
    seq = case.row.seq if case.is_report else None
    now = next((message.body for message in messages if message.seq == seq), None)
    return Facts(
        lines=lines,
        seq=seq,
        reporters=_reporters(membership, case.row) if case.is_report else [],
        person=_person(membership, case.row.author_id),
        text_then=case.row.body if case.is_report and now != case.row.body else "",
    )


def _messages_around(case: Case) -> list[Message]:
    rows = Message.objects.filter(room=case.row.room)
    if case.is_report:
        seq = case.row.seq
        return [
            *_last(rows.filter(seq__lt=seq), BEFORE),
            *rows.filter(seq__gte=seq).order_by("seq")[: AFTER + 1],
        ]
    at = case.row.at
    return [
        *_last(rows.filter(at__lte=at), BEFORE),
        *rows.filter(at__gt=at).order_by("seq")[:AFTER],
    ]


def _last(rows: QuerySet[Message], number: int) -> Sequence[Message]:
    return list(rows.order_by("-seq")[:number])[::-1]


def _reporters(membership: SiteMembership, report: Report) -> list[Reporter]:
    entries = sorted(report.entries.all(), key=lambda entry: entry.pk)[:MOST_REPORTERS]
    ids = [entry.reporter_id for entry in entries]
    people = Visitor.objects.filter(site=membership.site, public_id__in=ids)
    names = dict(people.values_list("public_id", "name"))
    return [
        Reporter(
            entry.reporter_id,
            names.get(entry.reporter_id, ""),
            REASONS.get(entry.reason, entry.reason),
            entry.note,
        )
        for entry in entries
    ]


def _person(membership: SiteMembership, visitor_id: str) -> Person | None:
    people = Visitor.objects.filter(site=membership.site, erased_at=None)
    visitor = people.filter(public_id=visitor_id).first()
    if visitor is None:
        return None
    sanctions = Sanction.objects.filter(site=membership.site, visitor_id=visitor_id)
    return Person(
        visitor=visitor,
        trust=trust_of_visitor(visitor, membership.site),
        messages=message_counts([visitor]).get(visitor_id, 0),
        before=sanctions.count(),
        sanctions=sanctions_in_force(membership.site.pk, [visitor_id]),
    )
