"""What a reader alone sees of a room, on a page that the server draws.

What waits, and what was rejected lately, stands below the messages. A shadow stands among them as
if it were sent: after the last message that is not later, and without a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString
from msgspec import Struct

from inglenook.chat.attachments.shown import ShownFile, shown_files
from inglenook.chat.body_html import body_html
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.own_part import MOST_SHADOWS
from inglenook.chat.posting.waiting import NOT_APPROVED
from inglenook.visitors.participants import Participant

# So long a page says that a message was not approved.
REJECTED_HOURS: Final = 1


class OwnRow(Struct, frozen=True, kw_only=True):
    """`refused` is what the team says of a message that was rejected; empty while it waits."""

    key: str
    at: datetime
    html: SafeString
    files: list[ShownFile] = []
    refused: str = ""


def own_rows(room: Room, reader: Participant | None) -> Sequence[OwnRow]:
    """What waits of the reader, and what was rejected lately, oldest first. One query."""
    if reader is None or reader.is_team or room.pk is None:
        return []
    lately = timezone.now() - timedelta(hours=REJECTED_HOURS)
    is_rejected = Q(state=HeldMessage.State.REJECTED, decided_at__gte=lately)
    own = HeldMessage.objects.filter(room_id=room.pk, author_id=reader.id)
    rows = own.filter(Q(state=HeldMessage.State.WAITING) | is_rejected).order_by("at", "pk")
    return [
        OwnRow(
            key=f"{row.pk}-{row.state}",
            at=row.at,
            html=body_html(row.body, row.entities),
            files=shown_files(row.attachments),
            refused="" if row.state == HeldMessage.State.WAITING else row.rejection or NOT_APPROVED,
        )
        for row in rows
    ]


def mark_of(rows: Sequence[OwnRow]) -> str:
    """What a page holds, to learn when its own rows are others; empty for none."""
    text = " ".join(row.key for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def with_shadows(
    room: Room,
    messages: Sequence[Message],
    reader: Participant | None,
    *,
    has_older: bool,
    is_newest: bool,
) -> list[Message]:
    """A page's messages with the reader's own shadows of that time among them. One query."""
    shown = list(messages)
    if reader is None or reader.is_team or room.pk is None:
        return shown
    own = HeldMessage.objects.filter(room_id=room.pk, author_id=reader.id)
    rows = own.filter(state=HeldMessage.State.SHADOW)
    if has_older and messages:
        rows = rows.filter(at__gte=messages[0].at)
    if not is_newest and messages:
        rows = rows.filter(at__lt=messages[-1].at)
    for row in reversed(rows.order_by("-at")[:MOST_SHADOWS]):
        place = len(shown)
        while place and shown[place - 1].at > row.at:
            place -= 1
        shown.insert(place, _as_message(row))
    return shown


def shadow_of(room: Room, reader: Participant | None, cid: str) -> Message | None:
    """The reader's own shadow that has this `cid`."""
    if reader is None or room.pk is None:
        return None
    own = HeldMessage.objects.filter(room_id=room.pk, author_id=reader.id, cid=cid)
    row = own.filter(state=HeldMessage.State.SHADOW).first()
    return _as_message(row) if row else None


def _as_message(row: HeldMessage) -> Message:
    """As a template draws it. It has no number, so nothing can be done to it."""
    return Message(
        room_id=row.room_id,
        seq=0,
        rev=0,
        at=row.at,
        author_id=row.author_id,
        author_name=row.author_name,
        author_role=row.author_role,
        body=row.body,
        entities=row.entities,
        reply_to=row.reply_to,
        attachments=row.attachments,
    )
