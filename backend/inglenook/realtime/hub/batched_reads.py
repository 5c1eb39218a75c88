"""Reads of one site that are asked for at the same time go to the database together.

    ask(site, …) ──> collected while the last batch is read ──> one call ──> each its own answer

Nothing is delayed to make a batch: a request that comes alone is read alone. A thousand clients
that come back at once cost a few dozen reads. A site has one batch under way at most, so a crowd
on one site delays no other site.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from inglenook.protocol.errors import ChatError
from inglenook.sites.database import read

Q = TypeVar("Q")
R = TypeVar("R")

# A larger batch would make its first request wait for its last.
BATCH_MOST = 50


class BatchedReads(Generic[Q, R]):
    """Lives in one event loop.

    `work` runs in a thread of the database. It takes a list of requests and returns a list of the
    same order: for each request its answer, or the error that refuses it.
    """

    def __init__(self, work: Callable[[list[Q]], list[R | ChatError]]) -> None:
        self._work = work
        self._requests: dict[int, list[tuple[Q, asyncio.Future[R]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, site_id: int, request: Q) -> R:
        """Raises the refusal of this request, or what kept the whole batch from being read."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        if site_id in self._requests:
            self._requests[site_id].append((request, answer))
        else:
            self._requests[site_id] = [(request, answer)]
            task = loop.create_task(self._read(site_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _read(self, site_id: int) -> None:
        while queued := self._requests[site_id]:
            batch, self._requests[site_id] = queued[:BATCH_MOST], queued[BATCH_MOST:]
            # A request whose client left meanwhile is cancelled.
            batch = [(request, answer) for request, answer in batch if not answer.done()]
            if batch:
                await self._answer(batch)
        del self._requests[site_id]

    async def _answer(self, batch: list[tuple[Q, asyncio.Future[R]]]) -> None:
        found: list[R | ChatError | Exception]
        try:
            found = [*await read(self._work, [request for request, _ in batch])]
        except Exception as error:  # noqa: BLE001  each request of the batch raises it
            found = [error] * len(batch)
        for (_, answer), result in zip(batch, found, strict=True):
            if answer.done():
                continue
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
