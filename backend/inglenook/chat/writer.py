"""New messages of all sockets and calls of a process, stored in batches without waiting for one.

    post(…) ──> what came while the last batch was being stored ──> one transaction ──> each its own ack or refusal

The commit that runs is the window: a lone message goes at once, a hundred senders share a commit. Nothing is delayed to
make a batch.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple
from weakref import WeakKeyDictionary

from inglenook.chat import services
from inglenook.chat.posting import Draft, Outcome
from inglenook.protocol import frames
from inglenook.protocol.errors import ChatError
from inglenook.sites.database import write
from inglenook.visitors.participants import Participant

# More would make the first of a batch wait for the last; SQLite takes 999 variables in a statement on old builds.
BATCH_MOST = 100


class _Wish(NamedTuple):
    author: Participant
    frame: frames.Send
    done: asyncio.Future[frames.Ack]


class Writer:
    """Lives in one event loop."""

    def __init__(self) -> None:
        self._wishes: list[_Wish] = []
        self._task: asyncio.Task[None] | None = None

    async def post(self, author: Participant, frame: frames.Send) -> frames.Ack:
        """Returns after COMMIT. Raises what `services.post_message` raises, and Unavailable."""
        loop = asyncio.get_running_loop()
        wish = _Wish(author, frame, loop.create_future())
        self._wishes.append(wish)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._store())
        return await wish.done

    async def _store(self) -> None:
        while self._wishes:
            batch, self._wishes = self._wishes[:BATCH_MOST], self._wishes[BATCH_MOST:]
            try:
                outcomes = await write(_post, batch)
            except Exception as error:  # noqa: BLE001  each sender answers for it as for its own
                for wish in batch:
                    _fail(wish, error)
                continue
            for wish, outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, ChatError):
                    _fail(wish, outcome)
                elif not wish.done.done():
                    wish.done.set_result(outcome)


_writers: WeakKeyDictionary[asyncio.AbstractEventLoop, Writer] = WeakKeyDictionary()


def writer_of_this_loop() -> Writer:
    """The process's writer, made on first use."""
    return _writers.setdefault(asyncio.get_running_loop(), Writer())


def _fail(wish: _Wish, error: Exception) -> None:
    if not wish.done.done():
        wish.done.set_exception(error)


def _post(batch: list[_Wish]) -> list[Outcome]:
    return services.post_messages(
        [
            Draft(
                slug=frame.room,
                author=author,
                cid=frame.cid,
                body=frame.body,
                reply_to=frame.reply_to,
                attachments=frame.attachments,
            )
            for author, frame, _ in batch
        ]
    )
