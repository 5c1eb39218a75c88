"""What a page of a room says to one reader alone: what waits of theirs, what they may do now, and
in a private room how far both sides have read.

room, readers ─> the facts about all, in one query ─> policy.may_of ─> OwnPart
                                                   └─> something is held: read for that reader
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import timezone
from msgspec import Struct
from msgspec.structs import replace

from inglenook.chat.attachments.wire import attachment_frames
from inglenook.chat.models import HeldMessage, Room
from inglenook.chat.posting.facts import AuthorRow, author_facts, authors_in, room_facts
from inglenook.chat.selectors import receipts_of, timestamp
from inglenook.moderation.policy import AuthorFacts, RoomFacts, may_of
from inglenook.protocol import frame_parts
from inglenook.sites.database import moment
from inglenook.visitors.participants import Participant

# Of what only its author takes for sent, the newest of a room.
MOST_SHADOWS: Final = 50


class OwnPart(Struct, frozen=True):
    """`changes_at`: when time alone makes `may` another. `is_audible` False: nobody sees that they
    type. `receipts` are those of a private room, and `others_read` is that of the reader's other
    side.
    """

    held: list[frame_parts.HeldMessage] = []
    may: frame_parts.May = frame_parts.May()
    is_audible: bool = True
    changes_at: datetime | None = None
    receipts: frame_parts.Receipts | None = None
    others_read: int = 0

    def as_seen(self) -> tuple[frame_parts.May, tuple[str, ...], int]:
        """What its reader sees of it: alike is no news. A shadow ban must be none."""
        return self.may, tuple(held.cid for held in self.held), self.others_read


def own_parts(room: Room, readers: Iterable[Participant]) -> dict[str, OwnPart]:
    """By reader id. One query, one for a private room, and two for each reader of whom something is
    held.
    """
    now = timezone.now()
    people = {reader.id: reader for reader in readers}
    visitors = [key for key, person in people.items() if not person.is_team]
    authors = authors_in(room, visitors) if visitors else {}
    receipts = receipts_of(room)
    found: dict[str, OwnPart] = {}
    for key, person in people.items():
        if person.is_team:
            team = AuthorFacts(is_team=True, may_write=person.may_write)
            may = may_of(room_facts(room, None, now), team)
            found[key] = OwnPart(may=may, is_audible=person.may_write)
        elif key in authors:
            author = authors[key]
            held = held_of(room, key) if author.has_held else []
            found[key] = _own_part(room, person, author.row, held, now)
        if receipts is not None and key in found:
            read = receipts.visitor if person.is_team else receipts.team
            found[key] = replace(found[key], receipts=receipts, others_read=read)
    return found


def held_of(room: Room, author_id: str) -> list[frame_parts.HeldMessage]:
    """What an author alone sees in a room, oldest first."""
    return [held_frame(held) for held in own_held_messages(room, author_id)]


def own_held_messages(room: Room, author_id: str) -> list[HeldMessage]:
    if room.pk is None:
        return []
    own = HeldMessage.objects.filter(room_id=room.pk, author_id=author_id)
    waiting = list(own.filter(state=HeldMessage.State.WAITING))
    # Those of one batch have one time.
    shadows = own.filter(state=HeldMessage.State.SHADOW).order_by("-at", "-pk")[:MOST_SHADOWS]
    return sorted([*waiting, *shadows], key=lambda held: (held.at, held.pk))


def held_frame(held: HeldMessage) -> frame_parts.HeldMessage:
    return frame_parts.HeldMessage(
        cid=held.cid,
        at=timestamp(held.at),
        body=held.body,
        entities=held.entities,
        reply_to=held.reply_to,
        attachments=attachment_frames(held.attachments),
        as_sent=held.state == HeldMessage.State.SHADOW,
    )


def _own_part(
    room: Room,
    person: Participant,
    row: AuthorRow,
    held: list[frame_parts.HeldMessage],
    now: datetime,
) -> OwnPart:
    author = author_facts(person, row, now)
    place = room_facts(room, row.calm_until, now)
    may = may_of(place, author)
    return OwnPart(
        held=held,
        may=may,
        is_audible=may.send is None and not author.is_shadowed,
        changes_at=_changes_at(room, place, row, may, now),
    )


def _changes_at(
    room: Room, place: RoomFacts, row: AuthorRow, may: frame_parts.May, now: datetime
) -> datetime | None:
    moments = [moment(room.locked_until), datetime.fromisoformat(may.until) if may.until else None]
    if place.read_only_for == Room.ReadOnlyFor.NEW or place.files != Room.Files.NONE:
        moments.append(row.rises_at(now))
    return min((at for at in moments if at is not None and at > now), default=None)
