"""The addresses of the sockets, and who is admitted there (admission/entrance.py)."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path, re_path

from inglenook.realtime.admission.handshake import (
    HostValidator,
    LoginMiddleware,
    OwnOriginValidator,
    SiteOriginValidator,
    not_found,
)
from inglenook.realtime.connections.consumers import staff_consumer, visitor_consumer
from inglenook.realtime.hub.hub import hub_of_this_loop

# Typed as Any: Django's `path` is declared for views, and Channels routes applications by it.
# Our validator stands first: Channels' own raises on an Origin that it cannot read.
_staff: Any = OwnOriginValidator(AllowedHostsOriginValidator(LoginMiddleware(staff_consumer)))
_visitors: Any = SiteOriginValidator(visitor_consumer)
_nowhere: Any = not_found
_routes: Any = [
    path("ws/v1/staff/<str:site_key>/", _staff),
    path("ws/v1/<str:site_key>/", _visitors),
    re_path(r"", _nowhere),
]


def _is_draining() -> bool:
    return hub_of_this_loop().is_draining


websocket_admission = HostValidator(URLRouter(_routes), _is_draining)
