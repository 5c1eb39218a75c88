"""Taking a room's next number, and announcing what took it.

The row of the room is locked from here to COMMIT, so nobody can obtain N + 1 before N is stored or undone: a visible N + 1
implies a visible N (reliability-security.md part 2). Keep what stands between taking and COMMIT short.
"""

from __future__ import annotations

from django.db import connection, transaction

from inglenook.chat import doorbell, selectors
from inglenook.chat.models import Message, Room
from inglenook.protocol import frames
from inglenook.protocol.errors import NotFound

_NEXT = "UPDATE chat_room SET head = head + 1 WHERE id = %s AND NOT gone RETURNING head, epoch"


def take_rev(room: Room) -> int:
    """The room's next `rev`; inside a transaction only. Updates `room.head` and `room.epoch`. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [room.pk])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("There is no such room here.")
    room.head, room.epoch = row
    return room.head


def lock_room(room: Room) -> Room:
    """The room as it is now, locked until COMMIT (SQLite: the transaction is the lock). Raises NotFound."""
    locked = Room.objects.select_for_update().filter(pk=room.pk, gone=False).first()
    if locked is None:
        raise NotFound("There is no such room here.")
    return locked


def announce_message(room: Room, message: Message, reacted: frames.Reacted | None = None) -> None:
    """Rings for the message's `rev` once it is committed."""
    bell = doorbell.Bell(
        kind="change",
        site_id=room.site_id,
        slug=room.slug,
        epoch=room.epoch,
        rev=message.rev,
        frame=frames.encode(selectors.message_frame(message, room.slug, reacted=reacted)),
        author_id=message.author_id or "",
    )
    transaction.on_commit(lambda: doorbell.ring(bell))


def announce_room(room: Room) -> None:
    """Rings for the room's own change once it is committed."""
    bell = doorbell.Bell(
        kind="change",
        site_id=room.site_id,
        slug=room.slug,
        epoch=room.epoch,
        rev=room.rev,
        frame=frames.encode(selectors.room_frame(room)),
    )
    transaction.on_commit(lambda: doorbell.ring(bell))


def announce_head(room: Room) -> None:
    """Rings "look in the database" once a bulk change or a new epoch is committed."""
    bell = doorbell.Bell(
        kind="head", site_id=room.site_id, slug=room.slug, epoch=room.epoch, rev=room.head
    )
    transaction.on_commit(lambda: doorbell.ring(bell))
