"""The queue of Review: open reports and held messages in one order, the newest first.

A case is named by its kind and row: `r12` is a report, `h7` a held message. Two tables are read as
one list: each gives its rows below a place, and they are merged.

    place (at, kind, row) ─► reports below it ─┐
                             held below it    ─┴─► the newest of both, and the next place
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from msgspec import Struct

from inglenook.chat.held import held_messages
from inglenook.chat.models import HeldMessage, Report
from inglenook.chat.reports import reports_of_site
from inglenook.dashboard.access import SiteMembership
from inglenook.protocol.errors import NotFound
from inglenook.sites.models import Site

REPORT: Final = "r"
HELD: Final = "h"
ROWS: Final = 30
# A badge says "99+".
MOST_COUNTED: Final = 100
_SHOWN_AS: Final = {REPORT: "reported", HELD: "held"}
SHOWN: Final = ("open", "reported", "held", "done")
_NAME: Final = re.compile(r"[rh][0-9]{1,15}")
_SALT: Final = "inglenook.review"
_DECIDED: Final = (HeldMessage.State.APPROVED, HeldMessage.State.REJECTED)

Place = tuple[datetime, str, int]


class Case(Struct, frozen=True):
    """One thing to decide. `row` is a report or a held message."""

    kind: str
    row: Any
    at: datetime

    @property
    def name(self) -> str:
        return f"{self.kind}{self.row.pk}"

    @property
    def is_report(self) -> bool:
        return self.kind == REPORT

    @property
    def is_open(self) -> bool:
        state = Report.State.OPEN if self.is_report else HeldMessage.State.WAITING
        return bool(self.row.state == state)

    @property
    def place(self) -> Place:
        return self.at, self.kind, self.row.pk

    @property
    def is_by_visitor(self) -> bool:
        return str(self.row.author_id).startswith("v_")


class Queue(Struct, frozen=True):
    """`next` goes into the address of what is below; empty at the end."""

    cases: list[Case]
    next: str


class Counts(Struct, frozen=True):
    reported: int
    held: int

    @property
    def all(self) -> int:
        return self.reported + self.held


def queue_of(membership: SiteMembership, *, show: str, room: str = "", after: str = "") -> Queue:
    """A piece of what `show` names, of one room where that is given."""
    cases = _cases(membership, show, room, _read(after), size=ROWS + 1)
    has_more = len(cases) > ROWS
    cases = cases[:ROWS]
    return Queue(cases, _written(cases[-1].place) if has_more else "")


def case_of(membership: SiteMembership, name: str) -> Case:
    """Raises NotFound."""
    if not _NAME.fullmatch(name):
        raise NotFound("There is no such case here.")
    kind, pk = name[0], int(name[1:])
    rows = _reports(membership) if kind == REPORT else _all_held(membership)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such case here.")
    return _case(kind, found)


def neighbours(
    membership: SiteMembership, case: Case, *, show: str, room: str = ""
) -> tuple[Case | None, Case | None]:
    """The case before this one in the list, and the one after it."""
    newer = _cases(membership, show, room, case.place, size=1, is_newer=True)
    older = _cases(membership, show, room, case.place, size=1)
    return next(iter(newer), None), next(iter(older), None)


def place_of(
    membership: SiteMembership, case: Case, *, show: str, room: str = ""
) -> tuple[int, int] | None:
    """The case's number in the list, from 1 on, and how many the list has.

    None where the list does not show the case, or has MOST_COUNTED and more.
    """
    is_of_room = room in ("", case.row.room.slug)
    is_of_kind = show in ("open", "done", _SHOWN_AS[case.kind])
    if not (is_of_room and is_of_kind and case.is_open != (show == "done")):
        return None
    newer = every = 0
    for kind, column, rows in _sources(membership, show, room):
        counted = rows.order_by()[:MOST_COUNTED].aggregate(
            every=Count("pk"),
            newer=Count("pk", filter=_beyond(case.place, kind, column, is_newer=True)),
        )
        newer += counted["newer"]
        every += counted["every"]
    return (newer + 1, every) if every < MOST_COUNTED else None


def counts_of(membership: SiteMembership) -> Counts:
    """What is open, each up to MOST_COUNTED."""
    reported = _reports(membership).filter(state=Report.State.OPEN).order_by()
    held = held_messages(membership.site)
    return Counts(
        reported.values("pk")[:MOST_COUNTED].count(), held.values("pk")[:MOST_COUNTED].count()
    )


def waits(membership: SiteMembership) -> int:
    """The badge of Review."""
    return counts_of(membership).all


def calm_end(site: Site) -> datetime | None:
    """When the calm of a site ends; None where there is none."""
    return site.calm_until if site.calm_until and site.calm_until > timezone.now() else None


# --- the small steps


def _cases(
    membership: SiteMembership,
    show: str,
    room: str,
    place: Place | None,
    *,
    size: int,
    is_newer: bool = False,
) -> list[Case]:
    cases: list[Case] = []
    for kind, column, rows in _sources(membership, show, room):
        if place is not None:
            rows = rows.filter(_beyond(place, kind, column, is_newer=is_newer))
        order = (column, "pk") if is_newer else (f"-{column}", "-pk")
        cases += [_case(kind, row) for row in rows.order_by(*order)[:size]]
    # By kind where the moment is the same; `_beyond` says it in the same way.
    cases.sort(key=lambda case: case.place, reverse=not is_newer)
    return cases[:size]


def _sources(
    membership: SiteMembership, show: str, room: str
) -> list[tuple[str, str, QuerySet[Any]]]:
    reports, held = _reports(membership), _all_held(membership)
    if room:
        reports, held = reports.filter(room__slug=room), held.filter(room__slug=room)
    if show == "done":
        done = reports.exclude(state=Report.State.OPEN)
        return [
            (REPORT, "first_at", done),
            (HELD, "at", held.filter(state__in=_DECIDED)),
        ]
    found: list[tuple[str, str, QuerySet[Any]]] = []
    if show != "held":
        found.append((REPORT, "first_at", reports.filter(state=Report.State.OPEN)))
    if show != "reported":
        found.append((HELD, "at", held.filter(state=HeldMessage.State.WAITING)))
    return found


def _beyond(place: Place, kind: str, column: str, *, is_newer: bool) -> Q:
    at, other, pk = place
    sign = "gt" if is_newer else "lt"
    beyond = Q(**{f"{column}__{sign}": at})
    if kind == other:
        beyond |= Q(**{column: at, f"pk__{sign}": pk})
    elif (kind > other) == is_newer:
        beyond |= Q(**{column: at})
    return beyond


def _reports(membership: SiteMembership) -> QuerySet[Report]:
    return reports_of_site(membership.site, with_private=membership.participant.reads_private_rooms)


def _all_held(membership: SiteMembership) -> QuerySet[HeldMessage]:
    rows = HeldMessage.objects.filter(room__site=membership.site, room__gone=False)
    return rows.exclude(state=HeldMessage.State.SHADOW).select_related("room")


def _case(kind: str, row: Any) -> Case:
    return Case(kind, row, row.first_at if kind == REPORT else row.at)


def _written(place: Place) -> str:
    at, kind, pk = place
    return signing.dumps([at.isoformat(), kind, pk], salt=_SALT)


def _read(token: str) -> Place | None:
    """Signed, so that what is read is what was written."""
    try:
        at, kind, pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(at), kind, pk
