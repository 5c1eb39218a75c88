"""The team's handshake without a database: a refusal with a reason, never a server error."""

from __future__ import annotations

from typing import Any

import channels.auth
import pytest
from django.conf import settings
from django.db import OperationalError

from inglenook.realtime.admission.handshake import LoginMiddleware

Message = dict[str, Any]


async def test_a_database_that_is_away_refuses_the_handshake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(_scope: Message) -> None:
        raise OperationalError("the connection was closed")

    monkeypatch.setattr(channels.auth, "get_user", away)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def never(*_: Any) -> None:
        raise AssertionError("nobody was let in")

    scope = {
        "type": "websocket",
        "path": "/ws/v1/staff/pk_x/",
        "headers": [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={'a' * 32}".encode())],
        "extensions": {"websocket.http.response": {}},
    }
    await LoginMiddleware(never)(scope, receive, send)
    assert sent[0]["status"] == 503
    assert b'"unavailable"' in sent[1]["body"]
