"""How a process closes its connections before it ends.

connections, some at a time ──> each when its send is answered ──> `bye` restart ──> all gone
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from inglenook.realtime.hub.people import People
from inglenook.realtime.hub.rooms import Subscriber

# A drain takes 5 s at most, whatever the number of connections. It closes some at a time, so that
# clients do not all come back at once.
DRAIN_AT_ONCE = 50
DRAIN_BATCHES = 20
DRAIN_EVERY_SECONDS = 0.25
DRAIN_BUSY_SECONDS = 2.0
BUSY_POLL_SECONDS = 0.02


async def drain_connections(people: People, seconds: float) -> None:
    """Ends every connection of `people`, then waits `seconds` at most until all have left."""
    connections = list(people.connections)
    size = max(DRAIN_AT_ONCE, -(-len(connections) // DRAIN_BATCHES))
    for start in range(0, len(connections), size):
        if start:
            await asyncio.sleep(DRAIN_EVERY_SECONDS)
        batch = connections[start : start + size]
        await asyncio.gather(*(_end_when_idle(connection) for connection in batch))
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await people.all_gone()


async def _end_when_idle(connection: Subscriber) -> None:
    """A send that is under way is answered first, so its sender does not send it again."""
    deadline = time.monotonic() + DRAIN_BUSY_SECONDS
    # A loop, because an event would be one more object for every connection.
    while connection.is_busy and time.monotonic() < deadline:  # noqa: ASYNC110  rare and short
        await asyncio.sleep(BUSY_POLL_SECONDS)
    connection.bye("restart", "the server restarts; come back")
