"""A TCP proxy that breaks on request: it cuts, stalls, delays and refuses, between any two parts of
an installation.

client ──> Proxy ──> the next upstream that takes the connection (a browser's
view of a load balancer)
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Self

CHUNK = 65536
# Reset instead of a farewell: whoever reads gets an error at once, as from a machine that is gone.
RESET = struct.pack("ii", 1, 0)

Filter = Callable[[bytes], list[bytes]]


class Pipe:
    """One connection through the proxy."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near = near
        self.far = far

    def cut(self) -> None:
        for writer in (self.near, self.far):
            raw = writer.get_extra_info("socket")
            if raw is not None:
                with suppress(OSError):
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


class Proxy:
    """`to_server` and `to_client` make, once a connection, what may
    change the bytes on their way.
    """

    def __init__(
        self,
        *upstreams: int,
        port: int = 0,
        to_server: Callable[[], Filter] | None = None,
        to_client: Callable[[], Filter] | None = None,
    ) -> None:
        self.upstreams = list(upstreams)
        self.pipes: set[Pipe] = set()
        self.delay = 0.0
        self.refuses = False
        self.watch: Callable[[bytes], None] | None = None  # sees what goes to the server
        self.port = port
        self._make_to_server = to_server
        self._make_to_client = to_client
        self._flows = asyncio.Event()
        self._flows.set()
        self._turn = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> Self:
        if self._server is not None:
            return self
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=4096)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._flows.set()
        self.refuses, self.delay = False, 0.0
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- faults

    def cut(self, share: float = 1.0) -> int:
        """Resets connections, the oldest share of them. How many there were."""
        chosen = list(self.pipes)[: round(len(self.pipes) * share)]
        for pipe in chosen:
            pipe.cut()
        return len(chosen)

    def stall(self) -> None:
        """Half-open connections: nothing passes any more, and neither side learns of it."""
        self._flows.clear()

    def flow(self) -> None:
        self._flows.set()

    # --- the way through

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # what broke is the point of the exercise
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = None if self.refuses else await self._upstream()
        if found is None:
            Pipe(writer, writer).cut()
            return
        far_reader, far_writer = found
        pipe = Pipe(writer, far_writer)
        self.pipes.add(pipe)
        try:
            there = self._copy(reader, far_writer, self._make_to_server, is_there=True)
            back = self._copy(far_reader, writer, self._make_to_client)
            await asyncio.gather(there, back)
        finally:
            self.pipes.discard(pipe)
            far_writer.transport.abort()

    async def _upstream(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(len(self.upstreams)):
            self._turn += 1
            port = self.upstreams[self._turn % len(self.upstreams)]
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None

    async def _copy(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        make: Callable[[], Filter] | None,
        *,
        is_there: bool = False,
    ) -> None:
        change = make() if make is not None else None
        while data := await reader.read(CHUNK):
            if is_there and self.watch is not None:
                self.watch(data)
            await self._flows.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            for piece in change(data) if change is not None else (data,):
                writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            with suppress(OSError):
                writer.write_eof()
