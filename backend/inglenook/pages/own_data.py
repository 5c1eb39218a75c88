"""What a reader wrote, to take along and to erase, by links and forms alone.

GET  r/<slug>/you/                    how much it is, a link to a copy, a form that erases
GET  r/<slug>/you/what-i-wrote.json   the copy
POST r/<slug>/you/                    erased; back to the page, as nobody
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from inglenook.chat.people import message_counts
from inglenook.limits.policy import spend_own_copy, spend_own_erasure
from inglenook.pages.answers import framed, page, with_retry
from inglenook.pages.visits import ban_of, known_visitor, open_visit, site_of_page, token_of
from inglenook.pages.writing import Person
from inglenook.protocol.errors import ChatError, Invalid, NotFound
from inglenook.sites.database import snapshot
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor


def draw_you(
    request: HttpRequest, site_key: str, slug: str, error: ChatError | None = None
) -> HttpResponse:
    """Raises NotFound for a room that is not there for this reader."""
    with snapshot():
        visit = open_visit(site_key, slug, token_of(request))
        me = visit.visitor
        messages = message_counts([me]).get(me.public_id, 0) if me else 0
    context: dict[str, Any] = {
        "site": visit.site,
        "slug": slug,
        "room_url": reverse("pages:room", args=[visit.site.key, slug]),
        "me": me,
        "banned": visit.banned,
        "messages": messages,
        "is_gone": "gone" in request.GET,
        "error": error,
    }
    response = page(request, "pages/you.html", context, status=error.status if error else 200)
    if error is not None:
        response = with_retry(response, error)
    return framed(request, response, visit.site, visit.room)


def taking(site_key: str, person: Person) -> Visitor:
    """Whose copy it is. Raises NotFound for somebody new, Banned, Rate."""
    visitor = _known(site_key, person)
    if visitor is None:
        raise NotFound
    spend_own_copy(participant_from_visitor(visitor, person.address))
    return visitor


def leaving(site_key: str, person: Person, sure: str) -> Visitor | None:
    """Who is to be erased; None for somebody new, and for who was erased since the page was drawn.

    Raises Invalid with the field sure where it was not confirmed, Banned, Rate.
    """
    visitor = _known(site_key, person)
    if visitor is None:
        return None
    if sure != "yes":
        raise Invalid("Say that you are sure: nobody can bring it back.", field="sure")
    spend_own_erasure(participant_from_visitor(visitor, person.address))
    return visitor


def _known(site_key: str, person: Person) -> Visitor | None:
    site = site_of_page(site_key)
    visitor = known_visitor(site, person.token)
    banned = ban_of(site, visitor) if visitor else None
    if banned:
        raise banned
    return visitor
