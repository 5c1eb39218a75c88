"""The private lines of a site: who wrote last, what, and since when somebody waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from msgspec import Struct

from inglenook.chat.body_html import plain_text
from inglenook.chat.models import Message, ReadMark, Room
from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.home.waiting import waiting_rooms, with_since
from inglenook.dashboard.keyset import page_after
from inglenook.dashboard.times import shortly_ago
from inglenook.sites.roles import Action, may
from inglenook.visitors.participants import TEAM_ROLES

# New: they wait, and nobody of the team has ever answered them.
SHOWS: Final = ("waiting", "new", "all")
# After so long an answer is late.
LATE: Final = timedelta(minutes=10)


class Line(Struct, frozen=True, kw_only=True):
    """`unread` counts what the visitor wrote above the mark of whoever of the team read most."""

    room: Room
    at: datetime
    text: str
    is_own: bool
    unread: int
    since: datetime | None

    @property
    def waits(self) -> str:
        """How long, a minute at least; empty where nobody waits."""
        now = timezone.now()
        return shortly_ago(min(self.since, now - timedelta(minutes=1)), now) if self.since else ""

    @property
    def is_late(self) -> bool:
        return self.since is not None and timezone.now() - self.since >= LATE


class Lines(Struct, frozen=True):
    items: list[Line]
    next: str


def people_waiting(membership: SiteMembership) -> int:
    """For the rail."""
    if not may(membership.member.role, Action.INBOX):
        return 0
    return waiting_rooms([membership.site.pk]).count()


def lines_of(membership: SiteMembership, *, show: str, after: str) -> Lines:
    """Those with the newest message first. The queries are as many for every number of lines."""
    rooms = _rooms(membership)
    if show != "all":
        rooms = rooms.filter(since__isnull=False)
    if show == "new":
        rooms = rooms.filter(answered=0)
    found = page_after(rooms, ("-last_at", "-id"), after)
    messages = _last_messages([room.last_pk for room in found.items])
    unread = _unread([room.pk for room in found.items])
    return Lines([_line(room, messages, unread) for room in found.items], found.next)


def _rooms(membership: SiteMembership) -> QuerySet[Any]:
    last = Message.objects.filter(room=OuterRef("pk"), deleted=None).order_by("-seq")
    private = Room.objects.filter(site=membership.site, kind=Room.Kind.PRIVATE, gone=False)
    rooms = with_since(private).annotate(
        last_pk=Subquery(last.values("pk")[:1]), last_at=Subquery(last.values("at")[:1])
    )
    found: QuerySet[Any] = rooms.exclude(last_at=None).select_related("visitor")
    return found


def _last_messages(pks: list[int]) -> dict[int, Message]:
    return {message.pk: message for message in Message.objects.filter(pk__in=pks)}


def _unread(room_ids: list[int]) -> dict[int, int]:
    marks = ReadMark.objects.filter(room=OuterRef("room"), reader_id__startswith="m_").order_by()
    read = Coalesce(Subquery(marks.values("room").annotate(top=Max("rev")).values("top")), 0)
    rows = Message.objects.filter(room_id__in=room_ids, deleted=None, author_role="visitor")
    counted: Any = (
        rows.annotate(team_read=read)
        .filter(Q(seq__gt=F("team_read")))
        .order_by()
        .values_list("room_id")
        .annotate(Count("pk"))
    )
    return dict(counted)


def _line(room: Any, messages: dict[int, Message], unread: dict[int, int]) -> Line:
    message = messages[room.last_pk]
    return Line(
        room=room,
        at=message.at,
        text=plain_text(message.body, message.entities),
        is_own=message.author_role in TEAM_ROLES,
        unread=unread.get(room.pk, 0),
        since=room.since,
    )
