"""A visitor's network that is in the way: a proxy in a thread of its own, which changes its habits
while people talk.

browsers ──> Network ──> inglenook serve, whose public address is the network's
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from tests.testkit.faults.proxy import Filter, Proxy

UPGRADE = re.compile(rb"\r\n(?:Upgrade|Connection): *(?:websocket|Upgrade)(?=\r\n)", re.IGNORECASE)
STREAM = b"text/event-stream"
START_SECONDS = 10


class Network:
    """`strips` takes the `Upgrade` out of handshakes, `buffers` keeps a streamed answer until it is
    whole, `cuts_after_s`
    ends every connection at that age. All may change at any time; `clear()` lifts everything."""

    def __init__(self) -> None:
        self.strips = False
        self.buffers = False
        self.cuts_after_s: float | None = None
        self.cuts = 0
        self._proxy = Proxy(0, to_server=self._to_server, to_client=self._to_client)
        self._born: dict[Any, float] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self._proxy.start())
        self._do(self._watch_soon())
        self.base_url = f"http://127.0.0.1:{self._proxy.port}"

    def leads_to(self, port: int) -> None:
        self._proxy.upstreams = [port]

    def leads_nowhere(self) -> None:
        """New connections are reset; `cut` ends those that are open."""
        self._proxy.upstreams = []

    def clear(self) -> None:
        self.strips = self.buffers = False
        self.cuts_after_s = None

    def cut(self) -> None:
        """What is open now ends: the next connection meets the habits as they are then."""
        self._do(self._cut())

    def close(self) -> None:
        self._watching.cancel()
        self._do(self._proxy.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    async def _cut(self) -> None:
        self._proxy.cut()

    async def _watch_soon(self) -> None:
        self._watching = self._loop.create_task(self._watch())

    async def _watch(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(0.05)
                now = self._loop.time()
                pipes = set(self._proxy.pipes)
                self._born = {pipe: self._born.get(pipe, now) for pipe in pipes}
                for pipe, born in self._born.items():
                    if self.cuts_after_s is not None and now - born >= self.cuts_after_s:
                        self.cuts += 1
                        pipe.cut()

    def _to_server(self) -> Filter:
        def change(piece: bytes) -> list[bytes]:
            return [UPGRADE.sub(b"", piece) if self.strips else piece]

        return change

    def _to_client(self) -> Filter:
        """The end of a streamed answer is the connection's own, so nothing of it ever comes."""
        is_kept = False

        def change(piece: bytes) -> list[bytes]:
            nonlocal is_kept
            is_kept = is_kept or (self.buffers and STREAM in piece)
            return [] if is_kept else [piece]

        return change
