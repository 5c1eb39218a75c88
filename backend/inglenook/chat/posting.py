"""New messages, one or many at once: policy first, outside the transaction; then one short transaction for all of them.

    drafts ──> duplicates, sanctions (a query each for the whole batch) ──> text, rates, policy (pure)
           ──> one transaction: the rooms' next numbers in id order, the rows ──COMMIT──> bells, acks

The statements are in `new_rows`; no model's object is made on the way.

A draft that is refused is refused alone. Where the database finds a duplicate that nobody saw coming (another process was
a moment earlier), everything is rolled back with its numbers, and the drafts go one by one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from msgspec import Struct

from inglenook.chat import doorbell, new_rows, selectors
from inglenook.chat.doorbell import Bell
from inglenook.chat.models import Message, Room
from inglenook.chat.new_rows import NewRow
from inglenook.chat.texts import clean_body, entities_of
from inglenook.moderation.policy import RoomFacts, SpeakerFacts, refusal_to_speak
from inglenook.moderation.selectors import muted_among
from inglenook.moderation.speed import spend_each
from inglenook.protocol.errors import ChatError, Invalid, NotFound
from inglenook.protocol.frames import Ack, encode
from inglenook.visitors.participants import Participant

_CID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Draft(Struct, kw_only=True):
    """A message that somebody wants to post. `room` is as `selectors.room_by_slug` gives it to them."""

    room: Room
    author: Participant
    cid: str
    body: str
    reply_to: int | None = None
    attachments: Sequence[str] = ()


Outcome = Ack | ChatError


def post_drafts(drafts: Sequence[Draft]) -> list[Outcome]:
    """What each draft comes to: its ack, or its refusal."""
    outcomes: list[Outcome | None] = [None] * len(drafts)
    posted = _already_posted(drafts)
    muted = _muted(drafts)
    fresh: dict[int, NewRow] = {}
    for index, draft in enumerate(drafts):
        try:
            outcomes[index] = posted.get(_key(draft))
            if outcomes[index] is None:
                fresh[index] = _new_row(draft, (draft.room.site_id, draft.author.id) in muted)
        except ChatError as refusal:
            outcomes[index] = refusal
    _refuse_the_fast(fresh, outcomes)
    _store(drafts, fresh, outcomes)
    return [outcome for outcome in outcomes if outcome is not None]


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
    first: dict[tuple[object, ...], int] = {}
    for index in fresh:
        first.setdefault(_key(drafts[index]), index)
    chosen = {index: fresh[index] for index in first.values()}
    try:
        _insert(drafts, chosen, outcomes)
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
    ((index, _),) = chosen.items()
    draft = drafts[index]
    was_made = draft.room.pk is not None
    outcomes[index] = _already_posted([draft]).get(_key(draft))
    if outcomes[index] is None:
        if was_made and draft.room.pk is not None:
            raise IntegrityError(f"room {draft.room.pk} takes no message")
        _insert(drafts, chosen, outcomes)


def _insert(
    drafts: Sequence[Draft], chosen: dict[int, NewRow], outcomes: list[Outcome | None]
) -> None:
    unmade = [drafts[index].room for index in chosen if drafts[index].room.pk is None]
    try:
        with transaction.atomic():
            for room in unmade:
                if room.pk is None:  # a private room is made by its first message
                    room.save(force_insert=True)
            stored = _numbered(chosen, outcomes)
            new_rows.insert(stored.values())
            bells = [_bell(row) for row in stored.values()]
            transaction.on_commit(lambda: doorbell.ring_all(bells))
    except IntegrityError:
        for room in unmade:
            room.pk = None
        raise
    for index, row in stored.items():
        outcomes[index] = Ack(
            cid=row.cid, room=row.room.slug, seq=row.rev, rev=row.rev, at=row.told_at
        )


def _numbered(chosen: dict[int, NewRow], outcomes: list[Outcome | None]) -> dict[int, NewRow]:
    """Gives each message its place. Those whose room is gone are refused."""
    taken = new_rows.take_numbers(Counter(int(row.room.pk) for row in chosen.values()))
    next_rev = {pk: head + 1 for pk, (head, _) in taken.items()}
    # From the last to the first, since what is known is the last number.
    for index, row in reversed(chosen.items()):
        pk = row.room.pk
        if pk in taken:
            row.room.head, row.room.epoch = taken[pk]
            next_rev[pk] -= 1
            row.rev = next_rev[pk]
        else:
            outcomes[index] = NotFound("There is no such room here.")
    return {index: row for index, row in chosen.items() if row.room.pk in taken}


def _bell(row: NewRow) -> Bell:
    room = row.room
    return Bell(
        kind="change",
        site_id=room.site_id,
        slug=room.slug,
        epoch=room.epoch,
        rev=row.rev,
        frame=encode(row.frame()),
        author_id=row.author.id,
    )


def _new_row(draft: Draft, is_muted: bool) -> NewRow:
    """The row of a draft without its numbers. Raises what stands against it, but for its speed."""
    room, author = draft.room, draft.author
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
    now = timezone.now()
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
    room = draft.room
    return (room.pk or (room.site_id, room.slug), draft.author.id, draft.cid)


def _already_posted(drafts: Sequence[Draft]) -> dict[tuple[object, ...], Ack]:
    """The first answers to what was posted before, by `_key`. One query, and one for private rooms made meanwhile."""
    for room in [draft.room for draft in drafts if draft.room.pk is None]:
        made = Room.objects.filter(site_id=room.site_id, slug=room.slug).first()
        if made is not None:
            room.pk, room.head, room.epoch = made.pk, made.head, made.epoch
    rooms = {draft.room.pk: draft.room for draft in drafts if draft.room.pk is not None}
    keys = [
        (draft.room.pk, draft.author.id, draft.cid) for draft in drafts if draft.room.pk is not None
    ]
    return {
        (message.room_id, message.author_id, message.cid): _as_duplicate(
            ack_of(rooms[message.room_id], message, message.cid)
        )
        for message in (new_rows.posted_among(keys) if keys else ())
    }


def _muted(drafts: Sequence[Draft]) -> set[tuple[int, str]]:
    by_site: dict[int, set[str]] = {}
    for draft in drafts:
        if not draft.author.is_team:
            by_site.setdefault(draft.room.site_id, set()).add(draft.author.id)
    return {
        (site_id, visitor_id)
        for site_id, ids in by_site.items()
        for visitor_id in muted_among(site_id, ids)
    }


def _quiet_seconds(room: Room, speaker: Participant) -> float | None:
    rows = Message.objects.filter(room_id=room.pk, author_id=speaker.id).order_by("-seq")
    last = rows.values_list("at", flat=True).first() if room.pk else None
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
