"""Daphne as we run it. Imported only to serve by it: daphne installs Twisted's reactor on import.

Mended here, by subclassing: it drains the hub before it ends its applications, waits for responses
that are under way, and begins a response only when the last one is taken. daphne_websocket.py mends
its sockets, daphne_bodies.py its requests. Two things it does not let us do: refuse a handshake
with another status than 403, and judge an Origin that is none.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from functools import partial
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from django.utils.module_loading import import_string

from inglenook.protocol.limits import HARD_FRAME_BYTES
from inglenook.realtime.connections.http_stream import EXTENSION as HTTP_STREAM
from inglenook.realtime.connections.raw_socket import EXTENSION as RAW_SOCKET
from inglenook.realtime.hub.hub import hub_of_this_loop
from inglenook.realtime.servers.daphne_bodies import JudgedRequest
from inglenook.realtime.servers.daphne_websocket import (
    DaphneRawSocket,
    DaphneWebSocket,
    unsent_bytes,
)
from inglenook.realtime.servers.deadlines import Deadlines
from inglenook.realtime.servers.gc_tuning import freeze_startup_objects
from inglenook.realtime.servers.socket_bounds import end_when_unanswered
from inglenook.sites.draining import start_draining

STATE_CLOSING = WebSocketProtocol.STATE_CLOSING
CLOSING_SECONDS = 1.0  # for the answers to our last close frames
ANSWERING_SECONDS = 5.0  # for responses that are under way
# A response is begun when no more than this of the last one waits for its reader.
UNTAKEN_BYTES = 64 * 1024
LOOK_AGAIN_SECONDS = 0.02


class DaphneHttpStream:
    """The HttpStream of one response.

    Twisted calls its three camelCase methods when the transport's buffer is full or empty again.
    Daphne itself writes without waiting.
    """

    def __init__(self, request: WebRequest) -> None:
        self._request = request
        self._open = asyncio.Event()
        self._open.set()

    def begin(self) -> None:
        if self._request.channel is not None:  # else the client has left
            end_when_unanswered(self._request.channel.transport.getHandle())
            self._request.registerProducer(self, True)

    async def writable(self) -> None:
        await self._open.wait()

    def end(self) -> None:
        if self._request.channel is not None:
            self._request.unregisterProducer()

    def abort(self) -> None:
        if self._request.channel is not None:
            self._request.channel.transport.abortConnection()

    # --- Twisted's IPushProducer

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name
        self._open.clear()

    def resumeProducing(self) -> None:  # noqa: N802  Twisted's name
        self._open.set()

    def stopProducing(self) -> None:  # noqa: N802  Twisted's name
        self._open.set()


class PlainRequest(JudgedRequest):
    """A judged request whose root path is ours: daphne would believe a client's header."""

    def process(self) -> Any:
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()


class DrainingServer(Server):  # type: ignore[misc]  # daphne has no types
    """Daphne, which drains its sockets before it ends and closes them with 1012 and a reason."""

    def run(self) -> None:
        from twisted.internet import reactor

        running: Any = reactor
        running.callWhenRunning(self._prepare)
        super().run()

    def _prepare(self) -> None:
        from twisted.internet import reactor

        freeze_startup_objects()
        running: Any = reactor
        # Not at the first socket: the hub also relays messages that come by calls alone. The loop
        # does not run yet.
        running.callLater(0, hub_of_this_loop)
        self._take_our_requests()
        # Between two bytes: daphne has no deadline for a whole head or body (docs/production.md).
        self.http_factory.timeOut = Deadlines.idle
        self.ws_factory.protocol = DaphneWebSocket
        # By default autobahn drops the TCP connection at a protocol error without a reason, and
        # judges `Origin: null` itself.
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True)

    def _take_our_requests(self) -> None:
        build = self.http_factory.buildProtocol

        def build_with_ours(address: Any) -> Any:
            protocol = build(address)
            protocol.requestFactory = PlainRequest
            return protocol

        self.http_factory.buildProtocol = build_with_ours

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "http":
            scope["extensions"] = {HTTP_STREAM: DaphneHttpStream(protocol)}
            return self._when_responses_are_taken(protocol, scope)
        scope["subprotocols"] = protocol.websocket_protocols
        handle = protocol.transport.getHandle()
        if isinstance(handle, socket.socket):  # under TLS it is another object, which encrypts
            scope["extensions"] = {RAW_SOCKET: DaphneRawSocket(protocol, handle)}
        return super().create_application(protocol, scope)

    def _when_responses_are_taken(self, request: Any, scope: dict[str, Any]) -> Any:
        """Starts the application once the client has read most of the last response.

        Returns None where the client has left.
        """
        if request.channel is None:
            return None
        if unsent_bytes(request.channel.transport) <= UNTAKEN_BYTES:
            queue = super().create_application(request, scope)
            if details := self.connections.get(request):
                details["application_instance"].add_done_callback(partial(self._forget, request))
            return queue
        from twisted.internet import reactor, task

        running: Any = reactor
        return task.deferLater(
            running, LOOK_AGAIN_SECONDS, self._when_responses_are_taken, request, scope
        )

    def _forget(self, request: Any, application: asyncio.Future[None]) -> None:
        """Ends the request at once: daphne alone looks for finished requests once a second."""
        is_answered = "disconnected" in self.connections.get(request, ())
        if is_answered and not application.cancelled() and application.exception() is None:
            del self.connections[request]

    def kill_all_applications(self) -> Any:
        """Daphne cancels every application; ours end by themselves first."""
        from twisted.internet.defer import Deferred

        end = super().kill_all_applications
        start_draining()
        drained = Deferred.fromFuture(asyncio.ensure_future(self._drain()))
        return drained.addBoth(lambda _: end())

    async def _drain(self) -> None:
        await hub_of_this_loop().drain()
        # Conversations end before their sockets; their last bytes are still to be sent.
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                while self._are_sockets_closing():  # noqa: ASYNC110  rare and short
                    await asyncio.sleep(0.02)
        # A thread that answers a request needs the loop, and would wait for ever for one that
        # stopped.
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERING_SECONDS):
                while working := self._unfinished_requests():
                    await asyncio.wait(working)
        ended = asyncio.get_running_loop().create_future()
        ended.set_result(None)
        for details in self.connections.values():
            details.setdefault("application_instance", ended)  # daphne expects one

    def _are_sockets_closing(self) -> bool:
        return any(
            getattr(protocol, "state", None) == STATE_CLOSING for protocol in self.connections
        )

    def _unfinished_requests(self) -> list[asyncio.Future[None]]:
        found = [
            details.get("application_instance")
            for protocol, details in self.connections.items()
            if isinstance(protocol, WebRequest)
        ]
        return [application for application in found if application and not application.done()]


def run_daphne(*, host: str, port: int, application: str, backlog: int) -> None:
    """Serves until a signal stops it. `application` is the dotted name of the ASGI application."""
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
