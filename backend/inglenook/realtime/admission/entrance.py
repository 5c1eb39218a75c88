"""Runs an admission, and behind it the application that it admitted to.

    server ──> Entrance ──> routes and validators: they refuse, or return the coroutine …
                   └──────> … of the application, which runs here

Routers and validators are ASGI applications, which await what stands behind them. If they awaited a
socket's conversation, their frames would stay as long as the socket, and each message would pass
through all of them. An admission returns the conversation instead, and is over before it begins.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

# An ASGI application that returns None when it has answered itself.
Admission = Callable[[Any, Any, Any], Awaitable[Awaitable[None] | None]]


class Entrance:
    """The ASGI application of an admission. Where it answers itself, nothing more runs."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        admitted = await self._admission(scope, receive, send)
        del scope, receive, send  # they would stay, too
        if admitted is not None:
            await admitted
