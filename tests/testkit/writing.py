"""The batcher's way to the database where a test has a way of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Run = Callable[[Any, Callable[[], Any]], Awaitable[Any]]


def write_soon_by(run: Run) -> Callable[[Callable[[], Any], Callable[[Any], None]], None]:
    """`sites.database.write_soon` by what a test has in place of `sites.database._run`."""
    running: set[asyncio.Task[None]] = set()

    async def written(work: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        try:
            outcome = await run(None, work)
        except Exception as error:  # noqa: BLE001  it is the answer
            outcome = error
        answer(outcome)

    def write_soon(work: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        task = asyncio.get_running_loop().create_task(written(work, answer))
        running.add(task)
        task.add_done_callback(running.discard)

    return write_soon
