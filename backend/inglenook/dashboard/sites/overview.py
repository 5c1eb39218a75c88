"""What the lists and Install show of sites: where they were seen, and what to paste."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from msgspec import Struct

from inglenook.chat.selectors import rooms_of_site
from inglenook.sites import selectors, snippets
from inglenook.sites.models import Account, OriginSighting, Site


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
        policy=snippets.csp_lines(base_url, site.theme),
        page_url=snippets.room_url(base_url, key, room),
    )
