"""The connection under an HTTP answer that goes on for long: to wait for its reader, to notice that nobody is there, to cut it.

ASGI has no words for these, so each of our servers puts a `Line` into the scope; without one a stream still works.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any, Protocol, cast

from inglenook.realtime.pipelines import InTurn

EXTENSION = "inglenook.line"
# A comment goes out every 15 s: who is gone without a word is noticed within 35 s of leaving.
UNANSWERED_MS = 20_000


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
    """uvicorn's HTTP protocol as a Line, by its public hook (`http=` takes a class)."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)["extensions"] = {EXTENSION: self}

    def hold(self) -> None:
        self.is_held = True
        give_up_when_unanswered(self.transport.get_extra_info("socket"))

    async def ready(self) -> None:
        """uvicorn's own `send` waits."""

    def let_go(self) -> None:
        self.is_held = False

    def cut(self) -> None:
        self.transport.abort()


def give_up_when_unanswered(handle: socket.socket | None) -> None:
    """Bytes that nobody acknowledges end the connection soon; TCP alone keeps it for a quarter of an hour."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it
    if handle is not None and option is not None:
        # A UNIX socket has no such option; and one that was closed meanwhile says OSError, or ValueError under uvloop.
        with suppress(OSError, ValueError):
            handle.setsockopt(socket.IPPROTO_TCP, option, UNANSWERED_MS)
