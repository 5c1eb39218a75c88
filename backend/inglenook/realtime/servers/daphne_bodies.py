"""Bodies under daphne: judged as soon as the head is there.

Twisted alone would put a body into a file before anybody is asked. Imported only to serve by
daphne: it installs Twisted's reactor on import. Twisted calls the methods in camelCase.
"""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from daphne.http_protocol import WebRequest

from inglenook.realtime.servers.body_limits import STATUS, most_body_bytes, too_large

# A client that is refused may still be sending. A close at once would lose the response.
LINGER_SECONDS = 2.0


class JudgedRequest(WebRequest):  # type: ignore[misc]  # daphne has no types
    """A request whose body is refused, or kept in memory, as soon as its head is there."""

    # Django parses forms. Twisted would parse them too, on the event loop.
    _parsePOSTFormSubmission = False  # noqa: N815  Twisted's name

    def gotLength(self, length: int | None) -> None:  # noqa: N802  Twisted's name
        """The head is there. `length` is None where none is declared."""
        self.content = BytesIO()
        self.is_refused = False
        uri = self.channel._path  # noqa: SLF001  a test on the real server checks it
        self.body_path = unquote(uri.partition(b"?")[0].decode("latin-1"))
        self.body_left = most_body_bytes(self.body_path)
        if (length or 0) > self.body_left:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        if self.is_refused:
            return
        self.body_left -= len(data)
        if self.body_left < 0:
            self._refuse()
        else:
            self.content.write(data)

    def requestReceived(  # noqa: N802  Twisted's name
        self, command: bytes, path: bytes, version: bytes
    ) -> None:
        if not self.is_refused:
            super().requestReceived(command, path, version)

    def _refuse(self) -> None:
        from twisted.internet import reactor

        self.is_refused = True
        self.content = BytesIO()
        self.requestHeaders.removeHeader(b"Expect")
        headers, body = too_large(self.body_path)
        lines = [b"HTTP/1.1 %d %s" % (STATUS, HTTPStatus(STATUS).phrase.encode())]
        lines += [b"%s: %s" % header for header in headers]
        transport = self.channel.transport
        transport.write(b"\r\n".join([*lines, b"", b""]) + body)
        transport.loseWriteConnection()
        running: Any = reactor
        running.callLater(LINGER_SECONDS, transport.abortConnection)
