"""Daphne as we run it. Imported only to serve by it: daphne installs Twisted's reactor on import.

Mended here, by subclassing: it closes with any code and says why (autobahn's `sendClose` refuses 1012 and daphne drops the
reason), it answers a protocol error with a close frame, and it tells everybody before it ends their conversations.
What it does not let us do: refuse a handshake with another status than 403, and judge an Origin that is none.
"""

from __future__ import annotations

import asyncio
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from django.utils.module_loading import import_string

from inglenook.protocol.limits import HARD_FRAME_BYTES
from inglenook.realtime.hub import hub_of_this_loop
from inglenook.realtime.lines import EXTENSION as LINE
from inglenook.realtime.lines import give_up_when_unanswered
from inglenook.sites.draining import start_draining

REASON_BYTES = 120  # RFC 6455 5.5: a control frame carries 125 bytes, two of them the code


class ClosingProtocol(WebSocketProtocol):  # type: ignore[misc]
    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            reason = str(message.get("reason") or "").encode()[:REASON_BYTES]
            self.sendCloseFrame(code=message.get("code", 1000), reasonUtf8=reason or None)
        else:
            super().handle_reply(message)


class DaphneLine:
    """The line of one answer: Twisted asks it to pause when the transport's buffer is full, where daphne itself asks nobody."""

    def __init__(self, request: WebRequest) -> None:
        self._request = request
        self._open = asyncio.Event()
        self._open.set()

    def hold(self) -> None:
        if self._request.channel is not None:  # else the client has left
            give_up_when_unanswered(self._request.channel.transport.getHandle())
            self._request.registerProducer(self, True)

    async def ready(self) -> None:
        await self._open.wait()

    def let_go(self) -> None:
        if self._request.channel is not None:
            self._request.unregisterProducer()

    def cut(self) -> None:
        if self._request.channel is not None:
            self._request.channel.transport.abortConnection()

    # --- Twisted's IPushProducer

    def pauseProducing(self) -> None:  # noqa: N802
        self._open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._open.set()

    def stopProducing(self) -> None:  # noqa: N802
        self._open.set()


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

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "http":
            scope["extensions"] = {LINE: DaphneLine(protocol)}
        return super().create_application(protocol, scope)

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
