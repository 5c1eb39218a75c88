"""What a server may offer to a WebSocket: take encoded frames without a coroutine for each.

A server puts its RawSocket into the scope's extensions. Without one a connection writes by ASGI.
"""

from __future__ import annotations

from typing import Any, Protocol

EXTENSION = "inglenook.socket"


class RawSocket(Protocol):
    """One WebSocket: what its server can do beyond ASGI."""

    def write_raw(self, raw: bytes, most_unread: int) -> bool:
        """Hands over one whole WebSocket frame.

        False: the reader is too far behind, and nothing was written.
        """

    def end(self, last: bytes, code: int, reason: str) -> None:
        """Writes a last frame and the close frame behind what is unread.

        The application gets its `websocket.disconnect` at once.
        """


def raw_socket_of(scope: dict[str, Any]) -> RawSocket | None:
    """None where the server has none."""
    found: RawSocket | None = scope.get("extensions", {}).get(EXTENSION)
    return found
