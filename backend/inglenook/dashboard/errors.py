"""What a person sees when something is not there, not theirs or not possible.

Each page says what to do next.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

# Where even the page cannot be drawn (a broken installation), there is still a sentence.
LAST_WORDS = (
    "<!doctype html><title>Something went wrong</title>"
    "<h1>Something went wrong</h1><p>Please try again.</p>"
)


def bad_request(
    request: HttpRequest,  # noqa: ARG001  # as Django calls it
    exception: Exception | None = None,  # noqa: ARG001  # as Django calls it
) -> HttpResponse:
    # Also the answer to a Host that is not ours, and to a session that cannot be read: nothing of
    # the request is used.
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001  # as Django calls it
) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(_request: HttpRequest) -> HttpResponse:
    try:
        # Without the request: what reads the session may be what failed.
        page: str = render_to_string("errors/500.html")
    except Exception:  # noqa: BLE001  # whatever it is, this is the last place that can answer
        page = LAST_WORDS
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, **_: object) -> HttpResponse:
    return render(request, "errors/403_csrf.html", status=403)
