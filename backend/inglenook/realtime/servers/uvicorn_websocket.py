"""uvicorn's WebSocket protocol as a RawSocket, by its public hook (`ws=` takes a class).

begin: a plain handshake (plain_handshake.py) is answered here, all others by the library
in:   plain text frames are parsed here (plain_frames.py), all others by the library, in pieces
out:  connections write encoded frames by `write_raw`; ASGI's `send` works too
end:  `end` closes behind what is unread and lingers, so that the reader sees the close code
"""

from __future__ import annotations

import asyncio
import logging
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import CONNECTING, OPEN
from websockets.server import ServerProtocol

from inglenook.realtime.admission.address_connections import address_connections
from inglenook.realtime.connections.raw_socket import EXTENSION
from inglenook.realtime.servers.control_frames import ControlFrames
from inglenook.realtime.servers.plain_frames import plain_texts
from inglenook.realtime.servers.plain_handshake import PlainHandshake, response_to
from inglenook.realtime.servers.queues import ReceiveQueue, WriteGate
from inglenook.realtime.servers.socket_bounds import (
    LAST_BYTES,
    LINGER_SECONDS,
    PIECE_BYTES,
    THROWN_AWAY_BYTES,
    WAITING_MOST,
    limit_kernel_buffer,
    linger_seconds,
)

PONG = b"\x8a"
NOT_UTF8_CLOSE = Frame(Opcode.CLOSE, Close(1007, "").serialize()).serialize(mask=False)
END_OF_REQUEST = b"\r\n\r\n"


class UvicornWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket under uvicorn. The module says which way its frames go."""

    # What few sockets ever set is an attribute of the class until then. Up to 30 attributes of an
    # object lie in the object itself, if the first objects of the class had them. Else each has a
    # dictionary of its own, of 0.8 to 2 KB.
    _unread = b""  # what has come and is not parsed yet
    _next_read: asyncio.Handle | None = None
    _control: ControlFrames | None = None
    _is_lingering = False
    _after_close = 0  # bytes
    # Of the base class. It never pings: server.py has the reason.
    logger = logging.getLogger("uvicorn.error")
    request = response = cast("Any", None)
    close_sent = disconnected = read_paused = False
    close_timer = initial_response = None
    close_timeout = 10.0
    ping_interval = ping_timeout = ping_timer = pong_timer = pending_ping_payload = None
    ping_sent_at = last_ping_rtt = 0.0
    curr_msg_data_type: Any = "bytes"

    def __init__(  # in place of the base class's, which makes what most sockets never need
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.config = config
        self.app = config.loaded_app
        self.loop = _loop or asyncio.get_event_loop()
        self.root_path = config.root_path
        self.asgi_version = config.asgi_version
        self.app_state = app_state
        self.connections = server_state.connections
        self.tasks = server_state.tasks
        self.default_headers = server_state.default_headers
        self.queue = cast("Any", ReceiveQueue())
        self.writable = cast("Any", WriteGate())
        self.frames = []
        self.transport = self.server = self.client = self.scheme = self.scope = cast("Any", None)
        self.handshake_initiated = self.handshake_complete = False
        self.address: str | None = None  # the key of address_connections; BoundedHttp has it first
        # Sec-WebSocket-Accept of a plain handshake that waits for the application.
        self._accept: str | None = None
        # Whether all that came was whole plain frames. The library has seen none of them, and is
        # between two frames.
        self._is_plain = False

    def _begin_library(self) -> ServerProtocol:
        """The library's part, made when something comes or goes that is not plain.

        Of a plain handshake it has seen nothing, so it begins behind it, or refuses it.
        """
        return ServerProtocol(
            state=OPEN if self.handshake_complete else CONNECTING,
            max_size=self.config.ws_max_size,
            logger=self.logger,
        )

    # Typed as Any: to the base class it is an attribute that may be set.
    conn: Any = cached_property(_begin_library)

    # --- in

    def data_received(self, data: bytes) -> None:
        if self.close_sent:
            self._after_close += len(data)
            if self._after_close > THROWN_AWAY_BYTES:
                self.transport.abort()
            elif self._after_close > LAST_BYTES:
                self._linger()
        if self._is_lingering:
            return
        if not self.handshake_initiated:
            super().data_received(data)
            # Whether the library took nothing for the beginning of a frame.
            if self.handshake_initiated:
                self._is_plain = data.find(END_OF_REQUEST) == len(data) - len(END_OF_REQUEST)
            return
        if not self.handshake_complete:
            # RFC 6455 4.1: nobody sends before our response. It waits for that.
            self._unread += data
            self._pause()
            return
        self._unread = self._unread + data if self._unread else self._parse(data)
        if self._unread:
            self._pause()
            self._schedule_read()

    def _parse(self, data: bytes) -> bytes:
        """Parses the beginning of `data`, nearly always all of it.

        Returns what is left for later.
        """
        if self._is_plain and not self.close_sent:
            texts, end = plain_texts(data, WAITING_MOST)
            for text in texts:
                self._take_text(text)
            if end == len(data):
                return b""
            data = data[end:]
            if len(texts) == WAITING_MOST:
                return data
        # Once the library has seen part of a message, only it knows where the next one begins.
        self._is_plain = False
        self.conn.receive_data(data[:PIECE_BYTES])
        self.handle_events()  # also of what came before a violation
        if self.conn.parser_exc is not None:
            self.handle_parser_exception()
        return b"" if self._is_lingering else data[PIECE_BYTES:]

    def _schedule_read(self, seconds: float = 0.0) -> None:
        """Schedules the next piece: after `seconds`, or once the application took its messages."""
        if self._next_read is not None or not self.handshake_complete:
            return
        if seconds:
            self._next_read = self.loop.call_later(seconds, self._parse_piece)
        elif self._unread:
            if self.close_sent or self.queue.qsize() < WAITING_MOST:
                self._next_read = self.loop.call_soon(self._parse_piece)
        elif self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def _parse_piece(self) -> None:
        self._next_read = None
        if self.transport.is_closing():
            return
        if self._unread:
            self._unread = self._parse(self._unread)
        if not self._is_lingering and (self.close_sent or self.queue.qsize() < WAITING_MOST):
            self._schedule_read()

    def _pause(self) -> None:
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    async def receive(self) -> Any:
        queue = cast("ReceiveQueue", self.queue)
        while not queue.events:  # not `queue.get`, whose frame would wait here too
            await queue.next_event()
        event = queue.events.pop(0)
        if self.read_paused and not queue.events:
            self._schedule_read()
        return event

    # --- beside messages

    def _count_control_frames(self, count: int) -> ControlFrames:
        if self._control is None:
            self._control = ControlFrames(self._answer_ping)
        rest_s = self._control.rest_seconds(count)
        if rest_s:
            self._pause()
            self._schedule_read(rest_s)
        return self._control

    def _answer_ping(self, pong: bytes) -> None:
        self.write_raw(pong, settings.LIMITS.unproven_bytes)

    def handle_ping(self) -> None:
        # The library has answered every ping of its piece; its pongs are sent at our own pace.
        written = self.conn.data_to_send()
        self.conn.writes = [raw for raw in written if raw[:1] != PONG]
        pongs = [raw for raw in written if raw[:1] == PONG]
        if pongs and not self.close_sent:
            control = self._count_control_frames(len(pongs))
            for pong in pongs:
                control.ask(pong)

    def handle_pong(self, event: Any) -> None:
        self._count_control_frames(1)
        super().handle_pong(event)

    def handle_cont(self, event: Any) -> None:
        self._count_control_frames(1)
        if event.data or event.fin:
            super().handle_cont(event)

    # --- the end

    def handle_parser_exception(self) -> None:
        close = self.conn.close_sent
        if close is not None and not self.close_sent:
            self._queue_disconnect(close)
        self._linger()

    def handle_close(self, event: Any) -> None:
        if self.close_sent:
            super().handle_close(event)
        elif not self.transport.is_closing():
            if self.conn.close_rcvd is not None:
                self._queue_disconnect(self.conn.close_rcvd)
            self._linger()

    def _queue_disconnect(self, close: Any) -> None:
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": close.code, "reason": close.reason}
        )

    def _linger(self) -> None:
        """Writes the library's last bytes, then reads for a moment and throws away what comes.

        TCP resets a connection that is closed with bytes unread. Then the client would never see
        the close code.
        """
        if self._is_lingering:
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.disconnected = self._is_lingering = True
        self._unread = b""
        self._cancel_read()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _cancel_read(self) -> None:
        if self._next_read is not None:
            self._next_read.cancel()
            self._next_read = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_read()
        if self._control is not None:
            self._control.end()
        address_connections().leave(self.address)
        super().connection_lost(exc)

    # --- the handshake, and out

    def begin(self, http: HttpToolsProtocol, handshake: PlainHandshake) -> None:
        """Takes over the connection of `http` for a plain handshake, and asks the application."""
        self.connections.add(self)
        self.transport = http.transport
        self.server, self.client = http.server, http.client
        self.scheme = "wss" if http.scheme == "https" else "ws"
        self.scope = {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": self.scheme,
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "path": self.root_path + handshake.path,
            "raw_path": self.root_path.encode("ascii") + handshake.raw_path,
            "query_string": handshake.query_string,
            "headers": handshake.headers,
            "subprotocols": handshake.subprotocols,
            "state": self.app_state.copy(),
            "extensions": {"websocket.http.response": {}},
        }
        self._accept = handshake.accept
        self.handshake_initiated = self._is_plain = True
        self._offer_raw_socket()
        self.queue.put_nowait({"type": "websocket.connect"})
        task = self.loop.create_task(self.run_asgi())
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.scope is not None:  # else the request was no handshake
            self._offer_raw_socket()

    def _offer_raw_socket(self) -> None:
        extensions: dict[str, Any] = cast("dict[str, Any]", self.scope["extensions"])
        extensions[EXTENSION] = self
        limit_kernel_buffer(self.transport.get_extra_info("socket"))

    def _switch_protocols(self, accept: str, message: Any) -> None:
        """Sends the response to a plain handshake."""
        if not self.transport.is_closing():
            self.handshake_complete = True
            headers = [*self.default_headers, *message.get("headers", ())]
            self.transport.write(response_to(accept, headers, message.get("subprotocol")))

    def write_raw(self, raw: bytes, most_unread: int) -> bool:
        transport = self.transport
        if self.close_sent or transport.is_closing():
            return True
        if transport.get_write_buffer_size() + len(raw) > most_unread:
            return False
        transport.write(raw)
        return True

    def end(self, last: bytes, code: int, reason: str) -> None:
        if self.close_sent or not self.handshake_complete or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(last + b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self._schedule_read()
        linger_s = linger_seconds(code, is_behind=self.transport.get_write_buffer_size() > 0)
        self.close_timer = self.loop.call_later(linger_s, self.transport.abort)
        self._after_close = len(self._unread)
        if self._after_close > LAST_BYTES:
            self._linger()

    async def send(self, message: Any) -> None:
        is_accept = message["type"] == "websocket.accept"
        accept, self._accept = self._accept, None
        if accept is not None and is_accept and not self.disconnected:
            self._switch_protocols(accept, message)
        else:
            await super().send(message)
        if is_accept:
            self._forget_handshake()
            self._schedule_read()
        elif message["type"] == "websocket.http.response.body":
            # A refused handshake is complete too; the base class would log it as an error of ours.
            self.handshake_complete = True

    def _forget_handshake(self) -> None:
        """Nobody needs it any more, and it would stay as long as the socket: some KB."""
        # The application may hold the scope, or a copy with the same list of headers.
        cast("list[Any]", self.scope["headers"]).clear()
        self.scope = self.server = self.client = cast("Any", None)
        if self.request is not None:  # the library parsed it
            self.request = self.response = None

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type != "text" or self.close_sent:
            super().send_receive_event_to_app()
            return
        raw = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        try:
            text = str(raw, "utf-8")
        except UnicodeDecodeError:
            # The base class logs a traceback, and a stranger must not be able to fill our log. What
            # the library would send about the bytes behind is dropped.
            self.conn.data_to_send()
            self.transport.write(NOT_UTF8_CLOSE)
            self._queue_disconnect(Close(1007, ""))
            self._linger()
            return
        self._take_text(text)

    def _take_text(self, text: str) -> None:
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if self.queue.qsize() >= WAITING_MOST:
            self._pause()
