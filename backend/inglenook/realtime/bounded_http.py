"""uvicorn's HTTP protocol with bounds: how long a head is, how long each state of a connection lasts, how many an address has.

    accept ─> HEAD ─> BODY ─> ANSWER ─> SILENCE ─> HEAD …        each with a deadline (waiting.py)
                └───────┴──────┴─ refused ─> LINGER ─> gone      answered in turn, then closed

A client that is refused may still be sending. Closing at once would make TCP throw the answer away on its way, so what it
sends is read and thrown away for a moment.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from inglenook.protocol.limits import FORM_BODY_BYTES
from inglenook.realtime.body_limits import most_body_bytes
from inglenook.realtime.crowd import Crowded, crowd_of_this_process
from inglenook.realtime.heads import Head, HeadTooLarge, declares_body
from inglenook.realtime.refusals import Refused, answer_of
from inglenook.realtime.waiting import Deadlines, Wait, Watch


class BoundedHttp(HttpToolsProtocol):
    deadlines: ClassVar[Deadlines] = Deadlines()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.cycles: list[RequestResponseCycle] = []
        self.head = Head()
        self.watch = Watch(self.loop, self._look)
        self.waits = Wait.ANSWER
        self.refusal: Refused | None = None
        self.is_deaf = False  # what still comes is thrown away
        self.is_held = False  # the answer goes on for long, and has bounds of its own
        self.is_whole = True  # the parser stands between two requests
        self.is_in_body = False
        self.fresh_bytes = 0  # of the body, in this window
        self.has_begun = True  # something came after the last answer; the first request is awaited
        self.address: str | None = None
        try:
            self.address = crowd_of_this_process().enter(self.client[0] if self.client else None)
        except Crowded:
            # It does not count, so it may not stay either.
            self.is_deaf = True
            transport.write(answer_of(Refused(429)))
            transport.close()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self.watch.stop()
        crowd_of_this_process().leave(self.address)
        # The base class tells only the newest request; a stream with another request behind it would never end.
        for cycle in self.cycles:
            if not cycle.response_complete:
                _disconnect(cycle)
        super().connection_lost(exc)

    # --- what comes

    def data_received(self, data: bytes) -> None:
        """A short piece of what came (pipelines.py): a field without end is noticed in time."""
        self.has_begun = True
        if not self.is_deaf:
            self._feed(data)
            self._wait()

    def _feed(self, piece: bytes) -> None:
        self.head.feed(len(piece))
        try:
            self.parser.feed_data(piece)
            self.head.fed()
        except HeadTooLarge:
            self._refuse(self._too_large())
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._unsupported_upgrade_warning()
        except httptools.HttpParserError as error:
            self._refuse(self._refusal_of(error.__context__))

    def _refusal_of(self, cause: BaseException | None) -> Refused:
        """What one of the callbacks below raised, or the parser by itself."""
        if isinstance(cause, Refused):
            return cause
        if isinstance(cause, HeadTooLarge):
            return self._too_large()
        self.logger.warning("Invalid HTTP request received.")
        return Refused(400)

    def _too_large(self) -> Refused:
        is_head = not self.is_whole and not self.is_in_body
        return Refused(400 if is_head and self._should_upgrade() else 431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head.begin()
        self.is_whole = False

    def on_url(self, url: bytes) -> None:
        self.head.add(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.head.add_field(len(name) + len(value))
        if self.is_in_body:
            # A trailer. Nobody reads them, and among the headers they could pass for what a proxy wrote.
            if self.head.has_too_many_fields:
                raise Refused(431)
        elif not self.head.has_too_many_fields:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        is_handshake = self.parser.should_upgrade() and self._should_upgrade()
        if is_handshake and declares_body(self.headers):
            raise Refused(400)
        if self.head.has_too_many_fields:
            raise Refused(400 if is_handshake else 431)
        self.head.begin()
        super().on_headers_complete()
        self.is_in_body = True
        if not is_handshake:
            # Answers end the connection through us: see `close`.
            self.cycle.transport = cast(Any, self)
            self.cycles = [*(old for old in self.cycles if not old.response_complete), self.cycle]

    def on_body(self, body: bytes) -> None:
        self.head.goes_on()
        self.fresh_bytes += len(body)
        if self.waits is Wait.BODY and self.fresh_bytes >= self.deadlines.body_bytes:
            self._expect_body()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.is_whole = True
        self.is_in_body = False
        if self.waits is Wait.BODY:
            self.waits = Wait.ANSWER  # the next body has a time of its own
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self.is_deaf = True
        if self._open():  # the socket would write into their answers
            self._refuse(Refused(400))
            return
        self.watch.stop()
        super().handle_websocket_upgrade()
        socket: Any = self.transport.get_protocol()
        if socket.handshake_initiated:
            if self.address is not None:
                socket.address, self.address = self.address, None
            self.waits = Wait.PASSED_ON
            return
        # The library could not read the request, and says nothing to anybody.
        self.transport.set_protocol(self)
        self.connections.discard(socket)
        self.connections.add(self)
        self._refuse(Refused(400))

    # --- how long it is waited for

    def _open(self) -> list[RequestResponseCycle]:
        """The requests whose answers are not written yet."""
        return [cycle for cycle in self.cycles if not cycle.response_complete]

    def _wait(self) -> None:
        """Gives the state that the connection is in now its time, unless it was in it before."""
        waits = self._state()
        if waits is not self.waits:
            self._enter(waits)

    def _state(self) -> Wait:
        if self.waits in (Wait.LINGER, Wait.PASSED_ON):
            return self.waits
        if self.transport.is_closing():
            return Wait.CLOSING
        is_body_due = self.is_in_body and not self.is_deaf
        if unanswered := self._open():
            is_alone = is_body_due and unanswered == [self.cycle]
            return Wait.BODY if is_alone else Wait.ANSWER
        if is_body_due:
            return Wait.BODY
        return Wait.HEAD if self.has_begun or not self.is_whole else Wait.SILENCE

    def _enter(self, waits: Wait) -> None:
        self.waits = waits
        deadlines = self.deadlines
        self.unread = 0
        self.has_drained = False
        if waits is Wait.HEAD:
            self.watch.after(deadlines.head)
        elif waits is Wait.BODY:
            self.body_until = self.watch.now() + deadlines.small_body
            self._expect_body()
        elif waits is Wait.SILENCE:
            self.watch.after(deadlines.silence)
        elif waits is Wait.LINGER:
            self.watch.after(deadlines.linger)
        else:
            self.watch.after(deadlines.unread)

    def _expect_body(self) -> None:
        self.fresh_bytes = 0
        due = self.watch.now() + self.deadlines.body_window
        if most_body_bytes(self.scope["path"]) < FORM_BODY_BYTES:
            due = min(due, self.body_until)
        self.watch.at(due)

    def _look(self) -> None:
        """The time is up."""
        if self.waits is Wait.LINGER:
            self.transport.abort()
        elif self.waits is Wait.HEAD and self.is_whole:
            self.transport.close()
            self._wait()
        elif self.waits is Wait.BODY and self.flow.read_paused:
            self._enter(Wait.BODY)  # it is we who do not read
        elif self.waits in (Wait.HEAD, Wait.BODY):
            self._refuse(Refused(408))
        else:
            self._look_at_reader()

    def _look_at_reader(self) -> None:
        """Ends a connection whose reader leaves what was written where it is."""
        unread = self.transport.get_write_buffer_size()
        if not unread and self.waits is Wait.SILENCE:
            self.transport.close()
        elif 0 < self.unread <= unread and not self.has_drained and not self.is_held:
            self.transport.abort()
        else:
            self.unread = unread
            self.has_drained = False
            self.watch.after(self.deadlines.unread)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.has_drained = True

    def on_response_complete(self) -> None:
        if self.waits is Wait.LINGER:
            return
        super().on_response_complete()
        self._unset_keepalive_if_required()
        self.is_held = False
        self.has_begun = False
        if self.refusal is not None and not self.transport.is_closing():
            self._refuse(self.refusal)
        self._wait()

    # --- how it ends

    def _refuse(self, refusal: Refused) -> None:
        """Answers in place of the application, when all requests before have their answers, and ends the connection."""
        self.is_deaf = True
        own = self.cycle if self.is_in_body else None
        if any(cycle is not own for cycle in self._open()):
            self.refusal = refusal
            return
        if own is None or not own.response_started:
            self.transport.write(answer_of(refusal))
        if own is not None and not own.response_complete:
            _disconnect(own)
        self._linger()

    def _linger(self) -> None:
        self.is_deaf = True
        if self.waits is Wait.LINGER or self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._enter(Wait.LINGER)

    # --- the transport, as an answer sees it

    def write(self, data: bytes) -> None:
        if self.waits is not Wait.LINGER:
            self.transport.write(data)

    def is_closing(self) -> bool:
        return self.waits is Wait.LINGER or self.transport.is_closing()

    def close(self) -> None:
        if self.is_in_body or self.is_deaf:
            self._linger()
        else:
            self.transport.close()


def _disconnect(cycle: RequestResponseCycle) -> None:
    cycle.disconnected = True
    cycle.message_event.set()
