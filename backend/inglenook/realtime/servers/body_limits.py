"""Bodies are judged before they are read: each path has a limit, and more than that is 413.

    declared length above the limit ──> 413, and the application never runs
    no declared length              ──> 413 as soon as the limit is passed

Django would keep a body in a file before any view sees it, so these limits come first.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from inglenook.protocol.codes import HTTP_STATUS
from inglenook.protocol.errors import TooLarge
from inglenook.protocol.frames import encode
from inglenook.protocol.limits import API_BODY_BYTES, FORM_BODY_BYTES, PICTURE_FORM_BYTES
from inglenook.protocol.refusals import error_response

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STATUS: Final = HTTP_STATUS[TooLarge.code]
_API: Final = "/api/"
# Where the workspace takes the picture of a person or of a site (dashboard/urls.py).
_PICTURE: Final = re.compile(
    r"/dashboard/(?:you/picture/|sites/[0-9]{1,19}/look/pictures/(?:logo|icon)/)"
)
_OWNERS_API: Final = "/api/v1/manage"


def most_body_bytes(path: str) -> int:
    """The limit of a body that is sent to `path`, whether the address exists or not."""
    if path.startswith(_API):
        return API_BODY_BYTES
    return PICTURE_FORM_BYTES if _PICTURE.fullmatch(path) else FORM_BODY_BYTES


def too_large(path: str) -> tuple[Headers, bytes]:
    """Headers and body of a 413.

    The connection ends with it: its client may still have megabytes to send.
    """
    headers: Headers = [(b"connection", b"close"), (b"cache-control", b"no-store")]
    words = f"At most {most_body_bytes(path)} bytes are accepted at once."
    if path.startswith(_API):
        body = encode(error_response(TooLarge(words)))
        headers += [
            (b"content-type", b"application/json"),
            (b"x-content-type-options", b"nosniff"),
        ]
        # It contains nothing but the limit, so any page may read why it was refused. No page reads
        # responses of the owners' API.
        if not path.startswith(_OWNERS_API):
            headers.append((b"access-control-allow-origin", b"*"))
    else:
        body = f"{words} Nothing of this was stored.\n".encode()
        headers += [(b"content-type", b"text/plain; charset=utf-8")]
    return [*headers, (b"content-length", str(len(body)).encode())], body


def declared_bytes(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """The length that the head of a request declares; 0 where it declares none."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


class BodyLimits:
    """The HTTP application behind the limits of bodies."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if declared_bytes(scope["headers"]) > most_body_bytes(path):
            await refuse(path, send)
            return
        body = Body(receive, send, most_body_bytes(path))
        await self.app(scope, body.receive, body.send)
        if body.is_too_large and not body.is_answered:
            await refuse(path, send)


class Body:
    """The body of a request. If it is too large, the application sees a client that left."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self.is_too_large = False
        self.is_answered = False
        self._receive = receive
        self._send = send
        self._left = most

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self.is_too_large = self._left < 0
        return {"type": "http.disconnect"} if self.is_too_large else message

    async def send(self, message: Message) -> None:
        self.is_answered = True
        await self._send(message)


async def refuse(path: str, send: Send) -> None:
    """Answers 413 by ASGI."""
    headers, body = too_large(path)
    await send({"type": "http.response.start", "status": STATUS, "headers": headers})
    await send({"type": "http.response.body", "body": body})
