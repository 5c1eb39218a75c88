"""What is stored of a person in rooms: counted for lists, and all of it for an export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db.models import Count, Q, QuerySet

from inglenook.chat.attachments.wire import attachment_frames
from inglenook.chat.erasing import messages_of, rooms_of
from inglenook.chat.models import (
    HeldMessage,
    Message,
    Reaction,
    ReadMark,
    Report,
    ReportEntry,
    Room,
)
from inglenook.chat.selectors import message_frame, timestamp
from inglenook.protocol import frames
from inglenook.visitors.models import Visitor


def message_counts(visitors: Sequence[Visitor]) -> dict[str, int]:
    """How many messages of each stand, by public id; in one query.

    All are of one site. Nobody writes into another's private room, so those are not looked into.
    """
    if not visitors:
        return {}
    rooms = Room.objects.filter(
        ~Q(kind=Room.Kind.PRIVATE) | Q(visitor_id__in=[each.pk for each in visitors]),
        site_id=visitors[0].site_id,
    )
    ids = [each.public_id for each in visitors]
    rows = Message.objects.filter(room__in=rooms, author_id__in=ids, deleted__isnull=True)
    counted: Any = rows.values_list("author_id").annotate(Count("pk")).order_by()
    return dict(counted)


def export_of(visitor: Visitor, *, has_private: bool) -> dict[str, Any]:
    """Everything that rooms hold of the visitor. `has_private`: their line to the team too."""
    rooms = rooms_of(visitor)
    if not has_private:
        rooms = rooms.exclude(kind=Room.Kind.PRIVATE)
    who = visitor.public_id
    messages = messages_of(visitor).filter(room__in=rooms).select_related("room")
    return {
        "messages": [_message(row) for row in messages.order_by("room_id", "seq").iterator()],
        "held": [_held(row) for row in _in(HeldMessage, rooms).filter(author_id=who)],
        "reactions": [
            {"room": row.message.room.slug, "seq": row.message.seq, "emoji": row.emoji}
            for row in Reaction.objects.filter(author_id=who, message__room__in=rooms)
            .select_related("message__room")
            .order_by("pk")
        ],
        "read_marks": [
            {"room": row.room.slug, "rev": row.rev}
            for row in _in(ReadMark, rooms).filter(reader_id=who)
        ],
        "reports": [_report(row) for row in _in(Report, rooms).filter(author_id=who)],
        "reported": [
            {
                "room": row.report.room.slug,
                "seq": row.report.seq,
                "reason": row.reason,
                "note": row.note,
                "at": timestamp(row.at),
            }
            for row in ReportEntry.objects.filter(reporter_id=who, report__room__in=rooms)
            .select_related("report__room")
            .order_by("pk")
        ],
    }


def _in(model: Any, rooms: QuerySet[Room]) -> Any:
    return model.objects.filter(room__in=rooms).select_related("room").order_by("pk")


def _message(row: Message) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(frames.encode(message_frame(row, row.room.slug)))
    if row.deleted_content is not None:
        found["deleted_body"] = row.deleted_content.get("body")
    return found


def _held(row: HeldMessage) -> dict[str, Any]:
    return {
        "room": row.room.slug,
        "cid": row.cid,
        "at": timestamp(row.at),
        "name": row.author_name,
        "body": row.body,
        "reply_to": row.reply_to,
        "attachments": msgspec.to_builtins(attachment_frames(row.attachments)),
        "reason": row.reason,
        "state": row.state,
    }


def _report(row: Report) -> dict[str, Any]:
    """Of a message of theirs. Who reported it, and in which words, is about others."""
    return {
        "room": row.room.slug,
        "seq": row.seq,
        "body": row.body,
        "name": row.author_name,
        "state": row.state,
        "first_at": timestamp(row.first_at),
    }
