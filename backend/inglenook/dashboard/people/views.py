"""People: the list, and one person. What is done about somebody is in `acts`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.people import listing
from inglenook.dashboard.people.forms import NoteForm, TrustForm
from inglenook.dashboard.people.person import SANCTIONS, facts_of
from inglenook.dashboard.people.timeline import SHOWS, timeline_of
from inglenook.sites.roles import Action
from inglenook.visitors.directory import QUERY_CHARS, visitor_of
from inglenook.visitors.models import Visitor


@require_safe
@page_for(Action.READ_PEOPLE)
def people(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:QUERY_CHARS]
    show = listing.shown_of(request.GET.get("show", ""))
    found = listing.people_of(
        membership, query=query, show=show, after=request.GET.get("after", "")
    )
    context = {
        "membership": membership,
        "people": found,
        "query": query,
        "show": show,
        "shows": listing.SHOWN,
    }
    return render(request, "dashboard/people/list.html", context)


@require_safe
@page_for(Action.READ_PEOPLE)
def person(request: HttpRequest, membership: SiteMembership, visitor_id: str) -> HttpResponse:
    visitor = visitor_of(membership.site, visitor_id)
    return render(request, "dashboard/people/person.html", page_of(request, membership, visitor))


def page_of(
    request: HttpRequest, membership: SiteMembership, visitor: Visitor, **forms: Any
) -> dict[str, Any]:
    """What the page of a person shows; `forms` are those that came back with an error."""
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "all"
    after = request.GET.get("after", "")
    return {
        "membership": membership,
        "person": facts_of(membership, visitor),
        "timeline": timeline_of(membership, visitor, show=show, after=after),
        "show": show,
        "is_older": bool(after),
        "sanction_acts": SANCTIONS,
        "note_form": NoteForm(initial={"note": visitor.note}),
        "trust_form": TrustForm(initial={"trust": visitor.trust_fixed}),
        **forms,
    }
