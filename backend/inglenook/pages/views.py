"""A room as pages: links and forms that work without any script, and pieces of the same page for HTMX.

    GET  r/<slug>/           the newest messages, or those below ?before=
    POST r/<slug>/           a message, then back to the page
    GET  r/<slug>/news/      what changed since the page was drawn (HTMX asks every 3 s); 204 for nothing
    POST r/<slug>/name/      another name

The database's threads do the reading, the writing and the drawing; the event loop only waits for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from inglenook.chat.selectors import rooms_of_site
from inglenook.pages.answers import framed, not_here, nothing_new, page, redrawn, with_retry
from inglenook.pages.rooms import Cursor, Stale, news_since, shown_before
from inglenook.pages.show import error_context, me_context, news_context, room_context
from inglenook.pages.visits import open_visit, remember, site_of_page, token_of
from inglenook.pages.writing import Person, Writer, take_name, write_message
from inglenook.protocol.errors import ChatError, Invalid, NotFound, Unavailable
from inglenook.protocol.limits import MAX_INTEGER
from inglenook.sites.addresses import address_key
from inglenook.sites.database import read, snapshot, write

View = Callable[..., Coroutine[Any, Any, HttpResponse]]
_DIGITS: Final = re.compile(r"[0-9]{1,16}", re.ASCII)


def friendly(view: View) -> View:
    """What is not there, and a database that is away, get a page for people."""

    @wraps(view)
    async def answer(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            return await view(request, **parts)
        except NotFound:
            return await read(not_here, request)
        except Invalid as error:
            return await read(page, request, "pages/odd_address.html", {"error": error}, status=400)
        except Unavailable as error:
            response = page(request, "pages/away.html", {}, status=503)
            response["HX-Reswap"] = "none"
            return with_retry(response, error)

    return answer


@require_safe
@friendly
async def site(_request: HttpRequest, site_key: str) -> HttpResponse:
    return HttpResponseRedirect(await read(_first_room, site_key))


@require_http_methods(["GET", "HEAD", "POST"])
@friendly
async def room(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    if request.method == "POST":
        return await _post(request, site_key, slug)
    return await read(_draw, request, site_key, slug)


@require_safe
@friendly
async def news(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    return await read(_draw_news, request, site_key, slug, token_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
@friendly
async def name(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    if request.method != "POST":  # a refused form was reloaded from the address bar
        return _back_to(site_key, slug)
    wanted = request.POST.get("name", "")
    try:
        writer = await write(take_name, site_key, _person(request), wanted)
    except (NotFound, Unavailable):
        raise
    except ChatError as error:
        told = error_context(error, name=wanted)
        return await read(_draw_refused, request, site_key, slug, "pages/_me.html", told, error)
    if request.headers.get("HX-Request"):
        response = await read(_draw_me, request, site_key, slug, writer.token)
    else:
        response = _back_to(site_key, slug)
    remember(response, writer.site, writer.token)
    return response


async def _post(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    cid, body = request.POST.get("cid", ""), request.POST.get("body", "")
    try:
        writer: Writer = await write(
            write_message, site_key, slug, _person(request), cid=cid, body=body
        )
    except (NotFound, Unavailable):
        raise
    except ChatError as error:
        told = error_context(error, cid=cid, body=body)
        return await read(
            _draw_refused, request, site_key, slug, "pages/_composer.html", told, error
        )
    if request.headers.get("HX-Request"):
        response = await read(_draw_news, request, site_key, slug, writer.token, posted=True)
    else:
        response = _back_to(site_key, slug)
    remember(response, writer.site, writer.token)
    return response


# --- what the database's threads do


def _draw(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    before = _number(request.GET.get("before"), "before")
    with snapshot():
        visit = open_visit(site_key, slug, token_of(request))
        shown = shown_before(visit, before)
        rooms = rooms_of_site(visit.site.id)
    is_piece = before is not None and request.headers.get("HX-Request") is not None
    context = room_context(request, visit, shown, rooms, slug=slug, before=before)
    template = "pages/_older.html" if is_piece else "pages/room.html"
    return framed(request, page(request, template, context), visit.site, visit.room)


def _draw_news(
    request: HttpRequest, site_key: str, slug: str, token: str | None, *, posted: bool = False
) -> HttpResponse:
    fields = request.POST if posted else request.GET
    cursor = Cursor(
        fields.get("epoch", "")[:64],
        _number(fields.get("since", "0"), "since") or 0,
        _number(fields.get("floor", "0"), "floor") or 0,
    )
    with snapshot():
        visit = open_visit(site_key, slug, token)
        try:
            found = news_since(visit, cursor)
        except Stale:
            return redrawn()
    if found is None and not posted:
        return nothing_new()
    context = news_context(visit, found, slug=slug, posted=posted)
    return framed(request, page(request, "pages/_news.html", context), visit.site, visit.room)


def _draw_me(request: HttpRequest, site_key: str, slug: str, token: str) -> HttpResponse:
    visit = open_visit(site_key, slug, token)
    context = me_context(visit, slug)
    return framed(request, page(request, "pages/_me.html", context), visit.site, visit.room)


def _draw_refused(
    request: HttpRequest,
    site_key: str,
    slug: str,
    piece: str,
    told: dict[str, Any],
    error: ChatError,
) -> HttpResponse:
    """The form again, with what is wrong beside it and the text kept: alone for HTMX, else in its page."""
    with snapshot():
        visit = open_visit(site_key, slug, token_of(request))
        shown = shown_before(visit, None)
        rooms = rooms_of_site(visit.site.id)
    context = room_context(request, visit, shown, rooms, slug=slug, before=None) | told
    if request.headers.get("HX-Request"):
        response = page(request, piece, context, status=error.status)
        response["HX-Retarget"] = "#me" if piece == "pages/_me.html" else "#composer"
        response["HX-Reswap"] = "outerHTML"
    else:
        response = page(request, "pages/room.html", context, status=error.status)
    return with_retry(framed(request, response, visit.site, visit.room), error)


def _first_room(site_key: str) -> str:
    card = site_of_page(site_key)
    rooms = [room.slug for room in rooms_of_site(card.id)]
    if not rooms:
        raise NotFound
    slug = card.default_room if card.default_room in rooms else rooms[0]
    return reverse("pages:room", args=[site_key, slug])


# --- the small steps


def _number(text: str | None, field: str) -> int | None:
    if text is None:
        return None
    if not _DIGITS.fullmatch(text) or int(text) > MAX_INTEGER:
        raise Invalid(f"`{field}` in this address is not a number.", field=field)
    return int(text)


def _person(request: HttpRequest) -> Person:
    address = address_key(
        request.META.get("REMOTE_ADDR"),
        request.headers.get("X-Forwarded-For", ""),
        settings.TRUSTED_PROXIES,
    )
    return Person(token_of(request), address)


def _back_to(site_key: str, slug: str) -> HttpResponse:
    """To the page by GET, so that reloading it sends nothing again; the caret goes back to where one writes."""
    response = HttpResponseRedirect(reverse("pages:room", args=[site_key, slug]) + "?wrote")
    response.status_code = 303
    return response
