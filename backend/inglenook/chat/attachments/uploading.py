"""A file comes: judged, given its place, drawn anew or kept as it is. Nobody else sees it yet.

    place    may this person send files to this room now, and of which kinds
    kind     by its content                                          (files/kinds.py)
    reserve  a row, where the quotas of person, room and site let it in   ── COMMIT
    keep     a picture in its widths, another file as it came          (files/storage.py)
    finish   the row says what is kept                                ── COMMIT

The row comes first: a crash leaves no bytes that nobody knows of. Rows that are not finished after
an hour are removed (`removal`).
"""

from __future__ import annotations

from typing import Any, BinaryIO, Final, NamedTuple, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from msgspec import Struct

from inglenook.chat import selectors
from inglenook.chat.attachments import removal
from inglenook.chat.attachments.models import Attachment
from inglenook.chat.models import Room
from inglenook.chat.posting.verdict import rights_in
from inglenook.chat.room_settings import optional_line
from inglenook.files import kinds, pictures, storage
from inglenook.files.names import shown_name
from inglenook.limits.policy import limits_of_site, spend_upload
from inglenook.moderation.filters.words import WordFilter
from inglenook.moderation.policy import NO_FILES, types_taken
from inglenook.moderation.word_rules import word_filter
from inglenook.protocol.errors import (
    BlockedWord,
    ChatError,
    Forbidden,
    Invalid,
    Quota,
    TooLarge,
    UnsupportedMediaType,
)
from inglenook.sites import audit
from inglenook.sites.database import write
from inglenook.sites.models import Site
from inglenook.visitors.participants import Participant

FIELD: Final = "file"
# Of the longer side: as large as a screen shows it, in a conversation, in a corner of it.
SHAPE: Final = pictures.Shape((2048, 960, 320))
ALT_CHARS: Final = 500
_MB: Final = 1024 * 1024


class Upload(Struct, frozen=True):
    """A file as it came. `name` and `alt` are as they were sent."""

    file: BinaryIO
    size: int
    name: str
    alt: str = ""


def upload_of(file: UploadedFile[Any], alt: str) -> Upload:
    """The file of a form."""
    return Upload(
        file=cast(BinaryIO, file.file), size=file.size or 0, name=file.name or "", alt=alt
    )


class Place(NamedTuple):
    """A room that takes files of these media types of somebody, by the site's word rules.

    `words` None: they concern nobody of the team.
    """

    room: Room
    author: Participant
    taken: list[str]
    words: WordFilter | None


def place_for_files(*, author: Participant, slug: str) -> Place:
    """Where this person may send a file to now: the room with this slug. It counts as a try.

    Raises NotFound, the refusals to write, Rate, Forbidden (field file) where the room takes none.
    """
    room = selectors.room_by_slug(author.site_id, slug, author)
    rights = rights_in(room, author)
    rights.require_writing()
    spend_upload(author)
    taken = types_taken(rights.place, rights.author)
    if room.pk is None or not taken:
        raise Forbidden(NO_FILES, field=FIELD)
    words = None if author.is_team else word_filter(room.site_id, rights.row.access_version)
    return Place(room, author, taken, words)


async def take_in(place: Place, upload: Upload) -> Attachment:
    """Keeps a file for a message of whoever sent it.

    Raises Forbidden (field file) where a quota is used up, Quota for a key; TooLarge, Invalid,
    UnsupportedMediaType, TooLong, InvalidText, BlockedWord, Unavailable.
    """
    kind = await storage.in_thread(_judged, upload, place.taken)
    attachment = await write(_reserve, place, upload, kind)
    try:
        if kind in kinds.PICTURES:
            await _keep_picture(attachment, upload, place.taken)
        else:
            await _keep_as_it_is(attachment, upload)
        await write(_finish, attachment, place)
    except ChatError:
        await write(removal.remove, Attachment.objects.filter(pk=attachment.pk))
        raise
    return attachment


def _judged(upload: Upload, taken: list[str]) -> str:
    """What it is, where the room takes that."""
    if not upload.size:
        raise Invalid("The file is empty.", field=FIELD)
    if upload.size > settings.LIMITS.file_bytes:
        raise TooLarge(f"A file has {settings.LIMITS.file_bytes} bytes at most.", field=FIELD)
    kind = kinds.kind_of(upload.file)
    if kind not in taken:
        raise UnsupportedMediaType(_words(taken), field=FIELD)
    return kind


def _words(taken: list[str]) -> str:
    if set(taken) <= set(kinds.PICTURES):
        return "Only pictures can be sent here: JPEG, PNG, WebP and GIF."
    return f"The content is none of what can be sent here: {', '.join(taken)}."


def _reserve(place: Place, upload: Upload, kind: str) -> Attachment:
    room, author = place.room, place.author
    alt = optional_line("alt", upload.alt, ALT_CHARS)
    is_picture = kind in kinds.PICTURES
    media_type = pictures.MEDIA_TYPE if is_picture else kind
    name = shown_name(upload.name, media_type)
    # As with names of people: what a rule would hold or mask is not taken either.
    if place.words is not None and any(place.words.judge(it, room.slug) for it in (name, alt)):
        raise BlockedWord(field="alt")
    with transaction.atomic():
        # Two that come at once must not both find the last free place.
        Site.objects.select_for_update(no_key=True).filter(pk=room.site_id).first()
        _refuse_above_quota(room, author, upload.size)
        return Attachment.objects.create(
            site_id=room.site_id,
            room=room,
            author_id=_sender_id(author),
            name=name,
            alt=alt,
            media_type=media_type,
            came_as=kind,
            kept_bytes=upload.size,
            # What may be there after a crash has to be known by name.
            widths=list(SHAPE.widths) if is_picture else [],
        )


def _sender_id(author: Participant) -> str:
    """A key may write as this or that; what it sends is the key's."""
    return author.key.id if author.key is not None else author.id


def _refuse_above_quota(room: Room, author: Participant, size: int) -> None:
    limits = limits_of_site(room.site_id)
    of_room, of_author = Q(room=room), Q(author_id=_sender_id(author))
    kept = Attachment.objects.filter(site_id=room.site_id).aggregate(
        site=Sum("kept_bytes", default=0),
        room=Sum("kept_bytes", filter=of_room, default=0),
        author=Sum("kept_bytes", filter=of_author, default=0),
    )
    for whose, most_mb, words in (
        ("author", 0 if author.is_team else limits.visitor_files_mb, "of one person"),
        ("room", limits.room_files_mb, "of one room"),
        ("site", limits.site_files_mb, "of one site"),
    ):
        if most_mb and kept[whose] + size > most_mb * _MB:
            full = f"No more than {most_mb} MB of files {words} are kept, and they are used up."
            raise (Quota if author.key is not None else Forbidden)(full, field=FIELD)


async def _keep_picture(attachment: Attachment, upload: Upload, taken: list[str]) -> None:
    drawings = await pictures.draw_in_turn(upload.file, SHAPE, field=FIELD)
    if drawings.came_as not in taken:
        raise UnsupportedMediaType(_words(taken), field=FIELD)
    attachment.widths = [one.of for one in drawings.all]
    for name, one in zip(attachment.stored_names, drawings.all, strict=True):
        await storage.in_thread(storage.keep, name, one.content)
    first = drawings.all[0]
    attachment.came_as = drawings.came_as
    attachment.width, attachment.height = first.width, first.height
    attachment.bytes = len(first.content)
    attachment.kept_bytes = sum(len(one.content) for one in drawings.all)


async def _keep_as_it_is(attachment: Attachment, upload: Upload) -> None:
    upload.file.seek(0)
    (name,) = attachment.stored_names
    await storage.in_thread(storage.keep, name, upload.file)
    attachment.bytes = attachment.kept_bytes = upload.size


def _finish(attachment: Attachment, place: Place) -> None:
    attachment.stored_at = timezone.now()
    with transaction.atomic():
        attachment.save(force_update=True)
        if place.author.key is not None:
            audit.record(
                site_id=attachment.site_id,
                by=place.author.key,
                action="attachment.create",
                target=("attachment", attachment.public_id),
                after={"room": place.room.slug, "bytes": attachment.bytes},
            )
