"""The addresses of the sockets."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path, re_path

from inglenook.realtime.consumers import staff_consumer, visitor_consumer
from inglenook.realtime.handshake import (
    HostValidator,
    OwnOriginGuard,
    SiteOriginValidator,
    not_found,
)

websocket_application = HostValidator(
    URLRouter(
        [
            path(
                "ws/v1/staff/<str:site_key>/",
                OwnOriginGuard(AllowedHostsOriginValidator(AuthMiddlewareStack(staff_consumer))),
            ),
            path("ws/v1/<str:site_key>/", SiteOriginValidator(visitor_consumer)),
            re_path(r"", not_found),
        ]
    )
)
