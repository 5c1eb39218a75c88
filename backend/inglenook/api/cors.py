"""Which page may read an answer: asked by django-cors-headers about every preflight and answer.

The same judgement as the views' and the sockets'. One address is open to be read by any page, also by a file (`null`, or
`file://` in some browsers): `session` explains to it why it is refused (protocol.md part 4).
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from inglenook.api.middleware import card_of
from inglenook.sites.origins import allows_origin, origin_of_url
from inglenook.sites.selectors import SiteCard

_API = re.compile(r"/api/v1/[^/]+/(.*)")


def may_read(request: HttpRequest, **_: Any) -> bool:
    """Whether the page that sent this request may read its answer."""
    found = _API.fullmatch(request.path_info)
    header = request.headers.get("Origin")
    if found is None or header is None:
        return False
    if found[1] == "session":
        return True
    card = card_of(request)
    if not isinstance(card, SiteCard):
        return False
    return allows_origin(
        card.entries,
        header,
        own_origin=origin_of_url(settings.BASE_URL),
        allow_null=card.allows_null_origin,
    )
