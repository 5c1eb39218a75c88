"""How much database work of one site may be queued at once.

    await read_for(site_id, …), await write_for(site_id, …)     as `database.read` and `write`

The threads of `database` serve all sites in order of arrival. If fifty sockets of one site all ask
at once, every other site would wait for all fifty. So a site's work waits here, in its own order,
and at most QUEUED_PER_SITE of it are handed to the threads: enough that the threads never lack
work, few enough that other sites do not notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from inglenook.sites.database import read, write

QUEUED_PER_SITE: Final = 4

P = ParamSpec("P")
T = TypeVar("T")


class _SiteLimits:
    def __init__(self) -> None:
        self.reads = asyncio.Semaphore(QUEUED_PER_SITE)
        self.writes = asyncio.Semaphore(QUEUED_PER_SITE)


# Forgotten when nobody of the site waits. A semaphore belongs to the loop in which it was first
# waited for.
_limits: WeakValueDictionary[tuple[asyncio.AbstractEventLoop, int], _SiteLimits] = (
    WeakValueDictionary()
)


def _limits_of(site_id: int) -> _SiteLimits:
    key = (asyncio.get_running_loop(), site_id)
    limits = _limits.get(key)
    if limits is None:
        limits = _limits[key] = _SiteLimits()
    return limits


async def read_for(
    site_id: int, /, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    limits = _limits_of(site_id)
    async with limits.reads:
        return await read(function, *args, **kwargs)


async def write_for(
    site_id: int, /, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    limits = _limits_of(site_id)
    async with limits.writes:
        return await write(function, *args, **kwargs)
