"""How the server itself refuses a request, before any application has seen it."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

WORDS: Final = {
    400: "This request cannot be answered: it is no HTTP, or no WebSocket handshake.",
    408: "The rest of the request did not come in time. Send it again, please.",
    429: "Your network has too many connections to this server. Close some, please.",
    431: "The head of the request is too large: at most 64 KiB and 100 fields are read.",
}


class RequestRefused(Exception):
    """The request gets this status, and its connection ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def response_of(refusal: RequestRefused) -> bytes:
    """The whole response as bytes."""
    words = WORDS[refusal.status].encode()
    head = (
        f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(words)}\r\n"
        "connection: close\r\n\r\n"
    )
    return STATUS_LINE[refusal.status] + head.encode() + words
