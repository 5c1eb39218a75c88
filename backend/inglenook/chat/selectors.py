"""Every read of rooms and messages."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from django.conf import settings
from django.db.models import Q

from inglenook.chat.attachments.wire import attachment_frames
from inglenook.chat.models import Message, Reaction, ReadMark, Room
from inglenook.chat.permissions import may_see
from inglenook.chat.previews.wire import preview_frames
from inglenook.protocol import frame_parts, frames
from inglenook.protocol.errors import NotFound
from inglenook.protocol.ids import is_slug
from inglenook.protocol.limits import PAGE_BYTES
from inglenook.sites.models import Member
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, is_member_id

# While a site is calm, nobody writes faster in its public rooms.
CALM_SLOW_S = 10
UNREAD_MOST = 100  # a badge says "99+"; counting on would cost more the longer somebody was away


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as the wire writes every time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- rooms


def rooms_of_site(site_id: int, *, archived: bool = False) -> list[Room]:
    """The public rooms, in the order in which they were made."""
    rooms = Room.objects.filter(site_id=site_id, kind=Room.Kind.PUBLIC, gone=False)
    return list(rooms.order_by("id") if archived else rooms.filter(archived=False).order_by("id"))


def room_by_slug(site_id: int, slug: str, participant: Participant | None) -> Room:
    """The room, as far as this participant may know of it. None is anybody who reads a public page.

    A visitor's private room that has no message yet is given unsaved (`pk` None), with the epoch
    that it will have. Raises NotFound, the same for what is not there and for what is not theirs.
    """
    room = Room.objects.filter(site_id=site_id, slug=slug).first() if is_slug(slug) else None
    return seen_by(room, site_id, slug, participant)


def rooms_by_slug(wanted: Sequence[tuple[str, Participant]]) -> list[Room | NotFound]:
    """As `room_by_slug` for many at once, in one query; what it raises is given instead."""
    by_site: dict[int, set[str]] = {}
    for slug, participant in wanted:
        if is_slug(slug):
            by_site.setdefault(participant.site_id, set()).add(slug)
    query = Q()
    for site_id, slugs in by_site.items():
        query |= Q(site_id=site_id, slug__in=slugs)
    rows = Room.objects.filter(query) if query else ()
    rooms = {(room.site_id, room.slug): room for room in rows}
    found: list[Room | NotFound] = []
    for slug, participant in wanted:
        site_id = participant.site_id
        try:
            found.append(seen_by(rooms.get((site_id, slug)), site_id, slug, participant))
        except NotFound as error:
            found.append(error)
    return found


def seen_by(room: Room | None, site_id: int, slug: str, participant: Participant | None) -> Room:
    """The row at an address as `room_by_slug` gives it."""
    if room is None:
        if participant and participant.visitor_pk and slug == private_slug(site_id, participant.id):
            return _unmade_private_room(participant)
        raise NotFound("There is no such room here.")
    if participant is None:
        visible = room.kind != Room.Kind.PRIVATE and not room.gone
    else:
        visible = may_see(room, participant)
    if not visible:
        raise NotFound("There is no such room here.")
    return room


def private_room(participant: Participant) -> Room:
    """The visitor's line to the team, made or not yet."""
    own = Room.objects.filter(site_id=participant.site_id, kind=Room.Kind.PRIVATE, gone=False)
    made = own.filter(visitor__public_id=participant.id).first()
    return made or _unmade_private_room(participant)


def private_slug(site_id: int, visitor_id: str) -> str:
    """Derived, so that nothing is stored before the first message, and nobody else can guess it."""
    return "p_" + _derived(f"room:{site_id}:{visitor_id}")[:26]


def _unmade_private_room(participant: Participant) -> Room:
    return Room(
        site_id=participant.site_id,
        slug=private_slug(participant.site_id, participant.id),
        name=participant.name,
        kind=Room.Kind.PRIVATE,
        visitor_id=participant.visitor_pk,
        epoch=_derived(f"epoch:{participant.site_id}:{participant.id}")[:12],
    )


def _derived(text: str) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")


# --- frames


def room_frame(room: Room) -> frames.Room:
    """`slow_s` is the one in force: while the site is calm nobody writes fast."""
    locked_until = room.locked_until
    return frames.Room(
        room=room.slug,
        rev=room.rev,
        name=room.name,
        kind=room.kind,
        topic=room.topic,
        announcement=room.announcement,
        slow_s=max(room.slow_s, CALM_SLOW_S) if room.calm_until else room.slow_s,
        locked=room.locked,
        archived=room.archived,
        pinned=room.pinned,
        first_seq=room.first_seq,
        gone=room.gone,
        rules=room.rules,
        locked_until=timestamp(locked_until) if locked_until else None,
        read_only_for=room.read_only_for,
    )


def message_frame(
    message: Message,
    slug: str,
    *,
    mine: list[str] | None = None,
    reacted: frame_parts.Reacted | None = None,
) -> frames.Message:
    return frames.Message(
        room=slug,
        rev=message.rev,
        seq=message.seq,
        cid=message.cid,
        at=timestamp(message.at),
        edited_at=timestamp(message.edited_at) if message.edited_at else None,
        author=frame_parts.Author(
            message.author_id, message.author_name, message.author_role, message.author_avatar
        ),
        body=message.body,
        entities=message.entities,
        reply_to=message.reply_to,
        deleted=message.deleted_by,
        reactions=message.reactions,
        attachments=attachment_frames(message.attachments),
        previews=preview_frames(message.previews),
        mine=msgspec.UNSET if mine is None else mine,
        reacted=msgspec.UNSET if reacted is None else reacted,
    )


def ack_frame(room: Room, message: Message, cid: str | None) -> frames.Ack:
    """The answer to an act on a stored message, as it is now."""
    return frames.Ack(
        cid=cid,
        room=room.slug,
        seq=message.seq,
        rev=message.rev,
        at=timestamp(message.at),
    )


# --- messages


def messages_before(room: Room, before: int | None, limit: int) -> tuple[list[Message], bool]:
    """At most `limit` messages below `before`, by `seq`, and whether there are older ones."""
    if room.pk is None:
        return [], False
    rows = Message.objects.filter(room_id=room.pk, seq__gte=room.first_seq)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows.order_by("-seq")[: limit + 1])
    return found[:limit][::-1], len(found) > limit


def messages_changed(room: Room, since: int, limit: int) -> tuple[list[Message], bool]:
    """At most `limit` messages changed after `since`, by `rev`, and whether there are more."""
    if room.pk is None:
        return [], False
    rows = Message.objects.filter(room_id=room.pk, rev__gt=since, rev__lte=room.head)
    found = list(rows.order_by("rev")[: limit + 1])
    return found[:limit], len(found) > limit


def own_reactions(messages: Iterable[Message], reader_id: str | None) -> dict[int, list[str]]:
    """By message pk: the emoji this reader gave.

    One query, and none where nobody reacted to anything.
    """
    reacted = [message.pk for message in messages if message.reactions]
    if not reacted or not reader_id:
        return {}
    found: dict[int, list[str]] = {}
    rows = Reaction.objects.filter(message_id__in=reacted, author_id=reader_id).order_by("id")
    for pk, emoji in rows.values_list("message_id", "emoji"):
        found.setdefault(pk, []).append(emoji)
    return found


def who_reacted(room: Room, seq: int, emoji: str, limit: int) -> list[dict[str, str]]:
    """Who reacted so to a message, by their present names, the first come first.

    Raises NotFound where there is no such message, or it was deleted.
    """
    message = Message.objects.filter(room_id=room.pk, seq=seq, deleted__isnull=True).first()
    if message is None:
        raise NotFound("There is no such message.")
    rows = Reaction.objects.filter(message_id=message.pk, emoji=emoji).order_by("pk")
    ids = list(rows.values_list("author_id", flat=True)[:limit])
    people = Visitor.objects.filter(site_id=room.site_id, public_id__in=ids)
    team = Member.objects.filter(site_id=room.site_id, public_id__in=ids)
    names = {
        public_id: name
        for each in (people, team)
        for public_id, name in each.values_list("public_id", "name")
    }
    return [{"id": each, "name": names[each]} for each in ids if each in names]


def encoded(messages: Sequence[Message], slug: str, reader_id: str | None) -> list[msgspec.Raw]:
    """The frames of `messages` for one reader, ready-made."""
    mine = own_reactions(messages, reader_id)
    return [
        msgspec.Raw(
            frames.encode(
                message_frame(
                    message,
                    slug,
                    mine=mine.get(message.pk, []) if message.reactions and reader_id else None,
                )
            )
        )
        for message in messages
    ]


def fitting(raws: Sequence[msgspec.Raw], *, newest: bool) -> int:
    """How many fit into one page of bytes, counted from the newest or from the first.

    At least one.
    """
    total = 0
    for count, raw in enumerate(reversed(raws) if newest else raws):
        total += len(bytes(raw)) + 1
        if total > PAGE_BYTES and count:
            return count
    return len(raws)


def history_page(
    room: Room, before: int | None, limit: int, reader_id: str | None
) -> frames.History:
    """The `history` answer: ascending by `seq`, cut at its limit or 64 KiB."""
    messages, more = messages_before(room, before, limit)
    raws = encoded(messages, room.slug, reader_id)
    count = fitting(raws, newest=True)
    return frames.History(room.slug, before, raws[len(raws) - count :], more or count < len(raws))


# --- reading marks


def seen_of(room: Room, reader_id: str | None) -> int:
    if room.pk is None or not reader_id:
        return 0
    mark = ReadMark.objects.filter(room_id=room.pk, reader_id=reader_id).values_list(
        "rev", flat=True
    )
    return next(iter(mark), 0)


def marks_of(readers: Sequence[tuple[Room, str]]) -> dict[tuple[int | None, str], int]:
    """As `seen_of` for many, in one query, by (room pk, reader id); who has no mark is left out."""
    rooms = {room.pk for room, _ in readers if room.pk is not None}
    if not rooms:
        return {}
    rows = ReadMark.objects.filter(room_id__in=rooms, reader_id__in={who for _, who in readers})
    return {(pk, who): rev for pk, who, rev in rows.values_list("room_id", "reader_id", "rev")}


def receipts_of(room: Room) -> frame_parts.Receipts | None:
    """How far both sides of a private room have read, in one query; None for other rooms."""
    if room.kind != Room.Kind.PRIVATE:
        return None
    if room.pk is None:
        return frame_parts.Receipts()
    rows = ReadMark.objects.filter(room_id=room.pk).values_list("reader_id", "rev")
    team, visitor = 0, 0
    for reader_id, rev in rows:
        if is_member_id(reader_id):
            team = max(team, rev)
        else:
            visitor = max(visitor, rev)
    return frame_parts.Receipts(team=team, visitor=visitor)


def unread(room: Room, participant: Participant) -> int:
    """Messages above my mark, not mine, not deleted; UNREAD_MOST at most."""
    if room.pk is None or room.head == 0:
        return 0
    mark = seen_of(room, participant.id)
    if mark >= room.head:
        return 0
    rows = Message.objects.filter(room_id=room.pk, seq__gt=mark, deleted=None)
    rows = rows.filter(~Q(author_id=participant.id) | Q(author_id=None))
    return rows[:UNREAD_MOST].count()
