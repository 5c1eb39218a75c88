"""What somebody wrote and did is taken out of every room, a part at a time.

    erase_parts ─> 200 messages of one room become tombstones without an author, each with a number
                   of its own, in one transaction ─> the hub reads them from the database
                ─> reactions, the same way
                ─> files, what waits, reports, read marks, undo

What is done has no author any more, so a second run finds what is left and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from inglenook.chat import publish
from inglenook.chat.attachments import removal
from inglenook.chat.models import (
    Attachment,
    HeldMessage,
    Message,
    Reaction,
    ReadMark,
    Report,
    ReportEntry,
    Room,
    Undo,
)
from inglenook.chat.revisions import lock_room, take_rev, take_revs
from inglenook.visitors.models import Visitor

PART_MESSAGES: Final = 200


def rooms_of(visitor: Visitor) -> QuerySet[Room]:
    """Where this visitor can have written: the public rooms and their own line to the team."""
    return Room.objects.filter(
        ~Q(kind=Room.Kind.PRIVATE) | Q(visitor_id=visitor.pk), site_id=visitor.site_id
    )


def messages_of(visitor: Visitor) -> QuerySet[Message]:
    """By the index (room, author, cid), which has no author alone: so rooms are named."""
    return Message.objects.filter(room__in=rooms_of(visitor), author_id=visitor.public_id)


def erase_parts(visitor: Visitor) -> Iterator[float]:
    """Each step is one part; what it gives is the progress, 0 to 1."""
    total = messages_of(visitor).count()
    left = total
    while (done := _erase_some_messages(visitor)) > 0:
        left = max(0, left - done)
        yield 0.8 * (1 - left / max(1, total))
    for room_id in _rooms_reacted_in(visitor):
        while _erase_some_reactions(visitor, room_id):
            yield 0.85
    with transaction.atomic():
        _erase_the_rest(visitor)
    yield 0.95


def _erase_some_messages(visitor: Visitor) -> int:
    room_id = messages_of(visitor).values_list("room_id", flat=True).first()
    if room_id is None:
        return 0
    with transaction.atomic():
        room = lock_room(Room(pk=room_id))
        rows = Message.objects.filter(room_id=room_id, author_id=visitor.public_id)
        pks = list(rows.order_by("seq").values_list("pk", flat=True)[:PART_MESSAGES])
        Reaction.objects.filter(message_id__in=pks).delete()
        Message.objects.filter(pk__in=pks).update(
            deleted="erased",
            change=Message.Change.DELETE,
            cid=None,
            author_id=None,
            author_name="",
            author_role="visitor",
            author_avatar=None,
            body="",
            entities=[],
            deleted_content=None,
            reactions={},
            attachments=[],
            previews=[],
        )
        _give_revs(room, pks)
    return len(pks)


def _rooms_reacted_in(visitor: Visitor) -> list[int]:
    # No index begins with who reacted: this reads the table, once an erasure.
    found = Reaction.objects.filter(
        author_id=visitor.public_id, message__room__site_id=visitor.site_id
    )
    return sorted(set(found.values_list("message__room_id", flat=True)))


def _erase_some_reactions(visitor: Visitor, room_id: int) -> int:
    with transaction.atomic():
        room = lock_room(Room(pk=room_id))
        rows = Reaction.objects.filter(author_id=visitor.public_id, message__room_id=room_id)
        found = list(rows.select_related("message").order_by("message__seq", "pk")[:PART_MESSAGES])
        messages = {reaction.message_id: reaction.message for reaction in found}
        for reaction in found:
            _count_down(messages[reaction.message_id], reaction.emoji)
        Reaction.objects.filter(pk__in=[reaction.pk for reaction in found]).delete()
        for message in messages.values():
            message.change = Message.Change.REACTION
            message.save(update_fields=["reactions", "change"])
        _give_revs(room, list(messages))
    return len(found)


def _count_down(message: Message, emoji: str) -> None:
    left = message.reactions.get(emoji, 1) - 1
    message.reactions.pop(emoji, None)
    if left > 0:
        message.reactions[emoji] = left


def _erase_the_rest(visitor: Visitor) -> None:
    who, rooms = visitor.public_id, rooms_of(visitor)
    removal.remove(Attachment.objects.filter(site_id=visitor.site_id, author_id=who))
    HeldMessage.objects.filter(room__in=rooms, author_id=who).delete()
    ReadMark.objects.filter(room__in=rooms, reader_id=who).delete()
    Report.objects.filter(room__in=rooms, author_id=who).delete()
    own = ReportEntry.objects.filter(reporter_id=who, report__room__in=rooms)
    cases = list(own.values_list("report_id", flat=True))
    own.delete()
    Report.objects.filter(pk__in=cases, entries__isnull=True).delete()
    Undo.objects.filter(site_id=visitor.site_id, visitor_id=who).delete()
    private = Room.objects.filter(visitor_id=visitor.pk, gone=False).exclude(name="").first()
    if private is not None:  # its name is the visitor's
        private = lock_room(private)
        private.name = ""
        private.rev = take_rev(private)
        private.save(update_fields=["name", "rev"])
        publish.room_changed(private)


def _give_revs(room: Room, pks: list[int]) -> None:
    """Each message the next number of its room, in this order; hubs read them afterwards."""
    if not pks:
        return
    first = take_revs(room, len(pks))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE chat_message SET rev = %s WHERE id = %s",
            [(first + place, pk) for place, pk in enumerate(pks)],
        )
    publish.head_moved(room)
