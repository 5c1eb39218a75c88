"""The ASGI application that a server runs: Django for HTTP, realtime for sockets."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inglenook.config.settings")

from django.core.asgi import get_asgi_application

http_application = get_asgi_application()

# Django is set up first: these modules import models.
from channels.routing import ProtocolTypeRouter  # noqa: E402  models need Django set up

from inglenook.api.application import ByPath  # noqa: E402  models need Django set up
from inglenook.config.odd_headers import OddHeaders  # noqa: E402  models need Django set up
from inglenook.ops.probes import Probes  # noqa: E402  models need Django set up
from inglenook.realtime.admission.entrance import (  # noqa: E402  models need Django set up
    Entrance,
)
from inglenook.realtime.connections.follow_requests import (  # noqa: E402  models need Django set up
    FollowRequestsApplication,
)
from inglenook.realtime.routing import websocket_admission  # noqa: E402  models need Django set up
from inglenook.realtime.servers.body_limits import BodyLimits  # noqa: E402  models need Django set up

application = Entrance(
    OddHeaders(
        ProtocolTypeRouter(
            {
                # Probes come before BodyLimits, so a probe gets its answer whatever body it has.
                "http": Probes(BodyLimits(FollowRequestsApplication(ByPath(http_application)))),
                "websocket": websocket_admission,
            }
        )
    )
)
