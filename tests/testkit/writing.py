"""The batcher's way to the database where a test has a way of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Run = Callable[[Any, Callable[[], Any]], Coroutine[Any, Any, Any]]


def write_soon_by(run: Run) -> Callable[[Callable[[], Any], Callable[[Any], None]], None]:
    """`sites.database.write_soon` by what a test has in place of `sites.database._run`."""
    running: set[asyncio.Task[Any]] = set()

    def write_soon(work: Callable[[], Any], answer: Callable[[Any], None]) -> None:
        def on_done(task: asyncio.Task[Any]) -> None:
            running.discard(task)
            if not task.cancelled():
                answer(task.exception() or task.result())

        task = asyncio.get_running_loop().create_task(run(None, work))
        running.add(task)
        task.add_done_callback(on_done)

    return write_soon
