"""Our HTTP protocol for uvicorn, served in a test's loop with short deadlines; and raw clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from inglenook.realtime.servers.body_limits import BodyLimits
from inglenook.realtime.servers.deadlines import Deadlines
from inglenook.realtime.servers.streaming_http import StreamingHttp
from inglenook.realtime.servers.uvicorn_websocket import UvicornWebSocket

SHORT = Deadlines(
    head=0.4, idle=0.8, body_window=0.4, body_bytes=1000, small_body=1.0, unread=0.4, linger=0.3
)
# Much longer than any deadline of SHORT: what lasts until then has none.
FOREVER_SECONDS = 10.0
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class Seen:
    """What the application was given."""

    scopes: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    left: int = 0


class HttpServer:
    """One listening server."""

    def __init__(self, port: int, seen: Seen, state: ServerState) -> None:
        self.port = port
        self.seen = seen
        self.state = state
        self.clients: list[RawClient] = []

    async def client(self) -> RawClient:
        client = RawClient(*await asyncio.open_connection("127.0.0.1", self.port))
        self.clients.append(client)
        return client

    async def close(self) -> None:
        for client in self.clients:
            client.writer.transport.abort()
        for connection in list(self.state.connections):
            connection.transport.abort()
        await asyncio.gather(*self.state.tasks, return_exceptions=True)
        await asyncio.sleep(0)

    async def ask(self, *segments: bytes) -> bytes:
        """All that is answered until the server closes."""
        client = await self.client()
        for segment in segments:
            await client.write(segment)
        try:
            return await client.rest()
        finally:
            client.writer.transport.abort()


class RawClient:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def write(self, data: bytes) -> None:
        """What the server does not want any more is nobody's fault."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError:
            pass

    async def rest(self) -> bytes:
        """Raises TimeoutError where the connection is kept."""
        try:
            async with asyncio.timeout(FOREVER_SECONDS):
                return await self.reader.read()
        except OSError:
            return b""

    async def answer(self) -> bytes:
        """The next answer, which has a length."""
        async with asyncio.timeout(FOREVER_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
            return head + await self.reader.readexactly(int(length))


@asynccontextmanager
async def http_server(deadlines: Deadlines = SHORT) -> AsyncIterator[HttpServer]:
    seen = Seen()

    class Http(StreamingHttp):
        pass

    Http.deadlines = deadlines
    config = Config(
        BodyLimits(_application(seen)),
        http=Http,
        ws=UvicornWebSocket,
        lifespan="off",
        log_config=None,
    )
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()

    def protocol() -> asyncio.Protocol:
        return Http(config=config, server_state=state, app_state={})

    listener = await loop.create_server(protocol, "127.0.0.1", 0)
    server = HttpServer(listener.sockets[0].getsockname()[1], seen, state)
    try:
        yield server
    finally:
        listener.close()
        await server.close()


def _application(seen: Seen) -> Any:
    """Reads the body and says how long it was.

    `/slow` takes longer than every deadline, `/large` answers with much, `/last` ends the
    connection.
    """

    async def application(scope: dict[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
            return
        seen.scopes.append(scope)
        if scope["path"] == "/early":
            await _answer(send, b"early")
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                seen.left += 1
                return
            body += message["body"]
            if not message["more_body"]:
                break
        seen.bodies.append(body)
        if scope["path"] == "/slow":
            await asyncio.sleep(1.5)
        if scope["path"] == "/last":
            await _answer(send, b"last", (b"connection", b"close"))
            return
        await _answer(send, b"x" * 4_000_000 if scope["path"] == "/large" else b"%d" % len(body))

    return application


async def _answer(send: Send, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
