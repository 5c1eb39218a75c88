"""New messages, one or many at once: policy first, outside the transaction; then one short transaction for all of them.

    drafts ──> rooms, duplicates, mutes (one query for the whole batch) ──> text, rates, policy (pure)
           ──> one transaction: the rooms' next numbers in id order, the rows ──COMMIT──> events, acks

The statements are in `new_rows`; no model's object is made on the way.

A draft that is refused is refused alone. Where the database finds a duplicate that nobody saw coming (another process was
a moment earlier), everything is rolled back with its numbers, and the drafts go one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from msgspec import Struct

from inglenook.chat import new_rows, publish, selectors
from inglenook.chat.message_text import clean_body, entities_of
from inglenook.chat.models import Message, Room
from inglenook.chat.new_rows import Found, NewRow
from inglenook.moderation.policy import RoomFacts, SpeakerFacts, refusal_to_speak
from inglenook.moderation.speed import spend_each
from inglenook.protocol.errors import ChatError, Invalid, NotFound
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import Participant

_CID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Draft(Struct, kw_only=True):
    """A message that somebody wants to post in the room with this slug of their site."""

    slug: str
    author: Participant
    cid: str
    body: str
    reply_to: int | None = None
    attachments: Sequence[str] = ()


Outcome = Ack | ChatError


def post_drafts(drafts: Sequence[Draft]) -> list[Outcome]:
    """What each draft comes to: its ack, or its refusal."""
    outcomes: list[Outcome | None] = [None] * len(drafts)
    fresh: dict[int, NewRow] = {}
    now = timezone.now()
    unmade: dict[tuple[int, str], Room] = {}
    found = _look_up(drafts)
    posted = Message.objects.in_bulk([one.posted for one in found if one.posted is not None])
    for index, (draft, one) in enumerate(zip(drafts, found, strict=True)):
        try:
            room = _room_of(draft, one.room, unmade)
            message = posted.get(one.posted or 0)
            if message is not None:
                outcomes[index] = _as_duplicate(ack_of(room, message, draft.cid))
            else:
                fresh[index] = _new_row(draft, room, one.is_muted, now)
        except ChatError as refusal:
            outcomes[index] = refusal
    _refuse_the_fast(fresh, outcomes)
    _store(drafts, fresh, outcomes)
    return [outcome for outcome in outcomes if outcome is not None]


def _look_up(drafts: Sequence[Draft]) -> list[Found]:
    """In one query, however many there are."""
    # What has not the form of a slug or a `cid` is nowhere; a database may take offence at it.
    return new_rows.look_up(
        [
            (
                draft.author.site_id,
                draft.slug if selectors.is_slug(draft.slug) else "",
                draft.author.id,
                draft.cid if _CID.fullmatch(draft.cid) else "",
            )
            for draft in drafts
        ]
    )


def _room_of(draft: Draft, row: Room | None, unmade: dict[tuple[int, str], Room]) -> Room:
    """The room as far as the author may know of it. A private room that is not made yet is one for all its drafts."""
    address = (draft.author.site_id, draft.slug)
    room = selectors.seen_by(row or unmade.get(address), *address, draft.author)
    if room.id is None:
        unmade[address] = room
    return room


def _refuse_the_fast(fresh: dict[int, NewRow], outcomes: list[Outcome | None]) -> None:
    """Takes from the limits what each message costs; what is one too many is no longer among the fresh."""
    refusals = spend_each([(row.author, row.room.slug) for row in fresh.values()])
    for index, refusal in zip(list(fresh), refusals, strict=True):
        if refusal is not None:
            outcomes[index] = refusal
            del fresh[index]


def _store(
    drafts: Sequence[Draft], fresh: dict[int, NewRow], outcomes: list[Outcome | None]
) -> None:
    """Fills in the outcomes of the fresh messages. A `cid` that stands twice among them is stored once."""
    if not fresh:
        return
    first: dict[tuple[object, ...], int] = {}
    for index in fresh:
        first.setdefault(_key(drafts[index]), index)
    chosen = {index: fresh[index] for index in first.values()}
    try:
        _insert(chosen, outcomes)
    except IntegrityError:
        if len(chosen) == 1:
            _store_late(drafts, chosen, outcomes)
        else:
            for index, row in chosen.items():
                _store(drafts, {index: row}, outcomes)
    for index in fresh.keys() - chosen.keys():
        earlier = outcomes[first[_key(drafts[index])]]
        outcomes[index] = _as_duplicate(earlier) if isinstance(earlier, Ack) else earlier


def _store_late(
    drafts: Sequence[Draft], chosen: dict[int, NewRow], outcomes: list[Outcome | None]
) -> None:
    """The same `cid`, or two first messages of a private room, came at once: whoever was first stands."""
    ((index, row),) = chosen.items()
    was_made = row.room.id is not None
    (found,) = _look_up([drafts[index]])
    row.room = found.room or row.room
    if found.posted is not None:
        message = Message.objects.get(pk=found.posted)
        outcomes[index] = _as_duplicate(ack_of(row.room, message, row.cid))
    elif was_made:
        raise IntegrityError(f"room {row.room.id} takes no message")
    else:
        _insert(chosen, outcomes)


def _insert(chosen: dict[int, NewRow], outcomes: list[Outcome | None]) -> None:
    rows = list(chosen.values())
    unmade = [row.room for row in rows if row.room.id is None]
    try:
        with _transaction(is_needed=bool(unmade)):
            for room in unmade:
                if room.id is None:  # a private room is made by its first message
                    room.save(force_insert=True)
            new_rows.store(rows)
            publish.messages_posted([row for row in rows if row.rev])
    except IntegrityError:
        for room in unmade:
            room.pk = None
        raise
    for index, row in chosen.items():
        outcomes[index] = (
            Ack(cid=row.cid, room=row.room.slug, seq=row.rev, rev=row.rev, at=row.told_at)
            if row.rev
            else NotFound("There is no such room here.")
        )


def _transaction(*, is_needed: bool) -> AbstractContextManager[None]:
    """A single statement is one by itself, and saves two rounds to the database. Inside another one it needs a savepoint."""
    if is_needed or connection.in_atomic_block or not new_rows.is_one_statement():
        return transaction.atomic()
    return nullcontext()


def _new_row(draft: Draft, room: Room, is_muted: bool, now: datetime) -> NewRow:
    """The row of a draft without its numbers. Raises what stands against it, but for its speed."""
    author = draft.author
    if not _CID.fullmatch(draft.cid):
        raise Invalid("`cid` is 8 to 64 letters, digits and hyphens.", field="cid")
    quiet_s = _quiet_seconds(room, author) if room.slow_s and not author.is_team else None
    refusal = refusal_to_speak(
        RoomFacts(room.archived, room.locked, room.slow_s),
        SpeakerFacts(author.is_team, is_muted, quiet_s),
    )
    if refusal is not None:
        raise refusal
    body = clean_body(draft.body)
    if draft.attachments:
        raise Invalid("Files cannot be sent here.", field="attachments")
    if draft.reply_to is not None and not _has_message(room, draft.reply_to):
        raise Invalid("The message that this answers is not here.", field="reply_to")
    return NewRow(
        room=room,
        author=author,
        cid=draft.cid,
        at=now,
        told_at=selectors.timestamp(now),
        body=body,
        entities=entities_of(room, body),
        reply_to=draft.reply_to,
    )


def _key(draft: Draft) -> tuple[object, ...]:
    return (draft.author.site_id, draft.slug, draft.author.id, draft.cid)


def _quiet_seconds(room: Room, speaker: Participant) -> float | None:
    rows = Message.objects.filter(room_id=room.pk, author_id=speaker.id).order_by("-seq")
    last = rows.values_list("at", flat=True).first() if room.id else None
    return (timezone.now() - last).total_seconds() if last else None


def _has_message(room: Room, seq: int) -> bool:
    return room.pk is not None and Message.objects.filter(room_id=room.pk, seq=seq).exists()


def _as_duplicate(ack: Ack) -> Ack:
    """The same answer as the first time: a new message's `rev` is its `seq`, whatever happened to it since."""
    return Ack(cid=ack.cid, room=ack.room, seq=ack.seq, rev=ack.seq, at=ack.at, dup=True)


def ack_of(room: Room, message: Message, cid: str | None) -> Ack:
    return Ack(
        cid=cid,
        room=room.slug,
        seq=message.seq,
        rev=message.rev,
        at=selectors.timestamp(message.at),
    )
