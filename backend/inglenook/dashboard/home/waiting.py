"""What waits for the team of each site: people in private rooms, reports, held messages.

Each count is one query however many sites and rooms there are, and only of sites where the member's
role lets them do something about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from msgspec import Struct

from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.sites.models import Member
from inglenook.sites.roles import Action, may
from inglenook.visitors.participants import TEAM_ROLES


class Waiting(Struct, frozen=True, kw_only=True):
    """`people` have written in private rooms and got no answer, the first of them `since`.

    Nobody of the team has ever written to `new` of them.
    """

    people: int = 0
    new: int = 0
    since: datetime | None = None
    reports: int = 0
    held: int = 0

    @property
    def to_review(self) -> int:
        return self.reports + self.held

    @property
    def everything(self) -> int:
        return self.people + self.to_review


def waiting_by_site(members: Sequence[Member]) -> dict[int, Waiting]:
    """By site, for the sites that these memberships are of."""
    people: dict[int, dict[str, Any]] = {
        row["site_id"]: row
        for row in waiting_rooms(_sites(members, Action.INBOX))
        .values("site_id")
        .annotate(number=Count("pk"), new=Count("pk", filter=Q(answered=0)), first=Min("since"))
        .order_by()
    }
    reports = _by_site(
        Report.objects.filter(
            room__site_id__in=_sites(members, Action.HANDLE_REPORTS),
            room__gone=False,
            state=Report.State.OPEN,
        )
    )
    held = _by_site(
        HeldMessage.objects.filter(
            room__site_id__in=_sites(members, Action.APPROVE),
            room__gone=False,
            state=HeldMessage.State.WAITING,
        )
    )
    return {
        member.site_id: Waiting(
            people=people.get(member.site_id, {}).get("number", 0),
            new=people.get(member.site_id, {}).get("new", 0),
            since=people.get(member.site_id, {}).get("first"),
            reports=reports.get(member.site_id, 0),
            held=held.get(member.site_id, 0),
        )
        for member in members
    }


def waiting_rooms(site_ids: Sequence[int]) -> QuerySet[Any]:
    """Private rooms whose visitor got no answer yet.

    `since` is when the visitor first wrote after the team's last message.
    """
    rooms = Room.objects.filter(site_id__in=site_ids, kind=Room.Kind.PRIVATE, gone=False)
    return with_since(rooms.filter(archived=False)).filter(since__isnull=False)


def with_since(rooms: QuerySet[Room]) -> QuerySet[Any]:
    """`since`: when the visitor first wrote after the team's last message; None: nobody waits."""
    messages = Message.objects.filter(room=OuterRef("pk"))
    answers = messages.filter(author_role__in=TEAM_ROLES).order_by("-seq")
    unanswered = messages.filter(
        author_role="visitor", deleted=None, seq__gt=OuterRef("answered")
    ).order_by("seq")
    answered = Coalesce(Subquery(answers.values("seq")[:1]), 0)
    return rooms.annotate(answered=answered).annotate(since=Subquery(unanswered.values("at")[:1]))


def _sites(members: Sequence[Member], action: Action) -> list[int]:
    return [member.site_id for member in members if may(member.role, action)]


def _by_site(rows: QuerySet[Any]) -> dict[int, int]:
    counted: Any = rows.values_list("room__site_id").annotate(Count("pk")).order_by()
    return dict(counted)
