"""An HTTP client that costs little, as `frame_socket` is one for WebSockets:
one connection a call, which may be cut at any moment.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Self

from tests.testkit.files import FORM_TYPE
from tests.testkit.wire import ORIGIN

# Whatever is wrong with an answer, a browser's `fetch` says only that it failed.
FAILED = (OSError, TimeoutError, EOFError, ValueError)


class Call:
    """A request that was sent, and its answer as far as it has come."""

    status = 0

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._is_chunked = False
        self._length = 0

    @classmethod
    async def open(
        cls, port: int, method: str, path: str, token: str, *, body: Any = None, accept: str = ""
    ) -> Self:
        """Returns when the head of the answer is there. Raises FAILED.

        `body`: bytes are a form with a file (`tests.testkit.files.form`), all else is JSON.
        """
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Origin: {ORIGIN}",
            "Connection: close",
        ]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        if accept:
            lines.append(f"Accept: {accept}")
        text = b""
        if body is not None:
            is_form = isinstance(body, bytes)
            text = body if is_form else json.dumps(body).encode()
            kind = FORM_TYPE if is_form else "application/json"
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(text)}"]
        call = cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**20))
        try:
            call._writer.write("\r\n".join([*lines, "", ""]).encode() + text)
            await call._take_head()
        except BaseException:
            call.cut()
            raise
        return call

    async def json(self) -> Any:
        """The whole answer. Raises FAILED."""
        return json.loads(await self.body())

    async def body(self) -> bytes:
        return b"".join([piece async for piece in self.pieces()])

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes, to its end. Raises FAILED when it ends too early."""
        if not self._is_chunked:
            yield await self._reader.readexactly(self._length)
            return
        while length := int(await self._reader.readline(), 16):
            yield (await self._reader.readexactly(length + 2))[:-2]

    def cut(self) -> None:
        self._writer.transport.abort()

    @classmethod
    async def new_visitor(cls, port: int, key: str) -> str:
        """The token of somebody new. Raises FAILED."""
        path = f"/api/v1/{key}/session"
        call = await cls.open(port, "POST", path, "", body={"token": None, "room": None})
        try:
            token: str = (await call.json())["token"]
        finally:
            call.cut()
        return token

    async def _take_head(self) -> None:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        self.status = int(head.split(" ", 2)[1])
        for line in head.splitlines()[1:]:
            name, _, value = line.partition(":")
            if name == "content-length":
                self._length = int(value)
            elif name == "transfer-encoding":
                self._is_chunked = "chunked" in value
