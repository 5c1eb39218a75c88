"""The site of the key in the path, looked up once a request.

    SiteMiddleware ─► CorsMiddleware ─► errors as JSON ─► Host ─► view
    finds the site     asks cors.py,
                       which asks it

The site is found first because CORS answers preflights on the event loop, where the database may
not be asked.
"""

from __future__ import annotations

import re
from typing import Final, cast

from asgiref.sync import markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from inglenook.api.http.handler import GetResponse
from inglenook.protocol.errors import Unavailable
from inglenook.sites.database import read
from inglenook.sites.selectors import MISSING, CachedSite, cached_site_for_key, site_for_key

_KEY = re.compile(r"/api/v1/([^/]+)/")
_ATTRIBUTE: Final = "_inglenook_site"


def site_of(request: HttpRequest) -> CachedSite | Unavailable | None:
    """The site of the key in the path; None where there is none; Unavailable where it could not be
    looked up."""
    return cast("CachedSite | Unavailable | None", getattr(request, _ATTRIBUTE, None))


def key_in(request: HttpRequest) -> str:
    """What stands in the place of the key, whether it is one or not."""
    found = _KEY.match(request.path_info)
    return found[1] if found else ""


class SiteMiddleware:
    """Looks the site of an API address up, once a request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = _KEY.match(request.path_info)
        if found:
            setattr(request, _ATTRIBUTE, await _site_for_key(found[1]))
        return await self.get_response(request)


async def _site_for_key(key: str) -> CachedSite | Unavailable | None:
    site = cached_site_for_key(key)
    if site is not MISSING:
        return site
    try:
        return await read(site_for_key, key)
    except Unavailable as error:
        return error
