"""Every change of messages that are stored: edits, deletions and their undoing, reactions; and read
marks.

The policy judges outside the transaction. Then one short transaction asks it again and takes the
room's next number, and the event follows after COMMIT. New messages go by `posting`; what the team
does to a whole room is in `room_services`. An act of the team on somebody's message, and every act
of a key, has its row in the record (`sites/audit.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from inglenook.chat import publish, selectors
from inglenook.chat.attachments import removal
from inglenook.chat.message_text import clean_body
from inglenook.chat.models import Message, Reaction, ReadMark, Room
from inglenook.chat.permissions import refusal_to_change
from inglenook.chat.posting.verdict import rights_in, rights_until_commit
from inglenook.chat.previews.links import follow_links
from inglenook.chat.revisions import lock_room, take_rev
from inglenook.chat.room_services import record_message
from inglenook.limits.policy import spend, spend_deletion
from inglenook.protocol import text
from inglenook.protocol.errors import Conflict, Forbidden, Invalid, NotFound
from inglenook.protocol.frame_parts import DeletedBy, Reacted
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import BOT_ROLE, Participant
from inglenook.visitors.services import count_messages

RESTORE_HOURS: Final = 24
# What a moderator's deletion keeps for so long.
KEPT_CONTENT: Final = ("body", "entities", "attachments", "previews")


def edit_message(
    *, room: Room, actor: Participant, seq: int, body: str, cid: str | None = None
) -> Ack:
    """Gives a message a new body.

    Raises the refusals to write, Rate, Empty, TooLong, InvalidText, BlockedLink, BlockedWord,
    Forbidden, TooLate, NotFound. Of somebody shadow banned it is acked and changes nothing.
    """
    rights = rights_in(room, actor)
    cleaned = clean_body(body)
    rights.require_writing()
    spend(actor, room.slug)  # before the search for mentions, which asks the database
    text_now, entities = rights.judge_edit(cleaned)
    with transaction.atomic():
        now = rights_until_commit(room, actor)
        if not now.is_as(rights):
            text_now, entities = now.judge_edit(cleaned)
        room = now.room
        message = _message_to_change(room, actor, seq)
        if actor.is_team and not _wrote(actor, message):
            raise Forbidden("Only its author can edit a message; it can be deleted.")
        if message.body != text_now and not now.author.is_shadowed:
            message.body, message.entities = text_now, entities
            message.edited_at = timezone.now()
            follow_links(room, message)
            if actor.key is not None:
                record_message(room, actor.key, "message.update", seq)
            _store_change(room, message, Message.Change.EDIT)
    return selectors.ack_frame(room, message, cid)


def delete_message(*, room: Room, actor: Participant, seq: int, cid: str | None = None) -> Ack:
    """Makes a message a tombstone.

    A second time it changes nothing. Raises Forbidden, TooLate, NotFound, Rate.
    """
    spend_deletion(actor)
    with transaction.atomic():
        room = lock_room(room)
        message = _message(room, seq)
        if message.deleted is None:
            _refuse_to_change(message, actor)
            own = message.author_id == actor.id
            entomb(message, "author" if own else "moderator")
            if own:  # a moderator's deletion can be undone for a day, with its files
                removal.remove(removal.of_messages(room.pk, [seq]))
            count_messages(visitor_id=message.author_id, change=-1)
            Reaction.objects.filter(message_id=message.pk).delete()
            if not own or actor.key is not None:
                record_message(room, actor.actor, "message.delete", seq)
            _store_change(room, message, Message.Change.DELETE)
    return selectors.ack_frame(room, message, cid)


def restore_message(*, room: Room, actor: Participant, seq: int, cid: str | None = None) -> Ack:
    """Undoes a moderator's deletion of the last day: the same place, a new `rev`, no reactions.

    Raises Forbidden, NotFound; Conflict for what cannot be restored.
    """
    if not (actor.is_team and actor.may_write):
        raise Forbidden("Only the team restores messages.")
    with transaction.atomic():
        room = lock_room(room)
        message = _message(room, seq)
        if not is_restorable(message):
            raise Conflict("Only what a moderator deleted in the last 24 hours can be restored.")
        exhume(message)
        count_messages(visitor_id=message.author_id, change=1)
        record_message(room, actor.actor, "message.restore", seq)
        _store_change(room, message, Message.Change.RESTORE)
    return selectors.ack_frame(room, message, cid)


def entomb(message: Message, by: DeletedBy) -> None:
    """Empties a message; its place, time and author stay. A day long, what a moderator took too.

    Its reactions are the caller's to remove, its row to store, and what it counted for trust.
    """
    message.deleted, message.deleted_at = by, timezone.now()
    message.deleted_content = (
        {name: getattr(message, name) for name in KEPT_CONTENT} if by == "moderator" else None
    )
    message.body, message.entities, message.attachments, message.reactions = "", [], [], {}
    message.previews = []


def exhume(message: Message) -> None:
    """Gives a tombstone back what `entomb` took; its row and count are the caller's."""
    for name in KEPT_CONTENT:
        # What another release deleted has fewer; each of those is a list.
        setattr(message, name, (message.deleted_content or {}).get(name, []))
    message.deleted = message.deleted_at = message.deleted_content = None


def is_restorable(message: Message) -> bool:
    return (
        message.deleted == "moderator"
        and message.deleted_content is not None
        and message.deleted_at is not None
        and message.deleted_at > timezone.now() - timedelta(hours=RESTORE_HOURS)
    )


def react(
    *, room: Room, actor: Participant, seq: int, emoji: str, on: bool, cid: str | None = None
) -> Ack:
    """Gives or takes back one reaction.

    Raises Invalid (field emoji), the refusals to write, NotFound. Of somebody shadow banned it is
    acked and changes nothing.
    """
    rights = rights_in(room, actor)
    if not text.is_reaction_emoji(emoji):
        raise Invalid("A reaction is one emoji.", field="emoji")
    rights.require_writing()
    spend(actor, room.slug)
    with transaction.atomic():
        rights = rights_until_commit(room, actor)
        room = rights.room
        message = _message(room, seq)
        if message.deleted is not None:
            raise NotFound("That message was deleted.")
        if not rights.author.is_shadowed and _set_reaction(message, actor.id, emoji, on):
            _store_change(
                room,
                message,
                Message.Change.REACTION,
                reacted=Reacted(by=actor.id, emoji=emoji, on=on),
            )
    return selectors.ack_frame(room, message, cid)


def _set_reaction(message: Message, author_id: str, emoji: str, on: bool) -> bool:
    """Whether anything changed."""
    counts: dict[str, int] = dict(message.reactions)
    row = Reaction.objects.filter(message_id=message.pk, author_id=author_id, emoji=emoji)
    if not on:
        if not row.delete()[0]:
            return False
        counts[emoji] = counts.get(emoji, 1) - 1
        if counts[emoji] <= 0:
            del counts[emoji]
    else:
        if row.exists():
            return False
        if emoji not in counts and len(counts) >= settings.LIMITS.reaction_kinds:
            raise Invalid("This message has as many kinds of reaction as it can.", field="emoji")
        Reaction.objects.create(message_id=message.pk, author_id=author_id, emoji=emoji)
        counts[emoji] = counts.get(emoji, 0) + 1
    message.reactions = counts
    return True


def mark_seen(*, room: Room, reader_id: str, rev: int) -> int:
    """Moves somebody's read mark up, never down and not above `head`. Returns where it is now."""
    if room.pk is None:
        return 0
    rev = min(rev, room.head)
    mark, made = ReadMark.objects.get_or_create(
        room_id=room.pk, reader_id=reader_id, defaults={"rev": rev}
    )
    if not made and mark.rev < rev:
        ReadMark.objects.filter(pk=mark.pk, rev__lt=rev).update(rev=rev)
    return max(mark.rev, rev)


# --- the small steps


def _message(room: Room, seq: int) -> Message:
    message = Message.objects.filter(room_id=room.pk, seq=seq).first()
    if message is None:
        raise NotFound("There is no such message here.", field="seq")
    return message


def _wrote(actor: Participant, message: Message) -> bool:
    """Whether it is the actor's own; a key may change what keys wrote."""
    return message.author_id == actor.id or (
        actor.role == BOT_ROLE and message.author_role == BOT_ROLE
    )


def _message_to_change(room: Room, actor: Participant, seq: int) -> Message:
    message = _message(room, seq)
    if message.deleted is not None:
        raise NotFound("That message was deleted.", field="seq")
    _refuse_to_change(message, actor)
    return message


def _refuse_to_change(message: Message, actor: Participant) -> None:
    refusal = refusal_to_change(
        message, actor, now=timezone.now(), window_s=settings.LIMITS.edit_window_s
    )
    if refusal is not None:
        raise refusal


def _store_change(
    room: Room, message: Message, change: Message.Change, reacted: Reacted | None = None
) -> None:
    message.rev = take_rev(room)
    message.change = change
    message.save(force_update=True)
    publish.message_changed(room, message, reacted)
