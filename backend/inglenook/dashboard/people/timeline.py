"""What happened to one person, as one list: messages, reports and decisions, the newest first.

Each kind of row is asked for a piece at a time, below the same place; then they are put in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from msgspec import Struct

from inglenook.chat.body_html import plain_text
from inglenook.chat.erasing import rooms_of
from inglenook.chat.models import Message, ReportEntry, Room
from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.keyset import place_token, read_place
from inglenook.dashboard.review.case import REASONS
from inglenook.moderation.models import Sanction
from inglenook.sites.models import AuditEntry
from inglenook.visitors.models import Visitor

ROWS: Final = 30
Show = Literal["all", "messages", "decisions"]
SHOWS: Final[tuple[Show, ...]] = ("all", "messages", "decisions")
# What the record says of a person beside their sanctions, which have rows of their own.
RECORDED: Final = (
    *("visitor.update", "visitor.delete_messages", "visitor.undo_deletion"),
    *("visitor.export", "visitor.end_tokens"),
)


class Happening(Struct, frozen=True, kw_only=True):
    """`what` names the sentence in `_happening.html`; `place` is where the list goes on below."""

    at: datetime
    what: str
    row: Any
    by: str = ""
    text: str = ""
    reason: str | Promise = ""
    place: tuple[datetime, int, int]


class Timeline(Struct, frozen=True):
    items: list[Happening]
    next: str


class _Kind(Struct, frozen=True):
    """One kind of row: its rows, the column of their moment, and what is shown of one."""

    rows: QuerySet[Any]
    column: str
    show: Callable[[Any], dict[str, Any]]


def timeline_of(
    membership: SiteMembership, visitor: Visitor, *, show: str = "all", after: str = ""
) -> Timeline:
    kinds = dict(enumerate(_kinds(membership, visitor, show)))
    place = _place(after)
    found = sorted(
        (each for number, kind in kinds.items() for each in _below(kind, number, place)),
        key=lambda each: each.place,
        reverse=True,
    )
    items = found[:ROWS]
    return Timeline(items, place_token(list(items[-1].place)) if len(found) > ROWS else "")


def _kinds(membership: SiteMembership, visitor: Visitor, show: str) -> Iterator[_Kind]:
    """What the role may know. A kind keeps its number from page to page."""
    rooms = rooms_of(visitor).filter(gone=False)
    if not membership.may["inbox"]:
        rooms = rooms.exclude(kind=Room.Kind.PRIVATE)
    who = visitor.public_id
    if show != "decisions":
        written = Message.objects.filter(room__in=rooms, author_id=who).select_related("room")
        yield _Kind(written, "at", _message)
    if show == "all" and membership.may["handle_reports"]:
        reports = ReportEntry.objects.filter(report__room__in=rooms, report__author_id=who)
        yield _Kind(reports.select_related("report__room"), "at", _report)
    if show != "messages" and membership.may["sanction"]:
        sanctions = Sanction.objects.filter(site=membership.site, visitor_id=who)
        yield _Kind(sanctions, "created_at", _sanction)
        yield _Kind(sanctions.exclude(lifted_at=None), "lifted_at", _lifted)
        recorded = AuditEntry.objects.filter(
            site=membership.site, target_kind="visitor", target_id=who, action__in=RECORDED
        )
        yield _Kind(recorded, "at", _recorded)


def _below(kind: _Kind, number: int, place: tuple[datetime, int, int] | None) -> list[Happening]:
    rows = kind.rows
    if place is not None:
        at, at_kind, pk = place
        below = Q(**{f"{kind.column}__lt": at})
        if number < at_kind:
            below |= Q(**{kind.column: at})
        elif number == at_kind:
            below |= Q(**{kind.column: at}, pk__lt=pk)
        rows = rows.filter(below)
    found = rows.order_by(f"-{kind.column}", "-pk")[: ROWS + 1]
    return [
        Happening(at=at, row=row, place=(at, number, row.pk), **kind.show(row))
        for row in found
        for at in (getattr(row, kind.column),)
    ]


def _place(token: str) -> tuple[datetime, int, int] | None:
    read = read_place(token, 3)
    return (datetime.fromisoformat(read[0]), read[1], read[2]) if read else None


def _message(row: Message) -> dict[str, Any]:
    if row.deleted is not None:
        return {"what": "deleted_message"}
    return {"what": "message", "text": plain_text(row.body, row.entities)}


def _report(row: ReportEntry) -> dict[str, Any]:
    reason = REASONS.get(row.reason, row.reason)
    return {"what": "report", "reason": reason, "text": row.note}


def _sanction(row: Sanction) -> dict[str, Any]:
    return {"what": row.kind, "by": row.made_by.name if row.made_by else "", "text": row.reason}


def _lifted(row: Sanction) -> dict[str, Any]:
    return {"what": "lifted", "by": row.lifted_by.name if row.lifted_by else ""}


def _recorded(row: AuditEntry) -> dict[str, Any]:
    return {"what": row.action.removeprefix("visitor."), "by": row.actor_name}
