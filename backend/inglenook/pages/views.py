"""A room as pages: links and forms that work without any script, and pieces of them for HTMX.

    GET  r/<slug>/           the newest messages, or those below ?before=
    POST r/<slug>/           a message, then back to the page; with `look`, the page again alone
    GET  r/<slug>/news/      what changed since the page was drawn (HTMX asks every 3 s), or 204
    POST r/<slug>/name/      another name
    GET, POST r/<slug>/report/<seq>/   why a message should not stand (`reporting.py`)

The database's threads do the reading, the writing and the drawing; the event loop only waits for
them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reswap

from inglenook.pages.answers import not_here, page, with_retry
from inglenook.pages.drawing import draw_me, draw_news, draw_refused, draw_room, first_room
from inglenook.pages.reporting import draw_report
from inglenook.pages.reporting import report as report_by_form
from inglenook.pages.show import error_context
from inglenook.pages.visits import remember, token_of
from inglenook.pages.writing import Person, Writer, take_name, write_message
from inglenook.protocol.errors import ChatError, Invalid, NotFound, Unavailable
from inglenook.protocol.limits import MAX_INTEGER
from inglenook.sites.addresses import address_of_request
from inglenook.sites.database import read, write

View = Callable[..., Coroutine[Any, Any, HttpResponse]]


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
            return with_retry(reswap(response, "none"), error)

    return answer


@require_safe
@friendly
async def site(_request: HttpRequest, site_key: str) -> HttpResponse:
    return HttpResponseRedirect(await read(first_room, site_key))


@require_http_methods(["GET", "HEAD", "POST"])
@friendly
async def room(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    if request.method == "POST":
        return await _post(request, site_key, slug)
    return await read(draw_room, request, site_key, slug)


@require_safe
@friendly
async def news(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    return await read(draw_news, request, site_key, slug, token_of(request))


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
        return await read(draw_refused, request, site_key, slug, "pages/_me.html", told, error)
    if request.headers.get("HX-Request"):
        response = await read(draw_me, request, site_key, slug, writer.token)
    else:
        response = _back_to(site_key, slug)
    remember(response, writer.site, writer.token)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@friendly
async def report(request: HttpRequest, site_key: str, slug: str, seq: int) -> HttpResponse:
    if seq > MAX_INTEGER:
        raise NotFound
    if request.method != "POST":
        return await read(draw_report, request, site_key, slug, seq)
    typed = {name: request.POST.get(name, "") for name in ("reason", "note")}
    try:
        writer = await write(report_by_form, site_key, slug, _person(request), seq=seq, **typed)
    except (NotFound, Unavailable):
        raise
    except ChatError as error:
        return await read(draw_report, request, site_key, slug, seq, error, typed)
    room_page = reverse("pages:room", args=[site_key, slug])
    response = HttpResponseRedirect(f"{room_page}?reported&before={seq + 1}#m-{seq}")
    remember(response, writer.site, writer.token)
    return response


async def _post(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    cid, body = request.POST.get("cid", ""), request.POST.get("body", "")
    if "look" in request.POST:
        return await read(draw_room, request, site_key, slug, {"cid": cid, "body": body})
    try:
        writer: Writer = await write(
            write_message, site_key, slug, _person(request), cid=cid, body=body
        )
    except (NotFound, Unavailable):
        raise
    except ChatError as error:
        told = error_context(error, cid=cid, body=body)
        return await read(
            draw_refused, request, site_key, slug, "pages/_composer.html", told, error
        )
    if request.headers.get("HX-Request"):
        response = await read(draw_news, request, site_key, slug, writer.token, posted=True)
    else:
        response = _back_to(site_key, slug)
    remember(response, writer.site, writer.token)
    return response


# --- the small steps


def _person(request: HttpRequest) -> Person:
    return Person(token_of(request), address_of_request(request))


def _back_to(site_key: str, slug: str) -> HttpResponse:
    """To the page by GET, so that reloading it sends nothing again.

    The caret goes back to where one writes.
    """
    response = HttpResponseRedirect(reverse("pages:room", args=[site_key, slug]) + "?wrote")
    response.status_code = 303
    return response
