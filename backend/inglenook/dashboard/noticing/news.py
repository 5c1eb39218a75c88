"""What a member is made to notice: how much waits, and each thing that does.

The queries are as many for every number of sites, lines and reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from inglenook.chat.body_html import plain_text
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.dashboard.home.waiting import waiting_by_site, waiting_rooms
from inglenook.sites.models import Account, Member
from inglenook.sites.notices import is_noticing
from inglenook.sites.roles import Action, may
from inglenook.sites.selectors import memberships_of

# The newest of each kind. Whoever has more waiting sees the number.
MOST: Final = 20
TEXT_CHARS: Final = 140


class Item(Struct, frozen=True, kw_only=True):
    """One thing that waits.

    `key` is another for each message; `tag` is one for each place, so that a browser shows the
    newest notice of a place alone. `at` is in milliseconds.
    """

    key: str
    tag: str
    title: str
    text: str
    url: str
    at: int
    has_sound: bool


class Badges(Struct, frozen=True):
    """What the rail shows of one site, by the names of its sections (`shell/sections.py`)."""

    inbox: int
    review: int


class News(Struct, frozen=True, kw_only=True):
    """`count` is all that waits for this account; `items` are the newest of it.

    `badges` are those of each site, also of a site that the member wants no notices of.
    """

    count: int
    badges: dict[int, Badges]
    items: list[Item]


def news_of(account: Account) -> News:
    now = timezone.now()
    found = list(memberships_of(account).select_related("site"))
    waiting = waiting_by_site(found)
    members = [member for member in found if is_noticing(member, is_away=account.is_away, now=now)]
    with_lines = [member for member in members if member.notices_lines]
    with_review = [member for member in members if member.notices_review]
    items = [*_lines(with_lines), *_reports(with_review), *_held(with_review)]
    return News(
        count=sum(
            member.notices_lines * waiting[member.site_id].people
            + member.notices_review * waiting[member.site_id].to_review
            for member in members
        ),
        badges={site: Badges(each.people, each.to_review) for site, each in waiting.items()},
        items=sorted(items, key=lambda item: (-item.at, item.key)),
    )


def _lines(members: Sequence[Member]) -> list[Item]:
    """One for each private line that waits: its visitor's newest message."""
    by_site = _by_site(members, Action.INBOX)
    words = Message.objects.filter(room=OuterRef("pk"), author_role="visitor", deleted=None)
    rooms = waiting_rooms(list(by_site)).annotate(
        newest=Subquery(words.order_by("-seq").values("pk")[:1])
    )
    newest = dict(rooms.order_by("-newest").values_list("newest", "pk")[:MOST])
    messages = Message.objects.filter(pk__in=newest).select_related("room")
    return [_line(message, by_site[message.room.site_id]) for message in messages]


def _line(message: Message, member: Member) -> Item:
    room = message.room
    return Item(
        key=f"line-{room.pk}-{message.pk}",
        tag=f"line-{room.pk}",
        title=f"{message.author_name} · {member.site.name}",
        text=plain_text(message.body, message.entities)[:TEXT_CHARS],
        url=reverse("dashboard:conversation", args=[room.site_id, room.slug]),
        at=_milliseconds(message.at),
        has_sound=member.notices_sound,
    )


def _reports(members: Sequence[Member]) -> list[Item]:
    by_site = _by_site(members, Action.HANDLE_REPORTS)
    rows = Report.objects.filter(room__site_id__in=by_site, state=Report.State.OPEN)
    return [
        _case(row.room, by_site, f"r{row.pk}", _("A message was reported."), row.first_at)
        for row in rows.select_related("room").order_by("-pk")[:MOST]
    ]


def _held(members: Sequence[Member]) -> list[Item]:
    by_site = _by_site(members, Action.APPROVE)
    rows = HeldMessage.objects.filter(room__site_id__in=by_site, state=HeldMessage.State.WAITING)
    return [
        _case(row.room, by_site, f"h{row.pk}", _("A message waits for the team."), row.at)
        for row in rows.select_related("room").order_by("-pk")[:MOST]
    ]


def _case(room: Room, by_site: dict[int, Member], name: str, text: str, at: datetime) -> Item:
    """It does not show the words: whoever stands by need not read what was reported."""
    member = by_site[room.site_id]
    return Item(
        key=f"case-{name}",
        tag=f"review-{room.site_id}",
        title=f"{room.name} · {member.site.name}",
        text=text,
        url=reverse("dashboard:case", args=[room.site_id, name]),
        at=_milliseconds(at),
        has_sound=member.notices_sound,
    )


def _by_site(members: Sequence[Member], action: Action) -> dict[int, Member]:
    return {member.site_id: member for member in members if may(member.role, action)}


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
