"""New messages of all sockets and calls of a process, stored in batches without waiting for one.

    post(draft) ─> what came while the last batch was stored ─> one transaction ─> each its outcome

The commit that runs is the window: a lone message goes at once, a hundred senders share a commit.
The batcher delays no message to make a batch.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple
from weakref import WeakKeyDictionary

from inglenook.chat.posting.draft import Draft, Outcome
from inglenook.chat.posting.pipeline import post_messages
from inglenook.limits.policy import refuse_a_flood
from inglenook.protocol.errors import ChatError
from inglenook.protocol.frames import Ack
from inglenook.sites.database import write

# More would make the first of a batch wait for the last; SQLite takes 999 variables in a statement
# on old builds.
BATCH_MOST = 100


class _Waiting(NamedTuple):
    draft: Draft
    done: asyncio.Future[Ack]


class Batcher:
    """Lives in one event loop."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def post(self, draft: Draft) -> Ack:
        """Returns after COMMIT. Raises what `pipeline.post_message` raises, and Unavailable.

        Whoever was refused often just now is refused from memory, before the draft takes a place in
        a batch.
        """
        refuse_a_flood(draft.author, draft.slug)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(draft, loop.create_future())
        self._waiting.append(waiting)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._store())
        return await waiting.done

    async def _store(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_MOST], self._waiting[BATCH_MOST:]
            try:
                outcomes = await write(post_messages, [draft for draft, _ in batch])
            except Exception as error:  # noqa: BLE001  each sender answers for it as for its own
                for waiting in batch:
                    _fail(waiting, error)
                continue
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _answer(waiting, outcome)


_batchers: WeakKeyDictionary[asyncio.AbstractEventLoop, Batcher] = WeakKeyDictionary()


def batcher_of_this_loop() -> Batcher:
    """The process's batcher, made on first use."""
    return _batchers.setdefault(asyncio.get_running_loop(), Batcher())


def _answer(waiting: _Waiting, outcome: Outcome) -> None:
    if isinstance(outcome, ChatError):
        _fail(waiting, outcome)
    elif not waiting.done.done():
        waiting.done.set_result(outcome)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)
