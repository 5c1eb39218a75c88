"""uvicorn's WebSocket protocol with two doors more, by its public hook (`ws=` takes a class).

`scope["extensions"]["inglenook.socket"]` is the protocol object itself: a connection may hand it ready-made frames without
a coroutine for each, see how much the reader has not taken yet, and end it without waiting for that reader.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Close, Frame, Opcode

from inglenook.protocol.codes import CLOSE
from inglenook.realtime.control_frames import ControlFrames
from inglenook.realtime.crowd import crowd_of_this_process
from inglenook.realtime.plain_frames import plain_texts

EXTENSION = "inglenook.socket"
# The kernel would take megabytes for a reader that stopped before it tells us anything of it. What is on its way is not
# bounded by this, only what waits to go.
KERNEL_UNSENT_BYTES = 64 * 1024
# So many messages of a socket may wait for their turn before its line is no longer read. uvicorn stops reading after each
# and begins again for the next: two calls of the kernel a message.
WAITING_MOST = 8
# So much of what the library reads is handed to it at once. A kilobyte can hold 170 frames, and between two of these pieces
# everybody else has a turn.
PIECE_BYTES = 1024
# After our close frame so much is looked through for the answer to it, and so much more is taken and thrown away.
LAST_BYTES = 4 * 1024
THROWN_AWAY_BYTES = 4 * 1024 * 1024
PONG = b"\x8a"
NO_TEXT = Frame(Opcode.CLOSE, Close(1007, "").serialize()).serialize(mask=False)
END_OF_REQUEST = b"\r\n\r\n"
# How long the other end is given to answer a close before it is cut: it may be gone without a word.
LINGER_SECONDS = 5.0
# A reader that stopped has much in front of the reason why it was ended, and may yet come to it.
LINGER_SECONDS_BEHIND = 30.0


def tell_soon_of_a_stop(handle: socket.socket | None) -> None:
    """A reader that stops shows in the transport's buffer before the kernel has taken much for it."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # Linux and macOS have it
    if handle is not None and option is not None and handle.family != socket.AF_UNIX:
        with suppress(OSError, ValueError):  # it was closed meanwhile
            handle.setsockopt(socket.IPPROTO_TCP, option, KERNEL_UNSENT_BYTES)


def linger_seconds(code: int, *, is_behind: bool) -> float:
    """How long a socket that was ended is kept for its reader."""
    return LINGER_SECONDS_BEHIND if is_behind and code == CLOSE["slow_consumer"] else LINGER_SECONDS


class Inbox:
    """What came in, for the one task that takes it, in the words of asyncio.Queue; whose three deques are 2 KB a socket."""

    __slots__ = ("_events", "_waiter")

    def __init__(self) -> None:
        self._events: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def put_nowait(self, event: Any) -> None:
        self._events.append(event)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Any:
        while not self._events:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._events.pop(0)

    def empty(self) -> bool:
        return not self._events

    def qsize(self) -> int:
        return len(self._events)


class Gate:
    """Whether the transport takes more, in the words of asyncio.Event; whose deque is 700 bytes a socket."""

    __slots__ = ("_opens",)

    def __init__(self) -> None:
        self._opens: asyncio.Future[None] | None = None

    def set(self) -> None:
        opens, self._opens = self._opens, None
        if opens is not None and not opens.done():
            opens.set_result(None)

    def clear(self) -> None:
        if self._opens is None:
            self._opens = asyncio.get_running_loop().create_future()

    async def wait(self) -> None:
        while self._opens is not None:
            await asyncio.shield(self._opens)


class ReadySocket(WebSocketsSansIOProtocol):
    # Few sockets have any of these, so they are the class's until they do.
    address: str | None = None  # as crowd.py counts the connection; bounded_http.py hands it over
    _unread = b""  # what has come and waits for its turn to be read
    _next_piece: asyncio.Handle | None = None
    _control: ControlFrames | None = None
    _is_lingering = False
    _after_close = 0  # bytes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = cast("Any", Inbox())
        self.writable = cast("Any", Gate())
        # Whether all that came was whole plain frames. The library has seen none of them, and stands between two frames.
        self._is_plain = False

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
            # What came with the request, or in the middle of its last line, would be the beginning of a frame.
            if self.handshake_initiated:
                self._is_plain = data.find(END_OF_REQUEST) == len(data) - len(END_OF_REQUEST)
            return
        self._unread = self._unread + data if self._unread else self._read(data)
        if self._unread:
            self._pause()
            self._read_on()

    def _read(self, data: bytes) -> bytes:
        """Reads the beginning of `data`, nearly always all of it. Returns what is left for another turn."""
        if self._is_plain and not self.close_sent:
            texts, end = plain_texts(data, WAITING_MOST)
            for text in texts:
                self._take_text(text)
            if end == len(data):
                return b""
            data = data[end:]
            if len(texts) == WAITING_MOST:
                return data
        # Once the library has seen part of a message only it knows where the next begins.
        self._is_plain = False
        self.conn.receive_data(data[:PIECE_BYTES])
        self.handle_events()  # also of what came before a violation
        if self.conn.parser_exc is not None:
            self.handle_parser_exception()
        return b"" if self._is_lingering else data[PIECE_BYTES:]

    def _read_on(self, seconds: float = 0.0) -> None:
        """The next piece has its turn when nothing stands against it: neither a rest, nor frames that wait to be taken."""
        if self._next_piece is not None:
            return
        if seconds:
            self._next_piece = self.loop.call_later(seconds, self._read_piece)
        elif self._unread:
            if self.close_sent or self.queue.qsize() < WAITING_MOST:
                self._next_piece = self.loop.call_soon(self._read_piece)
        elif self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    def _read_piece(self) -> None:
        self._next_piece = None
        if self.transport.is_closing():
            return
        if self._unread:
            self._unread = self._read(self._unread)
        if not self._is_lingering and (self.close_sent or self.queue.qsize() < WAITING_MOST):
            self._read_on()

    def _pause(self) -> None:
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    async def receive(self) -> Any:
        message = await self.queue.get()
        if self.read_paused and self.queue.empty():
            self._read_on()
        return message

    # --- beside messages

    def _count_control(self, count: int) -> ControlFrames:
        if self._control is None:
            self._control = ControlFrames(self._answer_ping)
        rest_s = self._control.rest_seconds(count)
        if rest_s:
            self._pause()
            self._read_on(rest_s)
        return self._control

    def _answer_ping(self, pong: bytes) -> None:
        self.write_ready(pong, settings.LIMITS.unproven_bytes)

    def handle_ping(self) -> None:
        # The library has answered every ping of the piece that it was given.
        written = self.conn.data_to_send()
        self.conn.writes = [raw for raw in written if raw[:1] != PONG]
        pongs = [raw for raw in written if raw[:1] == PONG]
        if pongs and not self.close_sent:
            control = self._count_control(len(pongs))
            for pong in pongs:
                control.ask(pong)

    def handle_pong(self, event: Any) -> None:
        self._count_control(1)
        super().handle_pong(event)

    def handle_cont(self, event: Any) -> None:
        self._count_control(1)
        if event.data or event.fin:
            super().handle_cont(event)

    # --- the end

    def handle_parser_exception(self) -> None:
        close = self.conn.close_sent
        if close is not None and not self.close_sent:
            self._tell_the_application(close)
        self._linger()

    def handle_close(self, event: Any) -> None:
        if self.close_sent:
            super().handle_close(event)
        elif not self.transport.is_closing():
            if self.conn.close_rcvd is not None:
                self._tell_the_application(self.conn.close_rcvd)
            self._linger()

    def _tell_the_application(self, close: Any) -> None:
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": close.code, "reason": close.reason}
        )

    def _linger(self) -> None:
        """Writes what the library has to say last, and reads on for a moment without looking at what comes.

        A connection that is closed with bytes unread is reset, and the other end would never see the close code.
        """
        if self._is_lingering:
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.disconnected = self._is_lingering = True
        self._unread = b""
        self._stop_reading_on()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _stop_reading_on(self) -> None:
        if self._next_piece is not None:
            self._next_piece.cancel()
            self._next_piece = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_reading_on()
        if self._control is not None:
            self._control.end()
        crowd_of_this_process().leave(self.address)
        super().connection_lost(exc)

    # --- the handshake, and the way out

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # else the request was not a handshake
            extensions: dict[str, Any] = cast("dict[str, Any]", self.scope["extensions"])
            extensions[EXTENSION] = self
            tell_soon_of_a_stop(self.transport.get_extra_info("socket"))

    def write_ready(self, raw: bytes, most_unread: int) -> bool:
        """Hands over one whole WebSocket frame. False: the reader is too far behind, nothing was written."""
        transport = self.transport
        if self.close_sent or transport.is_closing():
            return True
        if transport.get_write_buffer_size() + len(raw) > most_unread:
            return False
        transport.write(raw)
        return True

    def end(self, last: bytes, code: int, reason: str) -> None:
        """Writes a last frame and the close frame behind what is unread, and lets the application know."""
        if self.close_sent or not self.handshake_complete or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(last + b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self._read_on()
        linger_s = linger_seconds(code, is_behind=self.transport.get_write_buffer_size() > 0)
        self.close_timer = self.loop.call_later(linger_s, self.transport.abort)
        self._after_close = len(self._unread)
        if self._after_close > LAST_BYTES:
            self._linger()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            # Of the handshake nobody asks any more, and it would stay as long as the socket: about 5 KB. The library's reader
            # holds the request itself.
            self.request.headers.clear()
            self.request = self.response = cast("Any", None)
            # Each door's copy of the scope shares this one list; all doors are behind us.
            cast("list[Any]", self.scope["headers"]).clear()
        elif message["type"] == "websocket.http.response.body":
            # A refused handshake is complete too; the base class would log each as an error of ours.
            self.handshake_complete = True

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type != "text" or self.close_sent:
            super().send_receive_event_to_app()
            return
        raw = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        try:
            text = str(raw, "utf-8")
        except UnicodeDecodeError:
            # The base class logs a traceback; a stranger must not be able to write our log. What the library has to say
            # of the bytes behind comes too late.
            self.conn.data_to_send()
            self.transport.write(NO_TEXT)
            self._tell_the_application(Close(1007, ""))
            self._linger()
            return
        self._take_text(text)

    def _take_text(self, text: str) -> None:
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if self.queue.qsize() >= WAITING_MOST:
            self._pause()
