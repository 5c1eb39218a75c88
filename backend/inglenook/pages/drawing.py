"""Pages and pieces of pages, drawn where the database is read."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.http import reswap, retarget

from inglenook.chat.own_view import mark_of, own_rows, shadow_of
from inglenook.chat.room_view import PageCursor, Stale, news_since, rows_of, shown_before
from inglenook.chat.selectors import rooms_of_site
from inglenook.pages.answers import framed, nothing_new, page, redrawn, with_retry
from inglenook.pages.show import me_context, news_context, own_context, room_context
from inglenook.pages.visits import open_visit, site_of_page, token_of
from inglenook.protocol.errors import ChatError, Invalid, NotFound
from inglenook.protocol.limits import MAX_INTEGER
from inglenook.sites.database import snapshot

_DIGITS: Final = re.compile(r"[0-9]{1,16}", re.ASCII)


def draw_room(
    request: HttpRequest, site_key: str, slug: str, kept: dict[str, str] | None = None
) -> HttpResponse:
    """`kept` is what stands in the form already: `cid` and `body`."""
    before = _number(request.GET.get("before"), "before")
    with snapshot():
        visit = open_visit(site_key, slug, token_of(request))
        shown = shown_before(visit.room, before, visit.participant)
        own = own_rows(visit.room, visit.participant) if before is None else []
        rooms = rooms_of_site(visit.site.id)
    is_piece = before is not None and request.headers.get("HX-Request") is not None
    context = room_context(request, visit, shown, rooms, slug=slug, before=before)
    context |= own_context(own) | (kept or {})
    template = "pages/_older.html" if is_piece else "pages/room.html"
    return framed(request, page(request, template, context), visit.site, visit.room)


def draw_news(
    request: HttpRequest, site_key: str, slug: str, token: str | None, *, posted: bool = False
) -> HttpResponse:
    fields = request.POST if posted else request.GET
    cursor = PageCursor(
        fields.get("epoch", "")[:64],
        _number(fields.get("since", "0"), "since") or 0,
        _number(fields.get("floor", "0"), "floor") or 0,
    )
    with snapshot():
        visit = open_visit(site_key, slug, token)
        try:
            found = news_since(visit.room, cursor, visit.participant)
        except Stale:
            return redrawn()
        own = own_rows(visit.room, visit.participant)
        cid = fields.get("cid", "") if posted else ""
        sent = shadow_of(visit.room, visit.participant, cid) if cid else None
    if found is None and not posted and fields.get("own", "") == mark_of(own):
        return nothing_new()
    context = news_context(visit, found, slug=slug, posted=posted) | own_context(own)
    context["sent"] = rows_of([sent], visit.participant) if sent else []
    return framed(request, page(request, "pages/_news.html", context), visit.site, visit.room)


def draw_me(request: HttpRequest, site_key: str, slug: str, token: str) -> HttpResponse:
    visit = open_visit(site_key, slug, token)
    context = me_context(visit, slug)
    return framed(request, page(request, "pages/_me.html", context), visit.site, visit.room)


def draw_refused(
    request: HttpRequest,
    site_key: str,
    slug: str,
    piece: str,
    told: dict[str, Any],
    error: ChatError,
) -> HttpResponse:
    """The form again, with what is wrong beside it and the text kept.

    HTMX gets the form alone, others its whole page.
    """
    with snapshot():
        visit = open_visit(site_key, slug, token_of(request))
        shown = shown_before(visit.room, None, visit.participant)
        own = own_rows(visit.room, visit.participant)
        rooms = rooms_of_site(visit.site.id)
    context = room_context(request, visit, shown, rooms, slug=slug, before=None)
    context |= own_context(own) | told
    if request.headers.get("HX-Request"):
        response = page(request, piece, context, status=error.status)
        retarget(response, "#me" if piece == "pages/_me.html" else "#composer")
        reswap(response, "outerHTML")
    else:
        response = page(request, "pages/room.html", context, status=error.status)
    return with_retry(framed(request, response, visit.site, visit.room), error)


def first_room(site_key: str) -> str:
    card = site_of_page(site_key)
    rooms = [room.slug for room in rooms_of_site(card.id)]
    if not rooms:
        raise NotFound
    slug = card.default_room if card.default_room in rooms else rooms[0]
    return reverse("pages:room", args=[site_key, slug])


def _number(text: str | None, field: str) -> int | None:
    if text is None:
        return None
    if not _DIGITS.fullmatch(text) or int(text) > MAX_INTEGER:
        raise Invalid(f"`{field}` in this address is not a number.", field=field)
    return int(text)
