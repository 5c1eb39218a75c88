"""uvicorn's HTTP protocol with bounds: of heads, of each state's time, of an address's connections.

    accept ─> HEAD ─> BODY ─> RESPONSE ─> IDLE ─> HEAD …       each with a deadline (deadlines.py)
                └───────┴────────┴─ refused ─> LINGER ─> gone  answered in turn, then closed

A client that is refused may still be sending. If the connection were closed at once, TCP would
throw the response away on its way. So for a moment its bytes are read and thrown away.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from inglenook.protocol.limits import FORM_BODY_BYTES
from inglenook.realtime.admission.address_connections import TooManyConnections, address_connections
from inglenook.realtime.servers.body_limits import most_body_bytes
from inglenook.realtime.servers.deadlines import Deadlines, DeadlineTimer, State
from inglenook.realtime.servers.plain_handshake import PlainHandshake, plain_handshake
from inglenook.realtime.servers.refused_requests import RequestRefused, response_of
from inglenook.realtime.servers.request_heads import Head, HeadTooLarge, declares_body


class BoundedHttp(HttpToolsProtocol):
    """One connection, with a deadline for each state. The module draws them."""

    deadlines: ClassVar[Deadlines] = Deadlines()
    behind_handshake = b""  # bytes of the last piece that are the WebSocket's

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        self.cycles: list[RequestResponseCycle] = []
        self.head = Head()
        self.timer = DeadlineTimer(self.loop, self._on_deadline)
        self.state = State.RESPONSE
        self.refusal: RequestRefused | None = None
        self.ignores_input = False  # what still comes is thrown away
        self.is_streaming = False  # the response goes on for long, and has bounds of its own
        self.is_between_requests = True  # as the parser sees it
        self.is_in_body = False
        self.fresh_bytes = 0  # of the body, in this window
        # Whether bytes came after the last response; at first a request is awaited.
        self.has_begun = True
        self.address: str | None = None
        try:
            self.address = address_connections().enter(self.client[0] if self.client else None)
        except TooManyConnections:
            # It is not counted, so it must not stay.
            self.ignores_input = True
            self.transport.write(response_of(RequestRefused(429)))
            self.transport.close()
        self._update_state()

    def connection_lost(self, exc: Exception | None) -> None:
        self.timer.stop()
        address_connections().leave(self.address)
        # The base class ends only the newest request. A stream with another request behind it would
        # never end.
        for cycle in self.cycles:
            if not cycle.response_complete:
                _disconnect(cycle)
        super().connection_lost(exc)

    # --- input

    def data_received(self, data: bytes) -> None:
        """Gets short pieces (pipelined_http.py), so a field without end is noticed in time."""
        self.has_begun = True
        if not self.ignores_input:
            self._feed(data)
            self._update_state()

    def _feed(self, piece: bytes) -> None:
        self.head.feed(len(piece))
        try:
            self.parser.feed_data(piece)
            self.head.fed()
        except HeadTooLarge:
            self._refuse(self._too_large())
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                self.behind_handshake = piece[upgrade.args[0] :]
            else:
                self._unsupported_upgrade_warning()
        except httptools.HttpParserError as error:
            self._refuse(self._refusal_of(error.__context__))

    def _refusal_of(self, cause: BaseException | None) -> RequestRefused:
        """`cause` is what a callback below raised; None where the parser failed itself."""
        if isinstance(cause, RequestRefused):
            return cause
        if isinstance(cause, HeadTooLarge):
            return self._too_large()
        self.logger.warning("Invalid HTTP request received.")
        return RequestRefused(400)

    def _too_large(self) -> RequestRefused:
        is_head = not self.is_between_requests and not self.is_in_body
        return RequestRefused(400 if is_head and self._should_upgrade() else 431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head.begin()
        self.is_between_requests = False

    def on_url(self, url: bytes) -> None:
        self.head.add(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.head.add_field(len(name) + len(value))
        if self.is_in_body:
            # A trailer. Nobody reads it, and among the headers it could pass for a proxy's.
            if self.head.has_too_many_fields:
                raise RequestRefused(431)
        elif not self.head.has_too_many_fields:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        is_handshake = self.parser.should_upgrade() and self._should_upgrade()
        if is_handshake and declares_body(self.headers):
            raise RequestRefused(400)
        if self.head.has_too_many_fields:
            raise RequestRefused(400 if is_handshake else 431)
        self.head.begin()
        super().on_headers_complete()
        self.is_in_body = True
        if not is_handshake:
            # A response ends the connection through this object: see `close`.
            self.cycle.transport = cast(Any, self)
            self.cycles = [*(old for old in self.cycles if not old.response_complete), self.cycle]

    def on_body(self, body: bytes) -> None:
        self.head.goes_on()
        self.fresh_bytes += len(body)
        if self.state is State.BODY and self.fresh_bytes >= self.deadlines.body_bytes:
            self._expect_body()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.is_between_requests = True
        self.is_in_body = False
        if self.state is State.BODY:
            self.state = State.RESPONSE  # the next body gets a deadline of its own
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self.ignores_input = True
        if self._open():  # the socket would write into their responses
            self._refuse(RequestRefused(400))
            return
        self.timer.stop()
        handshake = plain_handshake(
            self.scope["method"], self.scope["http_version"], self.url, self.headers
        )
        if handshake is None:
            super().handle_websocket_upgrade()
        else:
            self._begin_websocket(handshake)
        socket: Any = self.transport.get_protocol()
        if socket.handshake_initiated:
            if self.address is not None:
                socket.address, self.address = self.address, None
            self.state = State.UPGRADED
            return
        # The library could not parse the request, and answers nothing.
        self.transport.set_protocol(self)
        self.connections.discard(socket)
        self.connections.add(self)
        self._refuse(RequestRefused(400))

    def _begin_websocket(self, handshake: PlainHandshake) -> None:
        """As the base class, which writes the request again for the library to parse."""
        self.connections.discard(self)
        socket: Any = cast(Any, self.ws_protocol_class)(
            config=self.config, server_state=self.server_state, app_state=self.app_state
        )
        socket.begin(self, handshake)
        self.transport.set_protocol(socket)

    # --- deadlines

    def _open(self) -> list[RequestResponseCycle]:
        """The requests whose responses are not written yet."""
        return [cycle for cycle in self.cycles if not cycle.response_complete]

    def _update_state(self) -> None:
        """Starts the deadline of the state that the connection is in now, if it is a new one."""
        state = self._state_now()
        if state is not self.state:
            self._enter(state)

    def _state_now(self) -> State:
        if self.state in (State.LINGER, State.UPGRADED):
            return self.state
        if self.transport.is_closing():
            return State.CLOSING
        is_body_due = self.is_in_body and not self.ignores_input
        if unanswered := self._open():
            is_alone = is_body_due and unanswered == [self.cycle]
            return State.BODY if is_alone else State.RESPONSE
        if is_body_due:
            return State.BODY
        return State.HEAD if self.has_begun or not self.is_between_requests else State.IDLE

    def _enter(self, state: State) -> None:
        self.state = state
        deadlines = self.deadlines
        self.unread = 0
        self.has_drained = False
        if state is State.HEAD:
            self.timer.after(deadlines.head)
        elif state is State.BODY:
            is_small = most_body_bytes(self.scope["path"]) < FORM_BODY_BYTES
            whole = deadlines.small_body if is_small else deadlines.whole_body
            self.body_until = self.timer.now() + whole
            self._expect_body()
        elif state is State.IDLE:
            self.timer.after(deadlines.idle)
        elif state is State.LINGER:
            self.timer.after(deadlines.linger)
        else:
            self.timer.after(deadlines.unread)

    def _expect_body(self) -> None:
        self.fresh_bytes = 0
        due = self.timer.now() + self.deadlines.body_window
        self.timer.at(min(due, self.body_until))

    def _on_deadline(self) -> None:
        """The deadline of the state has passed."""
        if self.state is State.LINGER:
            self.transport.abort()
        elif self.state is State.HEAD and self.is_between_requests:
            self.transport.close()
            self._update_state()
        elif self.state is State.BODY and self.flow.read_paused:
            self._enter(State.BODY)  # it is the server that does not read
        elif self.state in (State.HEAD, State.BODY):
            self._refuse(RequestRefused(408))
        else:
            self._check_reader()

    def _check_reader(self) -> None:
        """Ends a connection whose reader took nothing since the last look."""
        unread = self.transport.get_write_buffer_size()
        if not unread and self.state is State.IDLE:
            self.transport.close()
        elif 0 < self.unread <= unread and not self.has_drained and not self.is_streaming:
            self.transport.abort()
        else:
            self.unread = unread
            self.has_drained = False
            self.timer.after(self.deadlines.unread)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.has_drained = True

    def on_response_complete(self) -> None:
        if self.state is State.LINGER:
            return
        super().on_response_complete()
        self._unset_keepalive_if_required()
        self.is_streaming = False
        self.has_begun = False
        if self.refusal is not None and not self.transport.is_closing():
            self._refuse(self.refusal)
        self._update_state()

    # --- the end

    def _refuse(self, refusal: RequestRefused) -> None:
        """Answers in place of the application, and ends the connection.

        Waits until all requests before have their responses.
        """
        self.ignores_input = True
        own = self.cycle if self.is_in_body else None
        if any(cycle is not own for cycle in self._open()):
            self.refusal = refusal
            return
        if own is None or not own.response_started:
            self.transport.write(response_of(refusal))
        if own is not None and not own.response_complete:
            _disconnect(own)
        self._linger()

    def _linger(self) -> None:
        self.ignores_input = True
        if self.state is State.LINGER or self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._enter(State.LINGER)

    # --- the transport, as a response sees it

    def write(self, data: bytes) -> None:
        if self.state is not State.LINGER:
            self.transport.write(data)

    def is_closing(self) -> bool:
        return self.state is State.LINGER or self.transport.is_closing()

    def close(self) -> None:
        if self.is_in_body or self.ignores_input:
            self._linger()
        else:
            self.transport.close()


def _disconnect(cycle: RequestResponseCycle) -> None:
    cycle.disconnected = True
    cycle.message_event.set()
