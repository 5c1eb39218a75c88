"""A copy of everything that a visitor wrote, for the visitor: JSON, written piece by piece.

    one query a list ─► its rows as JSON, one after the other ─► a file that has no name

The file is in memory as long as it is small, then on the disk, and is gone when it is closed. What
the team noted or decided is not in it. Held messages say `as_sent` as `sync` does, and no reason.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

import msgspec
from django.utils import timezone

from inglenook.chat.attachments.wire import attachment_frames
from inglenook.chat.erasing import messages_of, rooms_of
from inglenook.chat.models import HeldMessage, Reaction, ReadMark, ReportEntry
from inglenook.chat.selectors import message_frame, timestamp
from inglenook.protocol import frames
from inglenook.sites.database import snapshot
from inglenook.visitors.models import Visitor

# Above this the file is on the disk. It is also how much of it is read at once.
IN_MEMORY_BYTES: Final = 1 << 20


def own_copy(visitor: Visitor) -> IO[bytes]:
    """The file, at its beginning; whoever asked closes it. For threads: it may take long."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  the caller's
    try:
        with snapshot():
            for piece in _pieces(visitor):
                file.write(piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def consent_of(visitor: Visitor) -> dict[str, str] | None:
    """What the visitor agreed to, and when: `{version, at}`."""
    if not visitor.consent_version or visitor.consent_at is None:
        return None
    return {"version": visitor.consent_version, "at": timestamp(visitor.consent_at)}


def _pieces(visitor: Visitor) -> Iterator[bytes]:
    facts = {"at": timestamp(timezone.now()), "site": visitor.site.name, "visitor": _facts(visitor)}
    yield msgspec.json.encode(facts)[:-1]
    for name, rows in _lists(visitor).items():
        yield b',"%s":[' % name.encode()
        for index, row in enumerate(rows):
            yield (b",\n" if index else b"\n") + row
        yield b"]"
    yield b"}\n"


def _lists(visitor: Visitor) -> dict[str, Iterable[bytes]]:
    who, rooms = visitor.public_id, rooms_of(visitor)
    messages = messages_of(visitor).select_related("room").order_by("room_id", "seq")
    held = HeldMessage.objects.filter(room__in=rooms, author_id=who).exclude(
        state=HeldMessage.State.APPROVED
    )
    reactions = Reaction.objects.filter(author_id=who, message__room__in=rooms)
    marks = ReadMark.objects.filter(reader_id=who, room__in=rooms)
    reported = ReportEntry.objects.filter(reporter_id=who, report__room__in=rooms)
    in_order = "pk"
    return {
        "messages": map(_message, messages.iterator()),
        "held": map(_held, held.select_related("room").order_by(in_order).iterator()),
        "reactions": map(
            _reaction, reactions.select_related("message__room").order_by(in_order).iterator()
        ),
        "read_marks": map(_mark, marks.select_related("room").order_by(in_order).iterator()),
        "reported": map(
            _reported, reported.select_related("report__room").order_by(in_order).iterator()
        ),
    }


def _facts(visitor: Visitor) -> dict[str, Any]:
    return {
        "id": visitor.public_id,
        "name": visitor.name,
        "role": visitor.role,
        "created_at": timestamp(visitor.created_at),
        "last_seen_at": timestamp(visitor.last_seen_at),
        "consent": consent_of(visitor),
        "email": visitor.email or None,
        "answers": visitor.answers or {},
    }


def _message(row: Any) -> bytes:
    frame = frames.encode(message_frame(row, row.room.slug))
    if row.deleted_content is None:
        return frame
    # What a deletion took is theirs too, as long as it is kept.
    whole = {**msgspec.json.decode(frame), "deleted_body": row.deleted_content.get("body")}
    return msgspec.json.encode(whole)


def _held(row: HeldMessage) -> bytes:
    return msgspec.json.encode(
        {
            "room": row.room.slug,
            "cid": row.cid,
            "at": timestamp(row.at),
            "body": row.body,
            "reply_to": row.reply_to,
            "attachments": msgspec.to_builtins(attachment_frames(row.attachments)),
            "as_sent": row.state == HeldMessage.State.SHADOW,
            "refused": row.state == HeldMessage.State.REJECTED,
        }
    )


def _reaction(row: Reaction) -> bytes:
    place = {"room": row.message.room.slug, "seq": row.message.seq}
    return msgspec.json.encode({**place, "emoji": row.emoji})


def _mark(row: ReadMark) -> bytes:
    return msgspec.json.encode({"room": row.room.slug, "rev": row.rev})


def _reported(row: ReportEntry) -> bytes:
    place = {"room": row.report.room.slug, "seq": row.report.seq}
    said = {"reason": row.reason, "note": row.note, "at": timestamp(row.at)}
    return msgspec.json.encode({**place, **said})
