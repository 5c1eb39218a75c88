"""How a page leaves: its headers.

Who may frame it, what may keep it, and the friendly page where there is none.
"""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRefresh

from inglenook.chat.models import Room
from inglenook.protocol.errors import ChatError
from inglenook.protocol.refusals import retry_headers
from inglenook.sites.htmx import is_htmx
from inglenook.sites.selectors import CachedSite


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page, or a piece of one that HTMX asked for.

    It holds a form's token and one reader's view, so nobody else's cache may have it.
    """
    response = HttpResponse(render_to_string(template, context, request), status=status)
    response["Cache-Control"] = "private, no-cache"
    # The same address answers with a piece where HTMX asks.
    patch_vary_headers(response, ["HX-Request"])
    return response


def framed(
    request: HttpRequest, response: HttpResponse, site: CachedSite, room: Room
) -> HttpResponse:
    """Lets the site's own pages, and nobody else's, show this one in a frame."""
    response.xframe_options_exempt = True  # the list below says it better
    if room.kind == Room.Kind.PRIVATE:
        response["X-Robots-Tag"] = "noindex"
    ancestors = ["'self'", *(str(entry) for entry in site.entries)]
    csp_replace({"frame-ancestors": ancestors})(lambda _: response)(request)  # marks it in passing
    return response


def not_here(request: HttpRequest) -> HttpResponse:
    """The same page for what never was and for what is not theirs.

    A page that is being looked at is drawn anew.
    """
    if is_htmx(request):
        response = redrawn()
        response.status_code = 404
        return response
    return page(request, "pages/not_here.html", {}, status=404)


def redrawn() -> HttpResponse:
    """Tells HTMX to load the page anew."""
    response = HttpResponseClientRefresh()
    response["Cache-Control"] = "no-store"
    return response


def nothing_new() -> HttpResponse:
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def with_retry(response: HttpResponse, error: ChatError) -> HttpResponse:
    for name, value in retry_headers(error).items():
        response[name] = value
    return response
