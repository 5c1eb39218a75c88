"""Daphne as we run it. Imported only to serve by it: daphne installs Twisted's reactor on import.

Mended here, by subclassing: it closes with any code and says why (autobahn's `sendClose` refuses 1012 and daphne drops the
reason), it answers a protocol error with a close frame, it takes ready-made frames straight to the socket, it reads and
answers no more than is taken of it, and it tells everybody before it ends their conversations.
What it does not let us do: refuse a handshake with another status than 403, and judge an Origin that is none.
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
from django.conf import settings
from django.utils.module_loading import import_string

from inglenook.protocol.limits import HARD_FRAME_BYTES
from inglenook.realtime.control_frames import ControlFrames
from inglenook.realtime.daphne_bodies import JudgedRequest
from inglenook.realtime.hub import hub_of_this_loop
from inglenook.realtime.lines import EXTENSION as LINE
from inglenook.realtime.lines import give_up_when_unanswered
from inglenook.realtime.pauses import spare_what_stays
from inglenook.realtime.protocol import EXTENSION as READY
from inglenook.realtime.protocol import (
    LAST_BYTES,
    LINGER_SECONDS,
    PIECE_BYTES,
    THROWN_AWAY_BYTES,
    WAITING_MOST,
    linger_seconds,
    tell_soon_of_a_stop,
)
from inglenook.realtime.waiting import Deadlines
from inglenook.sites.draining import start_draining

STATE_CLOSING = WebSocketProtocol.STATE_CLOSING
CLOSING_SECONDS = 1.0  # for the answers to our last close frames
ANSWERING_SECONDS = 5.0  # for requests that are being answered
REASON_BYTES = 120  # RFC 6455 5.5: a control frame carries 125 bytes, two of them the code
# An answer is begun when no more than this waits for its reader.
UNTAKEN_BYTES = 64 * 1024
LOOK_AGAIN_SECONDS = 0.02


class ClosingProtocol(WebSocketProtocol):  # type: ignore[misc]
    # Few sockets have any of these, so they are the class's until they do.
    unread = b""  # what has come and waits for its turn to be read
    next_piece: asyncio.Handle | None = None
    control: ControlFrames | None = None
    rest_s = 0.0
    is_lingering = False
    after_close = 0  # bytes

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            self.close_with(message.get("code", 1000), str(message.get("reason") or ""))
        else:
            super().handle_reply(message)

    def close_with(self, code: int, reason: str) -> None:
        self.sendCloseFrame(code=code, reasonUtf8=reason.encode()[:REASON_BYTES] or None)
        self.after_close = len(self.unread)
        if self.after_close > LAST_BYTES:
            self._linger()

    # --- in, as much as is taken

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self.state == self.STATE_CLOSING:
            self.after_close += len(data)
            if self.after_close > THROWN_AWAY_BYTES:
                self.transport.abortConnection()
            elif self.after_close > LAST_BYTES:
                self._linger()
        if self.is_lingering:
            return
        if self.state != self.STATE_OPEN and not self.unread:
            super().dataReceived(data)
            return
        self.unread += data
        if self.next_piece is None:
            self._read_piece()

    def _read_piece(self) -> None:
        self.next_piece = None
        if not self._waits_for_the_application():
            piece, self.unread = self.unread[:PIECE_BYTES], self.unread[PIECE_BYTES:]
            super().dataReceived(piece)
        if self.is_lingering or self.state == self.STATE_CLOSED:
            self.unread = b""
            return
        loop = asyncio.get_running_loop()
        if self._waits_for_the_application():
            self.rest_s = max(self.rest_s, LOOK_AGAIN_SECONDS)
        if not self.unread and not self.rest_s:
            self.transport.resumeProducing()
            return
        self.transport.pauseProducing()
        self.next_piece = loop.call_later(self.rest_s, self._read_piece)
        self.rest_s = 0.0

    def _waits_for_the_application(self) -> bool:
        waits: bool = (
            self.state == self.STATE_OPEN and self.application_queue.qsize() >= WAITING_MOST
        )
        return waits

    # --- beside messages

    def _count_control(self) -> ControlFrames:
        if self.control is None:
            self.control = ControlFrames(self._answer_ping)
        self.rest_s = max(self.rest_s, self.control.rest_seconds())
        return self.control

    def _answer_ping(self, payload: bytes) -> None:
        if unsent_bytes(self.transport) < settings.LIMITS.unproven_bytes:
            self.sendPong(payload)

    def onPing(self, payload: bytes) -> None:  # noqa: N802
        self._count_control().ask(payload)

    def onPong(self, payload: bytes) -> None:  # noqa: ARG002, N802
        self._count_control()

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802
        if self.current_frame.opcode == 0:  # a fragment after the first
            self._count_control()
        super().onMessageFrameBegin(length)

    # --- what is not the protocol

    def _fail_connection(self, code: int = 1001, reason: str = "going away") -> None:
        """Says why and reads on for a moment without looking at what comes; autobahn warns of each in the log."""
        if self.state != self.STATE_OPEN:
            return
        self.failedByMe = True
        self.closeHandshakeTimeout = LINGER_SECONDS
        self.close_with(code, reason)
        self._linger()

    def _linger(self) -> None:
        if not self.is_lingering:
            self.is_lingering = True
            self.unread = b""
            self.transport.resumeProducing()
            self.transport.loseWriteConnection()

    def _protocol_violation(self, reason: str) -> bool:
        super()._protocol_violation(reason)
        return True  # nothing behind it is looked at

    def _invalid_payload(self, reason: str) -> bool:
        super()._invalid_payload(reason)
        return True

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        if self.next_piece is not None:
            self.next_piece.cancel()
        if self.control is not None:
            self.control.end()
        super().connectionLost(reason)

    def onConnect(self, request: Any) -> Any:  # noqa: N802
        # Daphne decodes the header itself, and fails at what is not ASCII. What autobahn has read of it says the same.
        request.headers.pop("sec-websocket-protocol", None)
        return super().onConnect(request)


def unsent_bytes(transport: Any) -> int:
    """What waits in Twisted's buffer for the reader."""
    waits: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen  # noqa: SLF001  a test on the real server guards it
    return waits


class DaphneReady:
    """A WebSocket that takes ready-made frames: into the socket at once, and only what that does not take into Twisted's buffer.

    Twisted's own `write` costs a turn of the loop and two calls of epoll for each frame.
    """

    def __init__(self, protocol: ClosingProtocol, handle: socket.socket) -> None:
        self._protocol = protocol
        self._transport: Any = protocol.transport
        self._handle = handle
        tell_soon_of_a_stop(handle)

    def write_ready(self, raw: bytes, most_unread: int) -> bool:
        if self._protocol.state != ClosingProtocol.STATE_OPEN:
            return True
        if self._unread() + len(raw) > most_unread:
            return False
        self._write(raw)
        return True

    def end(self, last: bytes, code: int, reason: str) -> None:
        protocol = self._protocol
        if protocol.state != ClosingProtocol.STATE_OPEN:
            return
        self._write(last)
        protocol.closeHandshakeTimeout = linger_seconds(code, is_behind=self._unread() > 0)
        protocol.close_with(code, reason)
        protocol.application_queue.put_nowait(
            {"type": "websocket.disconnect", "code": code, "reason": reason}
        )
        protocol.muted = True  # it has been told

    def _unread(self) -> int:
        return unsent_bytes(self._transport)

    def _write(self, raw: bytes) -> None:
        sent = 0
        if not self._unread():
            with suppress(OSError):  # full; or lost, which Twisted then finds by itself
                sent = self._handle.send(raw)
        if sent < len(raw):
            self._transport.write(raw[sent:])


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


class PlainRequest(JudgedRequest):
    """A judged request under our own root path: daphne would believe a stranger's header."""

    def process(self) -> Any:
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()


class DrainingServer(Server):  # type: ignore[misc]
    def run(self) -> None:
        from twisted.internet import reactor

        running: Any = reactor
        running.callWhenRunning(self._prepare)
        super().run()

    def _prepare(self) -> None:
        from twisted.internet import reactor

        spare_what_stays()
        running: Any = reactor
        # Not at the first socket: what is said by calls alone is to be passed on by it, too. The loop does not run yet.
        running.callLater(0, hub_of_this_loop)
        self._take_our_requests()
        # Between two bytes: daphne has no deadline for a whole head or body, and says so in docs/production.md.
        self.http_factory.timeOut = Deadlines.silence
        self.ws_factory.protocol = ClosingProtocol
        # autobahn drops the TCP connection at a protocol error unless told to say why, and judges `Origin: null`
        # itself unless told to leave that to us.
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
            scope["extensions"] = {LINE: DaphneLine(protocol)}
            return self._when_answers_are_taken(protocol, scope)
        else:
            scope["subprotocols"] = protocol.websocket_protocols
            handle = protocol.transport.getHandle()
            if isinstance(handle, socket.socket):  # under TLS it is something else, which frames
                scope["extensions"] = {READY: DaphneReady(protocol, handle)}
        return super().create_application(protocol, scope)

    def _when_answers_are_taken(self, request: Any, scope: dict[str, Any]) -> Any:
        """The application, once the reader has taken most of what was answered before; None where it has left."""
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
            running, LOOK_AGAIN_SECONDS, self._when_answers_are_taken, request, scope
        )

    def _forget(self, request: Any, application: asyncio.Future[None]) -> None:
        """Daphne looks once a second for requests that are done, and would hold all of that second."""
        is_answered = "disconnected" in self.connections.get(request, ())
        if is_answered and not application.cancelled() and application.exception() is None:
            del self.connections[request]

    def kill_all_applications(self) -> Any:
        """Daphne ends every conversation by cancelling it; ours are told first."""
        from twisted.internet.defer import Deferred

        end = super().kill_all_applications
        start_draining()
        drained = Deferred.fromFuture(asyncio.ensure_future(self._drain()))
        return drained.addBoth(lambda _: end())

    async def _drain(self) -> None:
        await hub_of_this_loop().drain()
        # Conversations end before their sockets; what was written last has to get out.
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                while any(getattr(p, "state", None) == STATE_CLOSING for p in self.connections):  # noqa: ASYNC110  rare and short
                    await asyncio.sleep(0.02)
        # A thread that answers asks the loop for help, and would wait for ever for one that has stopped.
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERING_SECONDS):
                while working := self._requests_worked_on():
                    await asyncio.wait(working)
        ended = asyncio.get_running_loop().create_future()
        ended.set_result(None)
        for details in self.connections.values():
            details.setdefault("application_instance", ended)  # daphne counts on there being one

    def _requests_worked_on(self) -> list[asyncio.Future[None]]:
        found = [
            details.get("application_instance")
            for protocol, details in self.connections.items()
            if isinstance(protocol, WebRequest)
        ]
        return [application for application in found if application and not application.done()]


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
