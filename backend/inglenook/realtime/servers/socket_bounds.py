"""Bounds of a WebSocket that hold on both servers, and the options of TCP that go with them."""

from __future__ import annotations

import socket
from contextlib import suppress

from inglenook.protocol.codes import CLOSE

# The kernel would take megabytes for a reader that stopped before the transport notices it. This
# bounds only what waits to be sent, not what is on its way.
KERNEL_UNSENT_BYTES = 64 * 1024
# So many messages of a socket may wait to be handled before the server stops reading from it.
# uvicorn alone stops after each and begins again for the next: two system calls a message.
WAITING_MOST = 8
# So much of what the library parses is handed to it at once. A kilobyte can hold 170 frames, and
# between two pieces everybody else has a turn.
PIECE_BYTES = 1024
# After our close frame so much is searched for the answer to it, and so much more is taken and
# thrown away.
LAST_BYTES = 4 * 1024
THROWN_AWAY_BYTES = 4 * 1024 * 1024
# How long the client may take to answer a close before its connection is cut: it may be gone.
LINGER_SECONDS = 5.0
# A reader that stopped has much to read before the close frame, and may yet come to it.
LINGER_SECONDS_BEHIND = 30.0
# A stream's comment goes out every 15 s: a client that left without a word is noticed within 35 s.
UNANSWERED_MS = 20_000


def linger_seconds(code: int, *, is_behind: bool) -> float:
    """How long a socket that was closed is kept for its reader."""
    return LINGER_SECONDS_BEHIND if is_behind and code == CLOSE["slow_consumer"] else LINGER_SECONDS


def limit_kernel_buffer(handle: socket.socket | None) -> None:
    """A reader that stops shows in the transport's buffer before the kernel has taken much."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # Linux and macOS have it
    if handle is not None and option is not None and handle.family != socket.AF_UNIX:
        with suppress(OSError, ValueError):  # it was closed meanwhile
            handle.setsockopt(socket.IPPROTO_TCP, option, KERNEL_UNSENT_BYTES)


def end_when_unanswered(handle: socket.socket | None) -> None:
    """Bytes that nobody acknowledges end the connection soon; TCP alone waits 15 minutes."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it
    if handle is not None and option is not None:
        # A UNIX socket has no such option. One that was closed meanwhile raises OSError, under
        # uvloop ValueError.
        with suppress(OSError, ValueError):
            handle.setsockopt(socket.IPPROTO_TCP, option, UNANSWERED_MS)
