"""Files go: their rows in the transaction that ends them, their bytes after it.

    remove ─> rows go, the names of their bytes are noted, in one transaction ── COMMIT ─> nobody
              gets the file any more
    sweep  ─> the bytes go, then the note

A worker sweeps every few seconds, an erasure before it says that it is done. A store that is away
delays the bytes; the notes wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from inglenook.chat.attachments.models import Attachment, RemovedFile
from inglenook.files import storage
from inglenook.sites.models import Site

UNUSED: Final = timedelta(days=1)
UNFINISHED: Final = timedelta(hours=1)
_PART: Final = 500


def remove(files: QuerySet[Attachment]) -> int:
    """Removes files, used or not. Returns how many."""
    with transaction.atomic():
        rows = list(files)
        _note(rows)
        for at in range(0, len(rows), _PART):
            some = [row.pk for row in rows[at : at + _PART]]
            Attachment.objects.filter(pk__in=some).delete()
    return len(rows)


def of_messages(room_id: int, seqs: Iterable[int]) -> QuerySet[Attachment]:
    return Attachment.objects.filter(room_id=room_id, seq__in=list(seqs))


def remove_unused(now: datetime) -> int:
    """Removes some of what no message took within a day, and of what never came whole."""
    never_came = Q(stored_at=None, created_at__lt=now - UNFINISHED)
    unused = Q(created_at__lt=now - UNUSED)
    rows = Attachment.objects.filter(never_came | unused, used_at=None).order_by("pk")[:_PART]
    return remove(Attachment.objects.filter(pk__in=[row.pk for row in rows], used_at=None))


def sweep() -> int:
    """Removes some of the bytes that are noted. Returns how many. Raises Unavailable."""
    notes = list(RemovedFile.objects.order_by("pk")[:_PART])
    for note in notes:
        storage.remove(note.name)
        note.delete()
    return len(notes)


def sweep_all() -> None:
    while sweep():
        pass


@receiver(pre_delete, sender=Site, dispatch_uid="inglenook.chat.attachments.removal")
def _note_files_of_site(instance: Site, **_: Any) -> None:
    """The rows go with the site; whoever removes it is in a transaction."""
    _note(Attachment.objects.filter(site=instance))


def _note(rows: Iterable[Attachment]) -> None:
    names = [RemovedFile(name=name) for row in rows for name in row.stored_names]
    RemovedFile.objects.bulk_create(names, batch_size=_PART)
