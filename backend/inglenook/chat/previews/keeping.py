"""A preview becomes a change of its message, and its picture a file of that message.

    picture   a row that names its bytes ── COMMIT ─> the bytes
    preview   the message as it is now: is the link still there? ─> its row, with the room's next
              number ── COMMIT ─> the frame, to everybody in the room

The picture goes wherever the message goes, like any file of it: deleted, erased, expired. A crash
between the two leaves a row that is removed after an hour.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from inglenook.chat import publish
from inglenook.chat.attachments import removal
from inglenook.chat.attachments.models import Attachment
from inglenook.chat.models import Message, Room
from inglenook.chat.previews.links import urls_in
from inglenook.chat.previews.looking_up import Found
from inglenook.chat.revisions import lock_room, take_rev
from inglenook.files import pictures, storage
from inglenook.limits.policy import limits_of_site
from inglenook.protocol.errors import NotFound, Unavailable

NAME: Final = "preview.webp"
_MB: Final = 1024 * 1024


def missing(message: Message) -> list[str]:
    """The links of a message that have no preview now."""
    if message.deleted is not None:
        return []
    known = {each["url"] for each in message.previews}
    return [url for url in urls_in(message.entities) if url not in known]


def keep(message: Message, url: str, found: Found) -> bool:
    """Gives the message a preview of `url`, where it still has that link and no preview of it.

    Whether it did. For threads. A picture that cannot be kept is left out.
    """
    file = _kept_picture(message, found.picture) if found.picture else None
    try:
        with transaction.atomic():
            is_kept = _store(message, url, found, file)
    except NotFound:  # the room is gone
        is_kept = False
    if not is_kept and file is not None:
        removal.remove(Attachment.objects.filter(pk=file.pk))
    return is_kept


def _store(seen: Message, url: str, found: Found, file: Attachment | None) -> bool:
    room = lock_room(Room(pk=seen.room_id))
    message = Message.objects.filter(pk=seen.pk).first()
    if message is None or url not in missing(message) or message.author_id != seen.author_id:
        return False
    if file is not None:
        now = timezone.now()
        file.stored_at, file.used_at, file.seq = now, now, message.seq
        file.save(force_update=True)
    made: dict[str, Any] = {
        "url": url,
        "title": found.title,
        "text": found.text,
        "image": file.public_id if file else None,
    }
    known = {each["url"]: each for each in [*message.previews, made]}
    message.previews = [known[each] for each in urls_in(message.entities) if each in known]
    message.rev, message.change = take_rev(room), Message.Change.PREVIEW
    message.save(update_fields=["previews", "rev", "change"])
    publish.message_changed(room, message)
    return True


def _kept_picture(message: Message, drawn: pictures.Drawings) -> Attachment | None:
    """A file that no message has yet. None where the quotas or the store do not take it."""
    picture = drawn.all[0]
    room = Room.objects.filter(pk=message.room_id, gone=False).first()
    if room is None or _is_full(room, len(picture.content)):
        return None
    file = Attachment.objects.create(
        site_id=room.site_id,
        room=room,
        author_id=message.author_id or "",
        name=NAME,
        media_type=pictures.MEDIA_TYPE,
        came_as=drawn.came_as,
        bytes=len(picture.content),
        kept_bytes=len(picture.content),
        width=picture.width,
        height=picture.height,
        widths=[picture.of],
    )
    try:
        storage.keep(file.stored_names[0], picture.content)
    except Unavailable:
        removal.remove(Attachment.objects.filter(pk=file.pk))
        return None
    return file


def _is_full(room: Room, size: int) -> bool:
    """Whether site or room have no place for it. The author's quota is not asked: they did not
    send it.
    """
    limits = limits_of_site(room.site_id)
    kept = Attachment.objects.filter(site_id=room.site_id).aggregate(
        site=Sum("kept_bytes", default=0),
        room=Sum("kept_bytes", filter=Q(room=room), default=0),
    )
    quotas = (("site", limits.site_files_mb), ("room", limits.room_files_mb))
    return any(most and kept[whose] + size > most * _MB for whose, most in quotas)
