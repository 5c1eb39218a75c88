"""Refuses WebSocket handshakes: by an HTTP status with a JSON body, where the server can."""

from __future__ import annotations

from typing import Any

from inglenook.protocol.errors import ChatError
from inglenook.protocol.frames import encode

Scope = dict[str, Any]


async def refuse(scope: Scope, send: Any, status: int, code: str, message: str) -> None:
    """Answers the handshake with an HTTP status; daphne always makes it 403, without a body."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if status in (429, 503):
        headers.append((b"retry-after", b"5"))
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    body = encode({"error": code, "message": message})
    await send({"type": "websocket.http.response.body", "body": body})


async def refuse_with(scope: Scope, send: Any, error: ChatError) -> None:
    await refuse(scope, send, error.status, error.code, error.message)
