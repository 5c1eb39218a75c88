"""Taking a room's next `rev`. New messages take theirs in `posting/store`, many at once.

The row of the room is locked from here to COMMIT. So nobody can obtain N + 1 before N is stored or
undone, and a visible N + 1 implies a visible N. Keep the work between taking a number and COMMIT
short.
"""

from __future__ import annotations

from django.db import connection

from inglenook.chat.models import Room
from inglenook.protocol.errors import NotFound

_NEXT = "UPDATE chat_room SET head = head + %s WHERE id = %s AND NOT gone RETURNING head, epoch"


def take_rev(room: Room) -> int:
    """The room's next `rev`; inside a transaction only. Updates `room.head` and `room.epoch`.

    Raises NotFound for a room that is gone.
    """
    return take_revs(room, 1)


def take_revs(room: Room, count: int) -> int:
    """As `take_rev` for so many changes. Returns the first of their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [count, room.pk])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("There is no such room here.")
    room.head, room.epoch = row
    return room.head - count + 1


def lock_room(room: Room) -> Room:
    """The room as it is now, locked until COMMIT (SQLite: the transaction is the lock).

    Raises NotFound for a room that is gone.
    """
    locked = Room.objects.select_for_update().filter(pk=room.pk, gone=False).first()
    if locked is None:
        raise NotFound("There is no such room here.")
    return locked
