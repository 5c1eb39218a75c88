"""Each site in its turn: how much of the database's line one site may stand in at once.

    await read_for(site_id, …), await write_for(site_id, …)     as `database.read` and `write`

The threads of `database` serve whoever came first. A site whose fifty sockets all ask at once would
have fifty places in that line, and everybody else would wait for all of them. So a site's own work
waits here, in its own order, and at most IN_LINE of it stand where others wait too: enough that the
threads never lack work, few enough that nobody notices them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from inglenook.sites.database import read, write

IN_LINE: Final = 4

P = ParamSpec("P")
T = TypeVar("T")


class _Turns:
    def __init__(self) -> None:
        self.reads = asyncio.Semaphore(IN_LINE)
        self.writes = asyncio.Semaphore(IN_LINE)


# Forgotten when nobody of the site waits. A semaphore belongs to the loop in which it was first
# waited for.
_turns: WeakValueDictionary[tuple[asyncio.AbstractEventLoop, int], _Turns] = WeakValueDictionary()


def _turns_of(site_id: int) -> _Turns:
    key = (asyncio.get_running_loop(), site_id)
    turns = _turns.get(key)
    if turns is None:
        turns = _turns[key] = _Turns()
    return turns


async def read_for(
    site_id: int, /, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    turns = _turns_of(site_id)
    async with turns.reads:
        return await read(function, *args, **kwargs)


async def write_for(
    site_id: int, /, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    turns = _turns_of(site_id)
    async with turns.writes:
        return await write(function, *args, **kwargs)
