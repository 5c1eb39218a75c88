"""Serving: uvicorn by default, daphne the same as far as it lets us.

On SIGTERM or Ctrl-C nobody new is let in, every socket is told when to come back, then the server ends.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

from django.utils.module_loading import import_string

from inglenook.protocol.limits import HARD_FRAME_BYTES
from inglenook.realtime.hub import hub_of_this_loop
from inglenook.realtime.protocol import ReadySocket
from inglenook.sites.draining import start_draining

logger = logging.getLogger(__name__)

SERVERS = ("uvicorn", "daphne")
APPLICATION = "inglenook.config.asgi.application"  # by name: what serves is below what is served
BACKLOG = 4096  # daphne's own default of 50 makes a thousand clients that come back at once wait for seconds
GRACE_SECONDS = 10


class PortBusy(OSError):
    """Somebody else listens there already."""


def run(*, host: str, port: int, server: str = "uvicorn") -> None:
    """Serves until it is told to stop. Raises PortBusy."""
    _refuse_a_busy_port(host, port)
    if server == "daphne":
        _run_daphne(host, port)
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
        ws=ReadySocket,
        ws_max_size=HARD_FRAME_BYTES,
        ws_ping_interval=None,  # our own `ping` asks for a proof of reading, and never closes with 1011
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


def _run_daphne(host: str, port: int) -> None:
    # Daphne installs Twisted's reactor on import, so nothing of it may be imported before it was chosen.
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server

    class DrainingServer(Server):  # type: ignore[misc]
        def run(self) -> None:
            from twisted.internet import reactor

            running: Any = reactor
            running.callWhenRunning(lambda: _answer_properly(self))
            super().run()

        def kill_all_applications(self) -> Any:
            """Daphne ends every conversation by cancelling it; ours are told first."""
            from twisted.internet.defer import Deferred

            end = super().kill_all_applications
            start_draining()
            drained = Deferred.fromFuture(asyncio.ensure_future(hub_of_this_loop().drain()))
            return drained.addBoth(lambda _: end())

    endpoint = build_endpoint_description_strings(host=host, port=port)
    DrainingServer(
        application=import_string(APPLICATION),
        endpoints=[f"{description}:backlog={BACKLOG}" for description in endpoint],
        websocket_max_message_size=HARD_FRAME_BYTES,
        websocket_max_frame_size=HARD_FRAME_BYTES,
        websocket_timeout=-1,
        ping_interval=0,
        server_name="",
        verbosity=0,
    ).run()


def _answer_properly(server: Any) -> None:
    # autobahn drops the TCP connection at a protocol error unless told to send the close frame that says why, and
    # judges `Origin: null` itself unless told to leave that to us.
    server.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True)
