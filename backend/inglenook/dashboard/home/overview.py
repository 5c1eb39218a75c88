"""What Home shows of the account's sites. It asks the same queries however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils import timezone
from msgspec import Struct

from inglenook.chat import here
from inglenook.chat.body_html import plain_text
from inglenook.chat.models import Message, Room
from inglenook.dashboard.home.waiting import Waiting, waiting_by_site, waiting_rooms
from inglenook.dashboard.sites.overview import sites_with_sightings
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import Action, may
from inglenook.sites.selectors import memberships_of

MOST_FACES: Final = 3
MOST_ROOMS: Final = 5
# When somebody was seen is written every five minutes (sites/last_seen.py).
HERE: Final = timedelta(minutes=10)


class Person(Struct, frozen=True):
    id: str
    name: str


class Voice(Struct, frozen=True, kw_only=True):
    """The last thing that was said in a room."""

    room: str
    author: str
    text: str
    at: datetime


class SiteLine(Struct, frozen=True, kw_only=True):
    """`is_installed`: its chat was opened on some page."""

    site: Site
    people: list[Person]
    here: int
    waiting: Waiting
    voice: Voice | None
    is_installed: bool
    refused: int
    may_install: bool


class RoomLine(Struct, frozen=True, kw_only=True):
    room: Room
    site: Site
    here: int
    voice: Voice | None


class Home(Struct, frozen=True, kw_only=True):
    """`first_waiting` is the private room that waits longest, `new_site` the first site with new
    conversations. `colleagues` are the names of those of the team who are here, too.
    """

    sites: list[SiteLine]
    rooms: list[RoomLine]
    people: int
    colleagues: list[str]
    waiting: int
    new: int
    new_site: Site | None
    since: datetime | None
    first_waiting: Room | None
    reports: int
    held: int
    review_site: Site | None

    @property
    def to_review(self) -> int:
        return self.reports + self.held


def home_of(account: Account) -> Home:
    members = list(memberships_of(account).order_by("pk"))
    roles = {member.site_id: member.role for member in members}
    waiting = waiting_by_site(members)
    present = here.here_in(set(roles))
    sites: Any = sites_with_sightings(account)
    by_id = {site.pk: site for site in sites}
    rooms = list(_busiest(list(roles), present))
    newest = _newest_by_site(list(roles))
    voices = _voices([*newest.values(), *(room.last_pk for room in rooms)])
    lines = [
        _site_line(site, roles[site.pk], present, waiting[site.pk], voices.get(newest.get(site.pk)))
        for site in by_id.values()
    ]
    return Home(
        sites=lines,
        rooms=[_room_line(room, by_id[room.site_id], present, voices) for room in rooms],
        people=len({key for people in present.values() for key in people}),
        colleagues=_colleagues(account, list(roles)),
        waiting=sum(line.waiting.people for line in lines),
        new=sum(line.waiting.new for line in lines),
        new_site=next((line.site for line in lines if line.waiting.new), None),
        since=min((line.waiting.since for line in lines if line.waiting.since), default=None),
        first_waiting=_first_waiting(members, waiting),
        reports=sum(line.waiting.reports for line in lines),
        held=sum(line.waiting.held for line in lines),
        review_site=next((line.site for line in lines if line.waiting.to_review), None),
    )


def _colleagues(account: Account, site_ids: Sequence[int]) -> list[str]:
    """Who else of these teams had the workspace open a moment ago, and does not say "away"."""
    since = timezone.now() - HERE
    members = Member.objects.filter(
        site_id__in=site_ids,
        state=Member.State.ACTIVE,
        account__is_away=False,
        account__seen__at__gte=since,
    ).exclude(account=account)
    names: Any = members.values_list("account_id", "name").order_by("-account__seen__at", "pk")
    return list(dict(names).values())


def _site_line(
    site: Any, role: str, present: Any, waiting: Waiting, voice: Voice | None
) -> SiteLine:
    people = {
        key: name
        for (site_id, _), found in present.items()
        if site_id == site.pk
        for key, name in found.items()
    }
    return SiteLine(
        site=site,
        people=[Person(key, name) for key, name in list(people.items())[:MOST_FACES]],
        here=len(people),
        waiting=waiting,
        voice=voice,
        is_installed=site.seen_at is not None,
        refused=site.refused_count,
        may_install=may(role, Action.CHANGE_SITE),
    )


def _room_line(room: Any, site: Site, present: Any, voices: dict[Any, Voice]) -> RoomLine:
    return RoomLine(
        room=room,
        site=site,
        here=len(present.get((room.site_id, room.slug), ())),
        voice=voices.get(room.last_pk),
    )


def _open_rooms(site_ids: Sequence[int]) -> QuerySet[Any]:
    last = Message.objects.filter(room=OuterRef("pk"), deleted=None).order_by("-seq")
    return (
        Room.objects.filter(site_id__in=site_ids, archived=False, gone=False)
        .exclude(kind=Room.Kind.PRIVATE)
        .annotate(last_pk=Subquery(last.values("pk")[:1]))
    )


def _busiest(site_ids: Sequence[int], present: dict[here.RoomKey, dict[str, str]]) -> list[Any]:
    """Rooms where people are, the fullest first, then those where somebody spoke last."""
    spoken = list(_open_rooms(site_ids).exclude(last_pk=None).order_by("-last_pk")[:MOST_ROOMS])
    full = sorted(present, key=lambda key: -len(present[key]))[:MOST_ROOMS]
    slugs = {slug for _, slug in full}
    candidates = _open_rooms(site_ids).filter(slug__in=slugs) if slugs else []
    peopled = [room for room in candidates if (room.site_id, room.slug) in full]
    peopled.sort(key=lambda room: full.index((room.site_id, room.slug)))
    known = {room.pk for room in peopled}
    return [*peopled, *(room for room in spoken if room.pk not in known)][:MOST_ROOMS]


def _newest_by_site(site_ids: Sequence[int]) -> dict[int, int]:
    rows: Any = (
        _open_rooms(site_ids).order_by().values_list("site_id").annotate(newest=Max("last_pk"))
    )
    return {site_id: newest for site_id, newest in rows if newest is not None}


def _voices(pks: Sequence[int | None]) -> dict[Any, Voice]:
    found = Message.objects.filter(pk__in={pk for pk in pks if pk}).select_related("room")
    return {
        message.pk: Voice(
            room=message.room.name,
            author=message.author_name,
            text=plain_text(message.body, message.entities),
            at=message.at,
        )
        for message in found
    }


def _first_waiting(members: Sequence[Member], waiting: dict[int, Waiting]) -> Room | None:
    sites = [member.site_id for member in members if waiting[member.site_id].people]
    found: Room | None = waiting_rooms(sites).order_by("since").first() if sites else None
    return found
