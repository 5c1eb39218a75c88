"""What a server runs: Django for HTTP, the two doors for sockets."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inglenook.config.settings")

from django.core.asgi import get_asgi_application

http_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402  after django.setup()

from inglenook.api.application import ByPath  # noqa: E402  after django.setup()
from inglenook.config.odd_headers import OddHeaders  # noqa: E402  after django.setup()
from inglenook.ops.probes import Probes  # noqa: E402  after django.setup()
from inglenook.realtime.body_limits import BodyLimits  # noqa: E402  after django.setup()
from inglenook.realtime.events import EventsApplication  # noqa: E402  after django.setup()
from inglenook.realtime.routing import websocket_application  # noqa: E402  after django.setup()

application = OddHeaders(
    ProtocolTypeRouter(
        {
            # A probe is answered whatever a body says; every other body is judged first.
            "http": Probes(BodyLimits(EventsApplication(ByPath(http_application)))),
            "websocket": websocket_application,
        }
    )
)
