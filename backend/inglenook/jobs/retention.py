"""What is kept only so long is removed, every hour, pinned messages too.

rooms                    `retention_days` of the room, else of the site
what a deletion took     1 day     rejected messages   7 days     shadows     30 days
address hashes           to their end                  undo       to its end
deleted sites            7 days
the record (audit)       365 days  jobs that are done  30 days    exports     1 day
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from inglenook.chat.models import HeldMessage, Message, Room, Undo
from inglenook.chat.room_services import purge_below
from inglenook.jobs import queue, room_export, runner, site_removal
from inglenook.jobs.models import Job
from inglenook.moderation.models import Sanction
from inglenook.sites import audit
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor

DELETED_CONTENT: Final = timedelta(days=1)
REJECTED: Final = timedelta(days=7)
SHADOW: Final = timedelta(days=30)
JOBS: Final = timedelta(days=30)
TASKS: Final = timedelta(days=1)
PART_ROWS: Final = 500


@task()
def keep_retention(job_id: int) -> None:
    runner.run(job_id, _parts)


def add_for_hour(now: datetime) -> Job | None:
    """The retention of this hour; None where it was added before, by whichever worker."""
    key = _key(now)
    if Job.objects.filter(key=key).exists():
        return None
    return queue.add(keep_retention, key=key)


def is_late(now: datetime) -> bool:
    """Whether no worker has added a retention for two hours, while there was a site to keep it
    for.
    """
    keys = [_key(now - timedelta(hours=hours)) for hours in range(3)]
    old_sites = Site.objects.filter(created_at__lt=now - timedelta(hours=2))
    return old_sites.exists() and not Job.objects.filter(key__in=keys).exists()


def _key(now: datetime) -> str:
    return f"retention {now:%Y-%m-%dT%H}"


def count_below(*, site: Site, room: Room | None, days: int) -> int:
    """How many messages would go with `retention_days` of `days`: of the room, or of every room of
    the site that has none of its own.
    """
    end = timezone.now() - timedelta(days=days)
    rooms = Room.objects.filter(site=site, gone=False)
    rooms = rooms.filter(pk=room.pk) if room else rooms.filter(retention_days__isnull=True)
    return Message.objects.filter(room__in=rooms, at__lt=end).count()


def _parts(_job: Job) -> Iterator[float]:
    now = timezone.now()
    for room in _rooms_with_an_end():
        for _ in _purge(room, now):
            yield 0.5
    for rows, changes in _what_ends(now):
        while pks := list(rows.values_list("pk", flat=True)[:PART_ROWS]):
            some = rows.filter(pk__in=pks)
            if changes is None:
                some.delete()
            else:
                some.update(**changes)
            yield 0.8
    for _ in site_removal.remove_sites():
        yield 0.85
    audit.remove_entries(before=now - timedelta(days=audit.KEPT_DAYS))
    room_export.forget_old(now)
    yield 0.9


def _rooms_with_an_end() -> QuerySet[Room]:
    days = Coalesce("retention_days", F("site__retention_days"))
    return Room.objects.annotate(kept_days=days).filter(gone=False, kept_days__isnull=False)


def _purge(room: Any, now: datetime) -> Iterator[None]:
    """Removes the messages before the first that is young enough: seq and time rise together.

    A part of many is one change of the room, so that nobody waits for it long.
    """
    end = now - timedelta(days=room.kept_days)
    messages = Message.objects.filter(room_id=room.pk).order_by("seq")
    while old := list(messages.values_list("seq", "at")[:PART_ROWS]):
        kept = next((seq for seq, at in old if at >= end), old[-1][0] + 1)
        if kept == old[0][0]:
            return
        purge_below(room=room, seq=kept)
        yield


def _what_ends(now: datetime) -> list[tuple[QuerySet[Any], dict[str, Any] | None]]:
    """Rows that ended, and what becomes of them; None: they go."""
    waits = HeldMessage.State
    return [
        (
            Message.objects.filter(
                deleted_content__isnull=False, deleted_at__lt=now - DELETED_CONTENT
            ),
            {"deleted_content": None},
        ),
        (HeldMessage.objects.filter(state=waits.REJECTED, decided_at__lt=now - REJECTED), None),
        (HeldMessage.objects.filter(state=waits.SHADOW, at__lt=now - SHADOW), None),
        (
            Visitor.objects.filter(address_expires_at__lt=now),
            {"address_hash": "", "range_hash": "", "address_expires_at": None},
        ),
        (
            Sanction.objects.filter(
                Q(address_expires_at__lt=now) | Q(lifted_at__isnull=False)
            ).exclude(address_hash=""),
            {"address_hash": "", "address_expires_at": None},
        ),
        (Undo.objects.filter(until__lt=now), None),
        (Job.objects.filter(finished_at__lt=now - JOBS), None),
        (DBTaskResult.objects.filter(finished_at__lt=now - TASKS), None),
    ]
