"""A message takes the files that its draft names: found before its transaction, taken in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError

from inglenook.chat.attachments.models import Attachment
from inglenook.chat.posting.draft import Post
from inglenook.protocol import ids

NO_FILE: Final = "There is no such file."


class FilesTaken(IntegrityError):
    """Another message took one of the files meanwhile."""


def find_files(posts: Sequence[Post]) -> None:
    """Gives each post the files that it names, in its order, in one query for all.

    None where one is not there: another's, of another room, in another message, or named twice.
    """
    wanted = {one for post in posts for one in post.draft.attachments if ids.is_attachment(one)}
    rows = Attachment.objects.filter(public_id__in=wanted) if wanted else ()
    found = {row.public_id: row for row in rows}
    for post in posts:
        named = list(post.draft.attachments)
        files = [found[one] for one in named if one in found and _may_use(found[one], post)]
        is_whole = len(files) == len(named) == len(set(named))
        is_few = len(named) <= settings.LIMITS.files_per_message
        post.files = files if is_whole and is_few else None


def use_files(
    post: Post, now: datetime, *, seq: int | None = None, held: int | None = None
) -> None:
    """Gives its files to the message `seq`, or to the row `held`; in the transaction of either.

    Raises FilesTaken, which undoes it.
    """
    if not post.files:
        return
    free = Attachment.objects.filter(pk__in=[file.pk for file in post.files], used_at=None)
    if free.update(used_at=now, seq=seq, held=held) != len(post.files):
        raise FilesTaken


def _may_use(file: Attachment, post: Post) -> bool:
    author = post.draft.author
    senders = (author.id, author.key.id if author.key is not None else author.id)
    return (
        file.room_id == post.room.pk
        and file.author_id in senders
        and file.stored_at is not None
        and file.used_at is None
    )
