"""Read marks of live sockets: many are merged into one write a second, kept as a maximum."""

from __future__ import annotations

import asyncio

from inglenook.chat import publish
from inglenook.chat.models import Room
from inglenook.chat.services import mark_seen
from inglenook.protocol.errors import ChatError
from inglenook.realtime.rooms import Seat
from inglenook.sites.database import write
from inglenook.visitors.participants import Participant


class ReadMarks:
    """One conversation's marks that are not stored yet."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._due: dict[str, tuple[Seat, Participant]] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, seat: Seat, participant: Participant) -> None:
        self._due[seat.room.slug] = (seat, participant)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._store())

    async def flush(self) -> None:
        """Stores at once what is due: the socket is ending."""
        if self._task is not None:
            self._task.cancel()
        await self._store_due()

    async def _store(self) -> None:
        while self._due:
            await self._store_due()
            await asyncio.sleep(self._every_s)

    async def _store_due(self) -> None:
        due, self._due = self._due, {}
        for seat, participant in due.values():
            try:
                rev = await write(_mark, seat.room.room_id, participant.id, seat.seen)
            except ChatError:
                continue  # best effort, and told again with the next mark
            publish.read_mark_moved(
                participant, seat.room.slug, rev, connection_id=seat.connection.id
            )


def _mark(room_id: int | None, reader_id: str, rev: int) -> int:
    room = Room.objects.filter(pk=room_id).first() if room_id is not None else None
    return mark_seen(room=room, reader_id=reader_id, rev=rev) if room else 0
