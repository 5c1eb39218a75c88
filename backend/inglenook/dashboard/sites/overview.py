"""What the lists and the install check show of sites: keys, origins, where they were seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from msgspec import Struct

from inglenook.chat.selectors import rooms_of_site
from inglenook.sites import selectors, snippets
from inglenook.sites.models import Account, OriginSighting, Site
from inglenook.sites.origins import EntryError, allows_origin, origin_of_url, parse_entry

OLDER_LOOK_SHOWN: Final = timedelta(days=7)


class Refusal(Struct, frozen=True):
    """An origin that was sent away. `entry` is what would let it in, None where nothing can."""

    origin: str
    count: int
    last_at: datetime
    entry: str | None


class Check(Struct, frozen=True):
    """Whether the tag works, as far as we can tell from here."""

    seen: OriginSighting | None
    others: list[OriginSighting]
    refused: list[Refusal]
    older: list[OriginSighting]

    @property
    def mark(self) -> str:
        """Changes when what is shown changes, so that an open page is only redrawn then."""
        parts = [
            f"{row.origin}@{row.last_at:%Y%m%d%H%M}"
            for row in [self.seen, *self.others, *self.refused]
            if row
        ]
        parts += [f"{row.origin}@older" for row in self.older]
        return "-".join(parts)[:400]


def sites_with_sightings(account: Account) -> QuerySet[Site]:
    """The account's sites: when the chat of each was opened last, and how many pages were refused.

    One query, however many sites there are.
    """
    sightings = OriginSighting.objects.filter(site=OuterRef("pk"))
    seen = sightings.filter(was_refused=False).order_by("-last_at", "-pk")
    refused = (
        sightings.filter(was_refused=True)
        .order_by()
        .values("site")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return selectors.sites_of_account(account).annotate(
        seen_at=Subquery(seen.values("last_at")[:1]),
        refused_count=Coalesce(Subquery(refused, output_field=IntegerField()), 0),
    )


def install_check(site: Site) -> Check:
    seen = selectors.newest_sightings(site.pk, refused=False, limit=6)
    entries = [parse_entry(entry) for entry in selectors.origins_of_site(site)]
    own = origin_of_url(settings.BASE_URL)
    refused = [
        Refusal(row.origin, row.count, row.last_at, _entry_for(row.origin))
        for row in selectors.newest_sightings(site.pk, refused=True, limit=20)
        # What was listed since is no longer news.
        if not allows_origin(
            entries, row.origin, own_origin=own, allow_null=site.allows_null_origin
        )
    ]
    return Check(seen[0] if seen else None, seen[1:], refused[:5], _with_older_look(site))


def first_room(site: Site) -> str:
    """The room that snippets and links name: the chosen one, else the oldest."""
    rooms = [room.slug for room in rooms_of_site(site.pk)]
    if site.default_room in rooms or not rooms:
        return site.default_room or "lobby"
    return rooms[0]


class Snippets(Struct, frozen=True):
    bubble: str
    inline: str
    policy: str
    page_url: str


def snippets_of(site: Site, key: str, room: str) -> Snippets:
    base_url = settings.BASE_URL
    names = {found.slug: found.name for found in rooms_of_site(site.pk)}
    return Snippets(
        bubble=snippets.bubble_snippet(base_url, key, room, site.theme),
        inline=snippets.inline_snippet(base_url, key, room, names.get(room, "")),
        policy=snippets.csp_lines(base_url),
        page_url=snippets.room_url(base_url, key, room),
    )


def _with_older_look(site: Site) -> list[OriginSighting]:
    """Where a tag with an older look was opened of late; a page that was mended is not opened so
    again.
    """
    since = timezone.now() - OLDER_LOOK_SHOWN
    rows = OriginSighting.objects.filter(site=site, was_refused=False, older_look_at__gte=since)
    return list(rows.order_by("-older_look_at")[:5])


def _entry_for(origin: str) -> str | None:
    try:
        return str(parse_entry(origin))
    except EntryError:
        return None
