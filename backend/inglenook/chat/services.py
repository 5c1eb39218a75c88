"""Every write of messages: policy first, outside the transaction; then one short transaction; the bell after COMMIT.

What the team does to a whole room is in `room_services`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from msgspec.structs import replace

from inglenook.chat import selectors
from inglenook.chat.models import Message, Reaction, ReadMark, Room
from inglenook.chat.numbering import announce_message, lock_room, take_rev
from inglenook.chat.permissions import refusal_to_change
from inglenook.moderation.policy import RoomFacts, SpeakerFacts, refusal_to_speak
from inglenook.moderation.selectors import is_muted
from inglenook.moderation.speed import spend
from inglenook.protocol import text
from inglenook.protocol.errors import BY_CODE, Invalid, NotFound
from inglenook.protocol.frames import Ack, Reacted
from inglenook.sites.models import Member
from inglenook.visitors.participants import Participant

_CID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Who can be mentioned: who wrote lately. More would let one `@` read a room's whole history.
MENTION_MESSAGES = 200


def post_message(
    *,
    room: Room,
    author: Participant,
    cid: str,
    body: str,
    reply_to: int | None = None,
    attachments: Sequence[str] = (),
) -> Ack:
    """Stores a message, once for every `cid` of its author, however often it is asked.

    Raises the refusals of `policy.refusal_to_speak`, Rate, Empty, TooLong, InvalidText, Invalid (field), NotFound.
    """
    if not _CID.fullmatch(cid):
        raise Invalid("`cid` is 8 to 64 letters, digits and hyphens.", field="cid")
    if (earlier := _already_posted(room, author, cid)) is not None:
        return earlier
    _refuse_to_speak(room, author)
    cleaned = clean_body(body)
    if attachments:
        raise Invalid("Files cannot be sent here.", field="attachments")
    if reply_to is not None and not _has_message(room, reply_to):
        raise Invalid("The message that this answers is not here.", field="reply_to")
    spend(author, room.slug)
    message = Message(
        cid=cid,
        at=timezone.now(),
        author_id=author.id,
        author_name=author.name,
        author_role=author.role,
        author_avatar=author.avatar,
        body=cleaned,
        entities=entities_of(room, cleaned),
        reply_to=reply_to,
    )
    was_made = room.pk is not None
    try:
        _store_new(room, message)
    except IntegrityError:
        # The same `cid`, or two first messages of a private room, came at once. The statement rolled back with its
        # number; whoever was first stands.
        if not was_made:
            room.pk = None
        if (again := _already_posted(room, author, cid)) is not None:
            return again
        if was_made:
            raise
        _store_new(room, message)
    return _ack(room, message, cid)


def edit_message(
    *, room: Room, actor: Participant, seq: int, body: str, cid: str | None = None
) -> Ack:
    """Gives a message a new body. Raises as `post_message`, and Forbidden, TooLate, NotFound."""
    _refuse_to_speak(room, actor, is_new=False)
    cleaned = clean_body(body)
    entities = entities_of(room, cleaned)
    spend(actor, room.slug)
    with transaction.atomic():
        room = lock_room(room)
        message = _message_to_change(room, actor, seq)
        if actor.is_team and message.author_id != actor.id:
            raise BY_CODE["forbidden"]("Only its author can edit a message; it can be deleted.")
        if message.body != cleaned:
            message.body, message.entities = cleaned, entities
            message.edited_at = timezone.now()
            _store_change(room, message, Message.Change.EDIT)
    return _ack(room, message, cid)


def delete_message(*, room: Room, actor: Participant, seq: int, cid: str | None = None) -> Ack:
    """Makes a message a tombstone. A second time it changes nothing. Raises Forbidden, TooLate, NotFound."""
    with transaction.atomic():
        room = lock_room(room)
        message = _message(room, seq)
        if message.deleted is None:
            _refuse_to_change(message, actor)
            entomb(message, "author" if message.author_id == actor.id else "moderator")
            _store_change(room, message, Message.Change.DELETE)
    return _ack(room, message, cid)


def entomb(message: Message, by: str) -> None:
    """Empties a message; its place, time and author stay (protocol.md part 3)."""
    message.deleted = by
    message.body, message.entities, message.attachments, message.reactions = "", [], [], {}
    Reaction.objects.filter(message_id=message.pk).delete()


def react(
    *, room: Room, actor: Participant, seq: int, emoji: str, on: bool, cid: str | None = None
) -> Ack:
    """Gives or takes back one reaction. Raises Invalid (field emoji), the refusals to speak, NotFound."""
    if not text.is_reaction_emoji(emoji):
        raise Invalid("A reaction is one emoji.", field="emoji")
    _refuse_to_speak(room, actor, is_new=False)
    spend(actor, room.slug)
    with transaction.atomic():
        room = lock_room(room)
        message = _message(room, seq)
        if message.deleted is not None:
            raise NotFound("That message was deleted.")
        if _set_reaction(message, actor.id, emoji, on):
            _store_change(
                room,
                message,
                Message.Change.REACTION,
                reacted=Reacted(by=actor.id, emoji=emoji, on=on),
            )
    return _ack(room, message, cid)


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


def clean_body(body: str) -> str:
    """Raises Empty, TooLong or InvalidText, in the words of the wire."""
    try:
        return text.normalise_body(body, settings.LIMITS.body_chars)
    except text.TextError as error:
        message = None
        if error.code == "too_long":
            message = f"A message may have {settings.LIMITS.body_chars} characters."
        raise BY_CODE[error.code](message, field="body") from None


def entities_of(room: Room, body: str) -> list[dict[str, object]]:
    names = _mentionable(room) if "@" in body else {}
    found = text.parse_entities(body, lambda name: names.get(name.casefold()))
    return [msgspec.to_builtins(entity) for entity in found]


def _mentionable(room: Room) -> dict[str, str]:
    """Name to author id: who wrote here lately, and the team."""
    found: dict[str, str] = {}
    if room.pk is not None:
        rows = Message.objects.filter(room_id=room.pk, seq__gt=room.head - MENTION_MESSAGES)
        for name, author_id in rows.order_by("seq").values_list("author_name", "author_id"):
            if author_id:
                found[name.casefold()] = author_id
    for name, public_id in Member.objects.filter(site_id=room.site_id).values_list(
        "name", "public_id"
    ):
        found[name.casefold()] = public_id
    return found


# --- the small steps


def _refuse_to_speak(room: Room, speaker: Participant, *, is_new: bool = True) -> None:
    facts = RoomFacts(room.archived, room.locked, room.slow_s if is_new else 0)
    muted = not speaker.is_team and is_muted(room.site_id, speaker.id)
    quiet_s = _quiet_seconds(room, speaker) if facts.slow_s and not speaker.is_team else None
    refusal = refusal_to_speak(facts, SpeakerFacts(speaker.is_team, muted, quiet_s))
    if refusal is not None:
        raise refusal


def _quiet_seconds(room: Room, speaker: Participant) -> float | None:
    rows = Message.objects.filter(room_id=room.pk, author_id=speaker.id).order_by("-seq")
    last = rows.values_list("at", flat=True).first() if room.pk else None
    return (timezone.now() - last).total_seconds() if last else None


def _already_posted(room: Room, author: Participant, cid: str) -> Ack | None:
    if room.pk is None:
        made = Room.objects.filter(site_id=room.site_id, slug=room.slug).first()
        if made is None:
            return None
        room.pk, room.head, room.epoch = made.pk, made.head, made.epoch
    message = Message.objects.filter(room_id=room.pk, author_id=author.id, cid=cid).first()
    if message is None:
        return None
    # The same answer as the first time: a new message's `rev` is its `seq`, whatever happened to it since.
    return replace(_ack(room, message, cid), rev=message.seq, dup=True)


def _store_new(room: Room, message: Message) -> None:
    with transaction.atomic():
        if room.pk is None:  # a private room is made by its first message
            room.save(force_insert=True)
        message.room_id = room.pk
        message.seq = message.rev = take_rev(room)
        message.save(force_insert=True)
        announce_message(room, message)


def _message(room: Room, seq: int) -> Message:
    message = Message.objects.filter(room_id=room.pk, seq=seq).first()
    if message is None:
        raise NotFound("There is no such message here.", field="seq")
    return message


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


def _has_message(room: Room, seq: int) -> bool:
    return room.pk is not None and Message.objects.filter(room_id=room.pk, seq=seq).exists()


def _store_change(
    room: Room, message: Message, change: Message.Change, reacted: Reacted | None = None
) -> None:
    message.rev = take_rev(room)
    message.change = change
    message.save(force_update=True)
    announce_message(room, message, reacted)


def _ack(room: Room, message: Message, cid: str | None) -> Ack:
    return Ack(
        cid=cid,
        room=room.slug,
        seq=message.seq,
        rev=message.rev,
        at=selectors.timestamp(message.at),
    )
