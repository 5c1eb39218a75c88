"""Daphne as we run it. Imported only to serve by it: daphne installs Twisted's reactor on import.

Mended here, by subclassing: it closes with any code and says why (autobahn's `sendClose` refuses 1012 and daphne drops the
reason), it answers a protocol error with a close frame, and it tells everybody before it ends their conversations.
What it does not let us do: refuse a handshake with another status than 403, and judge an Origin that is none.
"""

from __future__ import annotations

import asyncio
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from django.utils.module_loading import import_string

from inglenook.protocol.limits import HARD_FRAME_BYTES
from inglenook.realtime.hub import hub_of_this_loop
from inglenook.sites.draining import start_draining

REASON_BYTES = 120  # RFC 6455 5.5: a control frame carries 125 bytes, two of them the code


class ClosingProtocol(WebSocketProtocol):  # type: ignore[misc]
    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            reason = str(message.get("reason") or "").encode()[:REASON_BYTES]
            self.sendCloseFrame(code=message.get("code", 1000), reasonUtf8=reason or None)
        else:
            super().handle_reply(message)


class DrainingServer(Server):  # type: ignore[misc]
    def run(self) -> None:
        from twisted.internet import reactor

        running: Any = reactor
        running.callWhenRunning(self._prepare)
        super().run()

    def _prepare(self) -> None:
        self.ws_factory.protocol = ClosingProtocol
        # autobahn drops the TCP connection at a protocol error unless told to say why, and judges `Origin: null`
        # itself unless told to leave that to us.
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True)

    def kill_all_applications(self) -> Any:
        """Daphne ends every conversation by cancelling it; ours are told first."""
        from twisted.internet.defer import Deferred

        end = super().kill_all_applications
        start_draining()
        drained = Deferred.fromFuture(asyncio.ensure_future(hub_of_this_loop().drain()))
        return drained.addBoth(lambda _: end())


def run_daphne(*, host: str, port: int, application: str, backlog: int) -> None:
    """Serves until it is told to stop. `application` is the dotted name of the ASGI application."""
    endpoints = build_endpoint_description_strings(host=host, port=port)
    DrainingServer(
        application=import_string(application),
        endpoints=[f"{description}:backlog={backlog}" for description in endpoints],
        websocket_max_message_size=HARD_FRAME_BYTES,
        websocket_max_frame_size=HARD_FRAME_BYTES,
        websocket_timeout=-1,
        ping_interval=0,
        server_name="",
        verbosity=0,
    ).run()
