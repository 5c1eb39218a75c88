"""How many sockets, streams and long polls a visitor, an address and a site may have, wherever they connect.

    place = Place(site_id, address)
    await place.enter()          before it is accepted: the address and the site; raises Rate
    await place.claim(visitor)   once it is known who it is; False for one too many
    place.leave()                all of it is free again

Without Redis it is a matter of this process alone. With one a single thread keeps the ledger, in the order in which places
are taken and given back, so that neither the event loop nor the database's threads ever wait for Redis.
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

from inglenook.moderation.shared_counts import SharedCounts, shared_counts
from inglenook.protocol.errors import Rate
from inglenook.realtime.ledger import BEAT_SECONDS, Ledger, Wanted
from inglenook.visitors.participants import Participant

logger = logging.getLogger(__name__)

AGAIN_MS: Final = 5_000
JOBS_AT_ONCE: Final = 100
Answer = asyncio.Future[str | None]


class _Take(NamedTuple):
    wanted: Sequence[Wanted]
    loop: asyncio.AbstractEventLoop
    answer: Answer


class _GiveBack(NamedTuple):
    keys: Sequence[str]


_Job = _Take | _GiveBack


class Caps:
    """The ledger of this process, for its event loop."""

    def __init__(self, counts: SharedCounts | None) -> None:
        self.ledger = Ledger(counts)
        self._jobs: SimpleQueue[_Job] | None = None
        if counts is not None:
            self._jobs = SimpleQueue()
            threading.Thread(
                target=self._work, args=(self._jobs,), name="places", daemon=True
            ).start()

    async def take(self, wanted: Sequence[Wanted]) -> str | None:
        """A place for every key, or for none: then the first key that is full."""
        if self._jobs is None or not wanted:
            return self.ledger.take(wanted)
        loop = asyncio.get_running_loop()
        answer: Answer = loop.create_future()
        self._jobs.put(_Take(wanted, loop, answer))
        try:
            return await answer
        except asyncio.CancelledError:
            if answer.done() and not answer.cancelled() and answer.result() is None:
                self.give_back([key for key, _ in wanted])
            raise

    def give_back(self, keys: Sequence[str]) -> None:
        if self._jobs is None:
            self.ledger.give_back(keys)
        elif keys:
            self._jobs.put(_GiveBack(keys))

    # --- in the thread

    def _work(self, jobs: SimpleQueue[_Job]) -> None:
        beat_at = time.monotonic() + BEAT_SECONDS
        while True:
            batch: list[_Job] = []
            with suppress(Empty):  # what was asked while Redis answered is asked together
                batch.append(jobs.get(timeout=max(0.0, beat_at - time.monotonic())))
                while len(batch) < JOBS_AT_ONCE:
                    batch.append(jobs.get_nowait())
            try:
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + BEAT_SECONDS
                    self.ledger.beat()
                for kind, some in groupby(batch, key=type):
                    if kind is _Take:
                        self._take(cast("list[_Take]", list(some)))
                    else:
                        gives = cast("list[_GiveBack]", list(some))
                        self.ledger.give_back([key for give in gives for key in give.keys])
            except Exception:
                logger.exception("places could not be counted")

    def _take(self, takes: Sequence[_Take]) -> None:
        answers: list[str | None] = [None] * len(takes)
        try:
            answers = self.ledger.take_each([take.wanted for take in takes])
        except Exception:
            logger.exception("places could not be counted")
        for take, full in zip(takes, answers, strict=True):
            try:
                take.loop.call_soon_threadsafe(self._tell, take, full)
            except RuntimeError:
                logger.debug("the loop ended before a place was taken")

    def _tell(self, take: _Take, full: str | None) -> None:
        if not take.answer.cancelled():
            take.answer.set_result(full)
        elif full is None:  # who asked is gone
            self.give_back([key for key, _ in take.wanted])


@cache
def caps_of_this_process() -> Caps:
    """Made on first use."""
    return Caps(shared_counts())


class Place:
    """What one socket, stream or long poll takes up. The team's sockets need none: they are not limited."""

    def __init__(self, site_id: int, address: str | None) -> None:
        self._site_id = site_id
        self._address = address
        self._caps = caps_of_this_process()
        self._held: list[str] = []
        self._is_left = False

    async def enter(self) -> None:
        """Raises Rate, with words that say whose limit it is."""
        limits = settings.LIMITS
        by_address, by_site = f"address {self._address}", f"site {self._site_id}"
        wanted = []
        if self._address is not None:
            wanted.append((by_address, limits.sockets_per_address))
        if limits.sockets_per_site:
            wanted.append((by_site, limits.sockets_per_site))
        full = await self._take(wanted)
        if full == by_address:
            raise Rate(
                "Too many connections from your network. Close some, please.", retry_ms=AGAIN_MS
            )
        if full is not None:
            raise Rate(
                "This chat is full just now. Please try again in a moment.", retry_ms=AGAIN_MS
            )

    async def claim(self, participant: Participant) -> bool:
        """False when the visitor has as many as anybody may."""
        key = f"visitor {participant.site_id} {participant.id}"
        return await self._take([(key, settings.LIMITS.sockets_per_visitor)]) is None

    def leave(self) -> None:
        """Gives everything back, once, however often it is called."""
        self._is_left = True
        held, self._held = self._held, []
        if held:
            self._caps.give_back(held)

    async def _take(self, wanted: Sequence[Wanted]) -> str | None:
        if not wanted:
            return None
        full = await self._caps.take(wanted)
        if full is None:
            keys = [key for key, _ in wanted]
            if self._is_left:
                self._caps.give_back(keys)
            else:
                self._held += keys
        return full
