"""Which page may read an answer: asked by django-cors-headers about every preflight and answer.

The same judgement as the views' and the sockets'. Any page may read one address, also a file
(`null`, or `file://` in some browsers): `session` explains to it why it is refused
(docs/http-api.md, "Opening a session").
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from inglenook.api.visitor.middleware import site_of
from inglenook.sites.origins import allows_origin, origin_of_url
from inglenook.sites.selectors import CachedSite

_API = re.compile(r"/api/v1/[^/]+/(.*)")


def may_read(request: HttpRequest, **_: Any) -> bool:
    """Whether the page that sent this request may read its answer."""
    found = _API.fullmatch(request.path_info)
    header = request.headers.get("Origin")
    if found is None or header is None:
        return False
    if found[1] == "session":
        return True
    site = site_of(request)
    if not isinstance(site, CachedSite):
        return False
    return allows_origin(
        site.entries,
        header,
        own_origin=origin_of_url(settings.BASE_URL),
        allow_null=site.allows_null_origin,
    )
