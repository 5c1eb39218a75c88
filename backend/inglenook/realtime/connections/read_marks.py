"""Read marks of live sockets: many are merged into one write a second, kept as a maximum."""

from __future__ import annotations

import asyncio

from inglenook.chat import publish
from inglenook.chat.models import Room
from inglenook.chat.services import mark_seen
from inglenook.protocol.errors import ChatError
from inglenook.realtime.hub.rooms import Subscription
from inglenook.sites.database import write
from inglenook.visitors.participants import Participant


class ReadMarks:
    """One connection's marks that are not stored yet."""

    __slots__ = ("_due", "_every_s", "_task")

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._due: dict[str, tuple[Subscription, Participant]] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, subscription: Subscription, participant: Participant) -> None:
        self._due[subscription.room.slug] = (subscription, participant)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._store())

    async def flush(self) -> None:
        """Stores at once what is due: the socket has ended."""
        if self._task is not None:
            self._task.cancel()
        await self._store_due()

    async def _store(self) -> None:
        while self._due:
            await self._store_due()
            await asyncio.sleep(self._every_s)

    async def _store_due(self) -> None:
        due, self._due = self._due, {}
        for subscription, participant in due.values():
            try:
                rev = await write(
                    _mark, subscription.room.room_id, participant.id, subscription.seen
                )
            except ChatError:
                continue  # best effort: the next mark of this reader is higher
            publish.read_mark_moved(
                participant, subscription.room.slug, rev, connection_id=subscription.connection.id
            )


def _mark(room_id: int | None, reader_id: str, rev: int) -> int:
    room = Room.objects.filter(pk=room_id).first() if room_id is not None else None
    return mark_seen(room=room, reader_id=reader_id, rev=rev) if room else 0
