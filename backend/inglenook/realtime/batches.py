"""What many of one site ask at once, read together: whoever comes while the database answers is in the next batch.

    ask(site, …) ──> what came while the last batch was being read ──> one call for all ──> each its own answer

Nothing is delayed to make a batch: somebody who comes alone is read alone. A thousand who come back at once cost a few dozen
reads. A site has one batch under way at most, so a crowd on one stands in nobody else's line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from inglenook.protocol.errors import ChatError
from inglenook.sites.database import read

W = TypeVar("W")
R = TypeVar("R")

# More would make the first of a batch wait for the last.
BATCH_MOST = 50


class Batches(Generic[W, R]):
    """Lives in one event loop. `work` runs in a thread of the database; it answers a list of wishes in their order, refusals among the answers."""

    def __init__(self, work: Callable[[list[W]], list[R | ChatError]]) -> None:
        self._work = work
        self._wishes: dict[int, list[tuple[W, asyncio.Future[R]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, site_id: int, wish: W) -> R:
        """Raises the refusal of this wish, or what kept the whole batch from being read."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        if site_id in self._wishes:
            self._wishes[site_id].append((wish, answer))
        else:
            self._wishes[site_id] = [(wish, answer)]
            task = loop.create_task(self._read(site_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _read(self, site_id: int) -> None:
        while waiting := self._wishes[site_id]:
            batch, self._wishes[site_id] = waiting[:BATCH_MOST], waiting[BATCH_MOST:]
            # Who left meanwhile asks for nothing any more.
            batch = [(wish, answer) for wish, answer in batch if not answer.done()]
            if batch:
                await self._answer(batch)
        del self._wishes[site_id]

    async def _answer(self, batch: list[tuple[W, asyncio.Future[R]]]) -> None:
        found: list[R | ChatError | Exception]
        try:
            found = [*await read(self._work, [wish for wish, _ in batch])]
        except Exception as error:  # noqa: BLE001  each who asked answers for it as for its own
            found = [error] * len(batch)
        for (_, answer), result in zip(batch, found, strict=True):
            if answer.done():
                continue
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
