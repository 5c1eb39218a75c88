"""What is stored of a person in rooms, row by row: for their own copy, and for the team's.

Both have the same lists of the same rows. The team's has more: the reports of the person's
messages, held messages that were let through, and why each was held and what became of it. What
others wrote, and who reported in which words, is in neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.db.models import QuerySet

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

Row = dict[str, Any]


def rows_of(
    visitor: Visitor, *, for_team: bool, has_private: bool = True
) -> dict[str, Iterator[Row]]:
    """The rows by the name of their list; each list is one query, once it is read.

    `has_private`: those of the visitor's line to the team too.
    """
    rooms = rooms_of(visitor)
    if not has_private:
        rooms = rooms.exclude(kind=Room.Kind.PRIVATE)
    who = visitor.public_id
    messages = messages_of(visitor).filter(room__in=rooms).select_related("room")
    held = _in(HeldMessage, rooms).filter(author_id=who)
    if not for_team:
        held = held.exclude(state=HeldMessage.State.APPROVED)
    reactions = Reaction.objects.filter(author_id=who, message__room__in=rooms)
    reported = ReportEntry.objects.filter(reporter_id=who, report__room__in=rooms)
    found: dict[str, Iterator[Row]] = {
        "messages": map(_message, messages.order_by("room_id", "seq").iterator()),
        "held": map(_held_for_team if for_team else _held, held.iterator()),
        "reactions": map(
            _reaction, reactions.select_related("message__room").order_by("pk").iterator()
        ),
        "read_marks": map(_mark, _in(ReadMark, rooms).filter(reader_id=who).iterator()),
    }
    if for_team:
        found["reports"] = map(_report, _in(Report, rooms).filter(author_id=who).iterator())
    found["reported"] = map(
        _reported, reported.select_related("report__room").order_by("pk").iterator()
    )
    return found


def _in(model: Any, rooms: QuerySet[Room]) -> Any:
    return model.objects.filter(room__in=rooms).select_related("room").order_by("pk")


def _message(row: Message) -> Row:
    found: Row = msgspec.json.decode(frames.encode(message_frame(row, row.room.slug)))
    # What a deletion took is theirs too, as long as it is kept.
    if row.deleted_content is not None:
        found["deleted_body"] = row.deleted_content.get("body")
    return found


def _written(row: HeldMessage) -> Row:
    return {
        "room": row.room.slug,
        "cid": row.cid,
        "at": timestamp(row.at),
        "body": row.body,
        "reply_to": row.reply_to,
        "attachments": msgspec.to_builtins(attachment_frames(row.attachments)),
    }


def _held(row: HeldMessage) -> Row:
    """`as_sent` as `sync` says it, and no reason."""
    return {
        **_written(row),
        "as_sent": row.state == HeldMessage.State.SHADOW,
        "refused": row.state == HeldMessage.State.REJECTED,
    }


def _held_for_team(row: HeldMessage) -> Row:
    return {**_written(row), "name": row.author_name, "reason": row.reason, "state": row.state}


def _reaction(row: Reaction) -> Row:
    return {"room": row.message.room.slug, "seq": row.message.seq, "emoji": row.emoji}


def _mark(row: ReadMark) -> Row:
    return {"room": row.room.slug, "rev": row.rev}


def _report(row: Report) -> Row:
    """Of a message of theirs."""
    return {
        "room": row.room.slug,
        "seq": row.seq,
        "body": row.body,
        "name": row.author_name,
        "state": row.state,
        "first_at": timestamp(row.first_at),
    }


def _reported(row: ReportEntry) -> Row:
    return {
        "room": row.report.room.slug,
        "seq": row.report.seq,
        "reason": row.reason,
        "note": row.note,
        "at": timestamp(row.at),
    }
