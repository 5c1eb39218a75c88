"""Where the bytes of files are: a folder, or an S3-compatible store (`STORAGES["files"]`).

    keep, opened, remove ─> Django's storage API

A store that is away, full or refuses is `Unavailable`, in this one place. All of it is for threads:
`in_thread` has some of its own, so that a slow store delays nothing but files.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import BinaryIO, Final, ParamSpec, TypeVar, cast

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from inglenook.protocol.errors import NotFound, Unavailable

P = ParamSpec("P")
T = TypeVar("T")
AWAY_MS: Final = 5000
_threads: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="files")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    loop = asyncio.get_running_loop()
    work = partial(contextvars.copy_context().run, partial(function, *args, **kwargs))
    return await loop.run_in_executor(_threads, work)


def keep(name: str, content: bytes | BinaryIO) -> None:
    """Stores the content under a name that is new. Raises Unavailable."""
    file = ContentFile(content) if isinstance(content, bytes) else File(content)
    with _unavailable_when_away():
        kept = _store().save(name, file)
    if kept != name:
        raise RuntimeError(f"The store of files has another file as {name}.")


def opened(name: str) -> BinaryIO:
    """The file, for reading; whoever asked closes it. Raises NotFound, Unavailable."""
    try:
        with _unavailable_when_away():
            return cast(BinaryIO, _store().open(name))
    except FileNotFoundError:
        raise NotFound("This file is not here any more.") from None


def remove(name: str) -> None:
    """Removes a file; one that is gone is removed. Raises Unavailable."""
    with _unavailable_when_away():
        _store().delete(name)


def _store() -> Storage:
    return storages["files"]


@contextmanager
def _unavailable_when_away() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except _errors_of_stores() as error:
        words = "Files cannot be kept or read just now. Please try again in a moment."
        raise Unavailable(words, retry_ms=AWAY_MS) from error


@cache
def _errors_of_stores() -> tuple[type[Exception], ...]:
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:  # installed with the extra `s3` alone
        return (OSError,)
    return (OSError, BotoCoreError, ClientError)
