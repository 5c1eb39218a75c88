"""New messages of all sockets and calls of a process, stored in batches without waiting for one.

    post(draft) ─> what came while the last batch was stored ─> one transaction ─> each its outcome

The commit that runs is the window: a lone message goes at once, a hundred senders share a commit.
The batcher delays no message to make a batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

from inglenook.chat.posting.draft import Draft, Outcome
from inglenook.chat.posting.pipeline import post_messages
from inglenook.limits.policy import refuse_a_flood
from inglenook.protocol.frames import Ack
from inglenook.sites.database import write_soon

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
        self._is_storing = False

    async def post(self, draft: Draft) -> Ack:
        """Returns after COMMIT. Raises what `pipeline.post_message` raises, and Unavailable.

        Whoever was refused often just now is refused from memory, before the draft takes a place in
        a batch.
        """
        refuse_a_flood(draft.author, draft.slug)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(draft, loop.create_future())
        self._waiting.append(waiting)
        if not self._is_storing:
            self._is_storing = True
            # What comes in the same turn of the loop is of the same batch.
            loop.call_soon(self._store)
        return await waiting.done

    def _store(self) -> None:
        batch, self._waiting = self._waiting[:BATCH_MOST], self._waiting[BATCH_MOST:]
        self._is_storing = bool(batch)
        if batch:
            drafts = [draft for draft, _ in batch]
            write_soon(partial(post_messages, drafts), partial(self._answer, batch))

    def _answer(self, batch: list[_Waiting], outcomes: list[Outcome] | BaseException) -> None:
        self._store()  # the next batch is on its way before this one is answered
        # A failure of all is answered to each sender as their own.
        each: Sequence[Outcome | BaseException] = (
            [outcomes] * len(batch) if isinstance(outcomes, BaseException) else outcomes
        )
        for (_, done), outcome in zip(batch, each, strict=True):
            if done.done():
                continue
            if isinstance(outcome, BaseException):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)


_batchers: WeakKeyDictionary[asyncio.AbstractEventLoop, Batcher] = WeakKeyDictionary()


def batcher_of_this_loop() -> Batcher:
    """The process's batcher, made on first use."""
    return _batchers.setdefault(asyncio.get_running_loop(), Batcher())
