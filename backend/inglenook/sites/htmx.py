"""Whether HTMX asked, for the edges that answer it with a fragment."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """What django_htmx's middleware makes of a request. For types alone."""

    htmx: HtmxDetails


def is_htmx(request: HttpRequest) -> bool:
    """Whether a script of HTMX wants a fragment, and not a browser a page."""
    return bool(cast(HtmxHttpRequest, request).htmx)
