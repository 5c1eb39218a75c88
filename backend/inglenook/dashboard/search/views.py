"""Search of a site: its rooms and its people, by name."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inglenook.chat.models import Room
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.sites.htmx import is_htmx
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, may
from inglenook.visitors.directory import QUERY_CHARS, found_visitors
from inglenook.visitors.models import Visitor

MOST_FOUND: Final = 20


@require_safe
@page_for(Action.SEARCH)
def search(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:QUERY_CHARS]
    context = {
        "membership": membership,
        "query": query,
        "rooms": _rooms(membership.site, query) if query else [],
        "people": _people(membership, query) if query else [],
    }
    if is_htmx(request):
        return render(request, "dashboard/search/_found.html", context)
    return render(request, "dashboard/search/search.html", context)


def _rooms(site: Site, query: str) -> list[Room]:
    rooms = Room.objects.filter(site=site, gone=False).exclude(kind=Room.Kind.PRIVATE)
    return list(rooms.filter(name__icontains=query).order_by("archived", "name")[:MOST_FOUND])


def _people(membership: SiteMembership, query: str) -> list[Visitor]:
    if not may(membership.member.role, Action.READ_PEOPLE):
        return []
    found = found_visitors(membership.site, query=query, trust=None)
    return list(found.order_by("-last_seen_at")[:MOST_FOUND])
