"""A chat in the form of python-socketio's documentation, on uvicorn."""

from __future__ import annotations

import socketio

# Longer than a measurement, so that no heartbeat falls into it.
server = socketio.AsyncServer(async_mode="asgi", transports=["websocket"], ping_interval=120)


@server.on("message")
async def message(_sid: str, text: str) -> None:
    await server.emit("message", text)


application = socketio.ASGIApp(server)
