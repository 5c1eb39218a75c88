"""The addresses of the sockets."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path, re_path

from inglenook.realtime.consumers import staff_consumer, visitor_consumer
from inglenook.realtime.handshake import (
    HostValidator,
    OwnOriginValidator,
    SiteOriginValidator,
    WithLogin,
    not_found,
)

# Typed as Any: Django's `path` is declared for views, and Channels routes applications by it.
# Ours stands first: Channels' own raises on an Origin that nothing can read.
_staff: Any = OwnOriginValidator(AllowedHostsOriginValidator(WithLogin(staff_consumer)))
_visitors: Any = SiteOriginValidator(visitor_consumer)
_nowhere: Any = not_found
_routes: Any = [
    path("ws/v1/staff/<str:site_key>/", _staff),
    path("ws/v1/<str:site_key>/", _visitors),
    re_path(r"", _nowhere),
]

websocket_application = HostValidator(URLRouter(_routes))
