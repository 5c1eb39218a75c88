"""What a server may offer to an HTTP response that goes on for long.

The response can wait for its reader, notice that nobody is there, and be cut. ASGI has no words for
these. A server puts its HttpStream into the scope's extensions; without one a stream works, but its
reader is not waited for.
"""

from __future__ import annotations

from typing import Any, Protocol

EXTENSION = "inglenook.http_stream"


class HttpStream(Protocol):
    """One HTTP response that goes on for long: what its server can do beyond ASGI."""

    def begin(self) -> None:
        """The response that begins goes on for long."""

    async def writable(self) -> None:
        """Waits until the reader has taken most of what was written."""

    def end(self) -> None:
        """The last bytes of the response follow."""

    def abort(self) -> None:
        """Ends the connection, and forgets what the reader has not taken."""


def http_stream_of(scope: dict[str, Any]) -> HttpStream | None:
    """None where the server has none."""
    found: HttpStream | None = scope.get("extensions", {}).get(EXTENSION)
    return found
