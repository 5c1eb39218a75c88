"""Database work for asynchronous callers: many readers, one writer.

    await read(selectors.history_before, room, limit=50)
    await write(services.edit_message, room=..., actor=...)

`database_sync_to_async` would put all of a process's database work behind one thread. Here reads
have a few threads of their own. Writes have one, in order of arrival: on SQLite that is the lock
anyway, and nobody then waits in a busy loop. A database that is away becomes `Unavailable`, in this
one place.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import (
    DatabaseError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    close_old_connections,
    connection,
)

from inglenook.protocol.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

# After this time without an answer the caller gets `Unavailable`, and work that has not begun is
# given up. Work that has begun may still be stored; a retry with the same `cid` then gets it as the
# answer.
ANSWER_SECONDS = 10.0

# The writer's connection is tried before it is used only when it has rested so long. One that broke
# meanwhile costs an answer `unavailable`, and whoever sends sends again; somebody who says hello
# would be closed for it, so readers always try theirs.
TRIED_AGAIN_SECONDS = 1.0

_CHECKPOINT_TRIES = 50
_CHECKPOINT_PAUSE_SECONDS = 0.2

_readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="database-read")
_patient = ThreadPoolExecutor(max_workers=2, thread_name_prefix="database-long")
_writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database-write")


@contextmanager
def unavailable_when_away() -> Iterator[None]:
    """Turns a lost, locked or full database into `Unavailable`, and a machine without file
    descriptors too, and a database that was upgraded meanwhile.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        close_old_connections()
        raise Unavailable(retry_ms=1000) from error
    except NotSupportedError as error:
        # An upgrade has given a column another type since the statement was prepared. A new
        # connection prepares it anew.
        connection.close()
        raise Unavailable(retry_ms=200) from error
    except OSError as error:
        # Between question and answer: whatever comes over this connection next belongs to nobody.
        with suppress(OSError, DatabaseError):
            connection.close()
        raise Unavailable(retry_ms=1000) from error


async def read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await _run(_readers, partial(function, *args, **kwargs))


async def write(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await _run(_writer, partial(function, *args, **kwargs))


async def take_time(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Work of many short transactions, such as an erasure, in a thread of its own. It may last."""
    return await _run(_patient, partial(function, *args, **kwargs))


async def _run(executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    context = contextvars.copy_context()
    try_first = _try_after_a_rest if executor is _writer else close_old_connections
    try:
        async with asyncio.timeout(None if executor is _patient else ANSWER_SECONDS):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(executor, context.run, _guarded, try_first, work)
    except TimeoutError as error:
        raise Unavailable(retry_ms=2000) from error


def write_soon(work: Callable[[], T], answer: Callable[[T | BaseException], None]) -> None:
    """`write` without a task and its turns of the loop, for who writes all the time.

    Calls `answer` in the running loop, once: with what `work` returned or raised, or with
    Unavailable after ANSWER_SECONDS.
    """
    loop = asyncio.get_running_loop()
    running = _writer.submit(_guarded, _try_after_a_rest, work)

    def tell(outcome: T | BaseException) -> None:
        late.cancel()
        answer(outcome)

    def give_up() -> None:
        running.cancel()
        tell(Unavailable(retry_ms=2000))

    def take_outcome() -> None:
        if not late.cancelled():
            tell(running.exception() or running.result())

    def on_done(_: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it who asked
            loop.call_soon_threadsafe(take_outcome)

    late = loop.call_later(ANSWER_SECONDS, give_up)
    running.add_done_callback(on_done)


class _WriterThread:
    used_at = 0.0


def _try_after_a_rest() -> None:
    """In the writer's one thread."""
    now = time.monotonic()
    if now - _WriterThread.used_at > TRIED_AGAIN_SECONDS:
        close_old_connections()
    _WriterThread.used_at = now


def _guarded(try_first: Callable[[], None], work: Callable[[], T]) -> T:
    try_first()
    with unavailable_when_away():
        return work()


def scrub_deleted() -> None:
    """Writes the file of an SQLite database anew, so that no byte of deleted rows is in it.

    Meanwhile writers wait; a copy of the database must fit on the disk. PostgreSQL takes care of
    deleted rows by itself, in its own time. Inside a transaction this does nothing.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        for _ in range(_CHECKPOINT_TRIES):
            # Pages of before stay in the log until no reader needs them; then it is cut to nothing.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not cursor.fetchone()[0]:
                return
            time.sleep(_CHECKPOINT_PAUSE_SECONDS)
    raise Unavailable("Somebody reads the database at length.", retry_ms=5000)


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads inside see one state of the database.

    Does not take SQLite's write lock, as `atomic` would here.
    """
    if connection.in_atomic_block:
        yield
        return
    begin = (
        "BEGIN DEFERRED"
        if connection.vendor == "sqlite"
        else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def moment(value: Any) -> datetime | None:
    """A time of a row: SQLite's, in a statement of our own, says nothing of its zone."""
    if value is None:
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)
