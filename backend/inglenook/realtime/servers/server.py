"""Serves by uvicorn, the default, or by daphne.

On SIGTERM or Ctrl-C the server admits nobody new, closes every socket with the time when to come
back, and ends.
"""

from __future__ import annotations

import logging
import socket

from inglenook.protocol.limits import HARD_FRAME_BYTES
from inglenook.realtime.hub.hub import hub_of_this_loop
from inglenook.realtime.servers.gc_tuning import freeze_startup_objects
from inglenook.realtime.servers.streaming_http import StreamingHttp
from inglenook.realtime.servers.uvicorn_websocket import UvicornWebSocket
from inglenook.sites.draining import start_draining

logger = logging.getLogger(__name__)

SERVERS = ("uvicorn", "daphne")
APPLICATION = "inglenook.config.asgi.application"  # by name: config is above realtime
# With daphne's default of 50 a thousand clients that come back at once wait for seconds.
BACKLOG = 4096
GRACE_SECONDS = 10


class PortBusy(OSError):
    """Another program listens there already."""


def run(*, host: str, port: int, server: str = "uvicorn") -> None:
    """Serves until a signal stops it. Raises PortBusy."""
    _refuse_a_busy_port(host, port)
    if server == "daphne":
        from inglenook.realtime.servers.daphne_server import run_daphne

        run_daphne(host=host, port=port, application=APPLICATION, backlog=BACKLOG)
    else:
        _run_uvicorn(host, port)


def _refuse_a_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusy(error.errno, f"port {port} on {host} is in use or not allowed") from None


def _run_uvicorn(host: str, port: int) -> None:
    import uvicorn

    class DrainingServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            freeze_startup_objects()
            # Not at the first socket: the hub also relays messages that come by calls alone.
            hub_of_this_loop()
            await super().startup(sockets)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            start_draining()
            for listener in self.servers:
                listener.close()
            await hub_of_this_loop().drain()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        APPLICATION.replace(".application", ":application"),
        host=host,
        port=port,
        http=StreamingHttp,
        ws=UvicornWebSocket,
        ws_max_size=HARD_FRAME_BYTES,
        # Our own `ping` asks for a proof of reading, and never closes with 1011.
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="off",
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # INGLENOOK_TRUSTED_PROXIES says whom to believe
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    DrainingServer(config).run()
