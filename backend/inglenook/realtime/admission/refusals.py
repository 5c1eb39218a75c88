"""Refuses WebSocket handshakes: by an HTTP status with a JSON body, where the server can."""

from __future__ import annotations

from typing import Any

from inglenook.protocol.errors import ChatError
from inglenook.protocol.frames import encode
from inglenook.protocol.refusals import error_response, raw_retry_headers

Scope = dict[str, Any]


async def refuse(scope: Scope, send: Any, error: ChatError) -> None:
    """Answers the handshake with the error's HTTP status; daphne always makes it 403, without a
    body.
    """
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        *raw_retry_headers(error),
    ]
    await send(
        {"type": "websocket.http.response.start", "status": error.status, "headers": headers}
    )
    body = encode(error_response(error))
    await send({"type": "websocket.http.response.body", "body": body})
