"""The regular check of one hub: whatever an event did not bring is found in the database.

every 1-2 s ──> heads of the served rooms ──> Repair.suspect
            ├─> access versions of their sites ──> People judges again
            ├─> locks and calms whose end has passed: they end
            ├─> renames, sent once more
            └─> every 8th time: who is here, announced once more
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from inglenook.chat.calm import end_what_is_over, rooms_that_are_over
from inglenook.protocol.errors import ChatError
from inglenook.realtime.hub import presence
from inglenook.realtime.hub.people import People
from inglenook.realtime.hub.renames import Renames
from inglenook.realtime.hub.repair import Repair
from inglenook.realtime.hub.repair_queries import heads_of
from inglenook.realtime.hub.served_rooms import ServedRooms
from inglenook.realtime.relay.relay import Relay
from inglenook.sites.database import read, write

logger = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
CHECK_SECONDS_ALONE = 1.0  # without a layer, or while it is away, the check is all there is
ROOMS_A_QUERY = 400
CHECKS_A_PRESENCE = 8


class RegularCheck:
    """`at_once` is the relay's: it is set when the layer went or came back for any process."""

    def __init__(
        self,
        *,
        rooms: ServedRooms,
        people: People,
        repair: Repair,
        renames: Renames,
        relay: Relay,
        at_once: asyncio.Event,
    ) -> None:
        self._rooms = rooms
        self._people = people
        self._repair = repair
        self._renames = renames
        self._relay = relay
        self._at_once = at_once

    async def run_for_ever(self) -> None:
        count = 0
        while True:
            alone = not self._relay.is_used or self._relay.is_away
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_SECONDS_ALONE if alone else CHECK_SECONDS):
                    await self._at_once.wait()
            self._at_once.clear()
            count += 1
            try:
                await self._check_heads()
                await self._end_what_is_over()
                await self._people.check_access_versions()
                self.send_renames_again()
                if count % CHECKS_A_PRESENCE == 0:
                    self._announce_people_again()
            except ChatError:
                continue  # the database is away: sockets stay, the next check asks again
            except Exception:
                logger.exception("the check of heads failed")

    async def _check_heads(self) -> None:
        by_key = self._rooms.by_key
        keys = [key for key, room in by_key.items() if room.epoch is not None]
        for start in range(0, len(keys), ROOMS_A_QUERY):
            for site_id, slug, pk, head, epoch in await read(
                heads_of, keys[start : start + ROOMS_A_QUERY]
            ):
                room = by_key.get((site_id, slug))
                if room is None or room.epoch is None:
                    continue
                # A private room is stored by its first message, after its first subscription.
                room.room_id = pk
                if epoch != room.epoch or head > room.received:
                    self._repair.suspect(room)

    async def _end_what_is_over(self) -> None:
        """Locks and calms that end at a time: whichever process looks first ends them."""
        over = await read(rooms_that_are_over)
        if over:
            await write(end_what_is_over, over)

    def send_renames_again(self) -> None:
        for event in self._renames.take_due():
            self._relay.send(event)

    def _announce_people_again(self) -> None:
        for room in self._rooms.by_key.values():
            presence.announce(room, self._relay.process)
            presence.broadcast_people(room)
