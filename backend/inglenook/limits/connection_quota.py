"""How many sockets, streams and long polls a visitor, an address and a site may have at a time.

    slot = ConnectionSlot(site_id, address)
    await slot.enter()          before it is accepted: the address and the site; raises Rate
    await slot.claim(visitor)   once it is known who it is; False for one too many
    slot.leave()                all of it is free again

Without Redis each process counts its own. With Redis one thread keeps the quota store, in the order
in which slots are taken and released. So neither the event loop nor the database's threads ever
wait for Redis.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple, cast

from django.conf import settings

from inglenook.limits.policy import Limited, limits_of_site
from inglenook.limits.quota_store import HEARTBEAT_SECONDS, QuotaStore, Wanted
from inglenook.limits.redis_counter import RedisCounter, redis_counter
from inglenook.protocol.errors import Rate

logger = logging.getLogger(__name__)

AGAIN_MS: Final = 5_000
JOBS_AT_ONCE: Final = 100
Answer = asyncio.Future[str | None]


class _Take(NamedTuple):
    wanted: Sequence[Wanted]
    loop: asyncio.AbstractEventLoop
    answer: Answer


class _Release(NamedTuple):
    keys: Sequence[str]


_Job = _Take | _Release


class ConnectionQuota:
    """The quota store of this process, for its event loop."""

    def __init__(self, counter: RedisCounter | None) -> None:
        self.store = QuotaStore(counter)
        self._jobs: SimpleQueue[_Job] | None = None
        if counter is not None:
            self._jobs = SimpleQueue()
            threading.Thread(
                target=self._work, args=(self._jobs,), name="connection-quota", daemon=True
            ).start()

    async def take(self, wanted: Sequence[Wanted]) -> str | None:
        """A slot of every key, or none: then the first key that is full."""
        if self._jobs is None or not wanted:
            return self.store.take(wanted)
        loop = asyncio.get_running_loop()
        answer: Answer = loop.create_future()
        self._jobs.put(_Take(wanted, loop, answer))
        try:
            return await answer
        except asyncio.CancelledError:
            if answer.done() and not answer.cancelled() and answer.result() is None:
                self.release([key for key, _ in wanted])
            raise

    def release(self, keys: Sequence[str]) -> None:
        """Gives the places back. It does not wait."""
        if self._jobs is None:
            self.store.release(keys)
        elif keys:
            self._jobs.put(_Release(keys))

    # --- in the thread

    def _work(self, jobs: SimpleQueue[_Job]) -> None:
        heartbeat_at = time.monotonic() + HEARTBEAT_SECONDS
        while True:
            batch: list[_Job] = []
            with suppress(Empty):  # what was asked while Redis answered is asked together
                batch.append(jobs.get(timeout=max(0.0, heartbeat_at - time.monotonic())))
                while len(batch) < JOBS_AT_ONCE:
                    batch.append(jobs.get_nowait())
            try:
                if time.monotonic() >= heartbeat_at:
                    heartbeat_at = time.monotonic() + HEARTBEAT_SECONDS
                    self.store.heartbeat()
                for kind, some in groupby(batch, key=type):
                    if kind is _Take:
                        self._take(cast("list[_Take]", list(some)))
                    else:
                        releases = cast("list[_Release]", list(some))
                        self.store.release([key for release in releases for key in release.keys])
            except Exception:
                logger.exception("connections could not be counted")

    def _take(self, takes: Sequence[_Take]) -> None:
        answers: list[str | None] = [None] * len(takes)
        try:
            answers = self.store.take_each([take.wanted for take in takes])
        except Exception:
            logger.exception("connections could not be counted")
        for take, full in zip(takes, answers, strict=True):
            try:
                take.loop.call_soon_threadsafe(self._answer, take, full)
            except RuntimeError:
                logger.debug("the loop ended before a slot was taken")

    def _answer(self, take: _Take, full: str | None) -> None:
        if not take.answer.cancelled():
            take.answer.set_result(full)
        elif full is None:  # who asked is gone
            self.release([key for key, _ in take.wanted])


@cache
def connection_quota() -> ConnectionQuota:
    """The quota of this process, made on first use."""
    return ConnectionQuota(redis_counter())


class ConnectionSlot:
    """What one socket, stream or long poll takes up. The team's sockets need none."""

    def __init__(self, site_id: int, address: str | None) -> None:
        self._site_id = site_id
        self._address = address
        self._quota = connection_quota()
        self._held: list[str] = []
        self._is_left = False

    async def enter(self) -> None:
        """Raises Rate, with words that say whose limit it is."""
        site_limits = limits_of_site(self._site_id)
        by_address, by_site = f"address {self._address}", f"site {self._site_id}"
        wanted = []
        if self._address is not None:
            wanted.append((by_address, settings.LIMITS.sockets_per_address))
        if site_limits.sockets_per_site:
            wanted.append((by_site, site_limits.sockets_per_site))
        full = await self._take(wanted)
        if full == by_address:
            raise Rate(
                "Too many connections from your network. Close some, please.", retry_ms=AGAIN_MS
            )
        if full is not None:
            raise Rate(
                "This chat is full just now. Please try again in a moment.", retry_ms=AGAIN_MS
            )

    async def claim(self, visitor: Limited) -> bool:
        """False when the visitor has as many as anybody may."""
        key = f"visitor {visitor.site_id} {visitor.id}"
        most = limits_of_site(visitor.site_id).sockets_per_visitor
        return await self._take([(key, most)]) is None

    def leave(self) -> None:
        """Gives everything back, once, however often it is called."""
        self._is_left = True
        held, self._held = self._held, []
        if held:
            self._quota.release(held)

    async def _take(self, wanted: Sequence[Wanted]) -> str | None:
        if not wanted:
            return None
        full = await self._quota.take(wanted)
        if full is None:
            keys = [key for key, _ in wanted]
            if self._is_left:
                self._quota.release(keys)
            else:
                self._held += keys
        return full
