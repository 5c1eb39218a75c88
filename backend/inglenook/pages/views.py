"""A room as pages: links and forms that work without any script, and pieces of them for HTMX.

    GET  r/<slug>/           the newest messages, or those below ?before=
    POST r/<slug>/           a message, then back to the page; with `look`, the page again alone
    GET  r/<slug>/news/      what changed since the page was drawn (HTMX asks every 3 s), or 204
    GET  r/<slug>/files/<id> to a file of the room
    POST r/<slug>/name/      another name
    GET  r/<slug>/you/       what the reader wrote here (`own_data.py`); POST erases it
    GET  r/<slug>/you/what-i-wrote.json   a copy of it
    GET, POST r/<slug>/report/<seq>/   why a message should not stand (`reporting.py`)

The database's threads do the reading, the writing and the drawing; the event loop only waits for
them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reswap

from inglenook.chat.attachments.access import LINK_SECONDS
from inglenook.chat.attachments.uploading import take_in, upload_of
from inglenook.chat.own_download import download_of
from inglenook.jobs.erasure import erase_own
from inglenook.pages.answers import not_here, page, with_retry
from inglenook.pages.drawing import draw_me, draw_news, draw_refused, draw_room, first_room
from inglenook.pages.own_data import draw_you, leaving, taking
from inglenook.pages.reporting import draw_report
from inglenook.pages.reporting import report as report_by_form
from inglenook.pages.show import error_context
from inglenook.pages.visits import file_address, forget, remember, token_of
from inglenook.pages.writing import Person, Writer, place_of_form, take_name, write_message
from inglenook.protocol.errors import ChatError, Invalid, NotFound, Unavailable
from inglenook.protocol.limits import MAX_INTEGER
from inglenook.sites.addresses import address_of_request
from inglenook.sites.database import read, take_time, write
from inglenook.sites.htmx import is_htmx

View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def friendly(view: View) -> View:
    """What is not there, and a database that is away, get a page for people."""

    @wraps(view)
    async def answer(request: HttpRequest, **parts: str) -> HttpResponseBase:
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


@require_safe
@friendly
async def file(request: HttpRequest, site_key: str, slug: str, public_id: str) -> HttpResponse:
    """To the bytes of a file of the room, by a link that its reader may have."""
    width = request.GET.get("width", "")
    address = await read(file_address, site_key, slug, token_of(request), public_id, width)
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = f"private, max-age={LINK_SECONDS // 2}"
    return response


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
        extra = error_context(error, name=wanted)
        return await read(draw_refused, request, site_key, slug, "pages/_me.html", extra, error)
    if is_htmx(request):
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


@require_http_methods(["GET", "HEAD", "POST"])
@friendly
async def you(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    if request.method != "POST":
        return await read(draw_you, request, site_key, slug)
    try:
        person = await read(leaving, site_key, _person(request), request.POST.get("sure", ""))
    except (NotFound, Unavailable):
        raise
    except ChatError as error:
        return await read(draw_you, request, site_key, slug, error)
    if person is not None:
        await take_time(erase_own, person)
    response = HttpResponseRedirect(reverse("pages:you", args=[site_key, slug]) + "?gone")
    forget(response, site_key)
    return response


@require_safe
@friendly
async def own_copy(request: HttpRequest, site_key: str, slug: str) -> HttpResponseBase:
    try:
        return await download_of(await read(taking, site_key, _person(request)))
    except (NotFound, Unavailable):
        raise
    except ChatError as error:
        return await read(draw_you, request, site_key, slug, error)


async def _post(request: HttpRequest, site_key: str, slug: str) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("cid", "body", "alt", "agree")}
    if "look" in request.POST:
        return await read(draw_room, request, site_key, slug, typed)
    person = _person(request)
    known: Writer | None = None
    try:
        files: list[str] = []
        cid, body, agreed = typed["cid"], typed["body"], typed["agree"]
        if request.FILES.get("file"):
            known, kept = await _keep_file(request, site_key, slug, person, agreed)
            person, files = Person(known.token, person.address), [kept]
        say = partial(write_message, site_key, slug, person, cid=cid, body=body)
        writer = await write(say, agreed=agreed, files=files)
    except (NotFound, Unavailable):
        raise
    except ChatError as error:
        extra = error_context(error, **typed)
        response = await read(
            draw_refused, request, site_key, slug, "pages/_composer.html", extra, error
        )
        if known is not None:  # by a file that was kept; its message was refused
            remember(response, known.site, known.token)
        return response
    if is_htmx(request):
        response = await read(draw_news, request, site_key, slug, writer.token, posted=True)
    else:
        response = _back_to(site_key, slug)
    remember(response, writer.site, writer.token)
    return response


async def _keep_file(
    request: HttpRequest, site_key: str, slug: str, person: Person, agreed: str
) -> tuple[Writer, str]:
    """Who sent the file of the form, and its id."""
    writer, place = await write(place_of_form, site_key, slug, person, agreed=agreed)
    file = cast("UploadedFile[Any]", request.FILES["file"])
    upload = upload_of(file, request.POST.get("alt", ""))
    return writer, (await take_in(place, upload)).public_id


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
