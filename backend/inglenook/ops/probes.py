"""`/healthz` and `/readyz`, for supervisors and load balancers. JSON, no secrets, no login.

They stand before Django: who probes by an address has no Host that is ours, and what is wrong with
the rest of the product, its threads used up for example, must not be what answers.
"""

from __future__ import annotations

import json
from typing import Any, Final

from inglenook.ops.health import Readiness, describe

_READ: Final = ("GET", "HEAD")
readiness = Readiness()


class Probes:
    """Answers both addresses, and leaves every other request to the application behind it."""

    def __init__(self, everything_else: Any) -> None:
        self._everything_else = everything_else

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] not in ("/healthz", "/readyz"):
            await self._everything_else(scope, receive, send)
            return
        status, body = await _answer(scope["path"], scope["method"])
        content = json.dumps(body).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if status == 405:
            headers.append((b"allow", ", ".join(_READ).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        content = b"" if scope["method"] == "HEAD" else content
        await send({"type": "http.response.body", "body": content})


async def _answer(path: str, method: str) -> tuple[int, dict[str, object]]:
    if method not in _READ:
        return 405, {"error": "method_not_allowed"}
    if path == "/healthz":
        # Never asks the database: one that is away is no reason to restart us.
        return 200, {"status": "ok"}
    return describe(await readiness.findings())
