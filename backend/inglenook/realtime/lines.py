"""The connection under an HTTP answer that goes on for long: to wait for its reader, to notice that nobody is there, to cut it.

ASGI has no words for these, so each of our servers puts a `Line` into the scope; without one a stream still works.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any, Protocol, cast

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from inglenook.realtime.pipelines import InTurn

EXTENSION = "inglenook.line"
# A comment goes out every 15 s: who is gone without a word is noticed within 35 s of leaving.
UNANSWERED_MS = 20_000
# A request whose head is not whole by then is not waited for: a thousand such would cost their sender nothing.
HEAD_SECONDS = 10.0


class Line(Protocol):
    def hold(self) -> None:
        """The answer that begins goes on for long."""

    async def ready(self) -> None:
        """Waits until the reader has taken most of what was written."""

    def let_go(self) -> None:
        """The end of the answer follows."""

    def cut(self) -> None:
        """Ends the connection, and forgets what the reader has not taken."""


def line_of(scope: dict[str, Any]) -> Line | None:
    found: Line | None = scope.get("extensions", {}).get(EXTENSION)
    return found


class LineHttp(InTurn):
    """uvicorn's HTTP protocol as a Line, by its public hook (`http=` takes a class); and with a deadline for a request's head."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.cycles: list[RequestResponseCycle] = []
        self.head_timer: asyncio.TimerHandle | None = None
        self._expect_a_head()

    def _expect_a_head(self) -> None:
        self._stop_expecting()
        self.head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_expecting(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not any(not cycle.response_complete for cycle in self.cycles):
            self._expect_a_head()
        cast("dict[str, Any]", self.scope)["extensions"] = {EXTENSION: self}

    def on_headers_complete(self) -> None:
        self._stop_expecting()
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycles = [*(old for old in self.cycles if not old.response_complete), self.cycle]

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_expecting()
        # The base class tells only the newest request; a stream with another request behind it would never end.
        for cycle in self.cycles:
            if not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        super().connection_lost(exc)

    def hold(self) -> None:
        give_up_when_unanswered(self.transport.get_extra_info("socket"))

    async def ready(self) -> None:
        """uvicorn's own `send` waits."""

    def let_go(self) -> None:
        """Nothing was changed that has to be undone."""

    def cut(self) -> None:
        self.transport.abort()


def give_up_when_unanswered(handle: socket.socket | None) -> None:
    """Bytes that nobody acknowledges end the connection soon; TCP alone keeps it for a quarter of an hour."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it
    if handle is not None and option is not None:
        # A UNIX socket has no such option; and one that was closed meanwhile says OSError, or ValueError under uvloop.
        with suppress(OSError, ValueError):
            handle.setsockopt(socket.IPPROTO_TCP, option, UNANSWERED_MS)
