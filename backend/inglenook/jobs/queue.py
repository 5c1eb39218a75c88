"""Jobs are added in the transaction of what they follow from, and found again after a crash.

add ─> the job's row and a task of django-tasks, both with the caller's COMMIT
requeue_lost ─> a task for each job that nobody holds: its worker is gone, or its time has come
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task

from inglenook.jobs.models import Job

# A task that waits so long was lost with its worker, or never written; another one does no harm.
LOST_AFTER: Final = timedelta(seconds=30)


def add(
    task: Task[[int], None],
    *,
    site_id: int | None = None,
    target: str = "",
    arguments: dict[str, Any] | None = None,
    key: str | None = None,
) -> Job | None:
    """A new job; None where there is, or was, one of this `key`."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                task=task.module_path,
                site_id=site_id,
                target=target,
                arguments=arguments or {},
                key=key,
            )
            task.enqueue(job.pk)
    except IntegrityError:
        if key is None:
            raise
        return None
    return job


def requeue_lost() -> int:
    """Hands the jobs that nobody holds to the workers again. Returns how many."""
    now = timezone.now()
    found = 0
    for job in _free(now).filter(enqueued_at__lt=now - LOST_AFTER):
        with transaction.atomic():
            # Of two workers that look at once, one does it.
            mine = _free(now).filter(pk=job.pk, enqueued_at=job.enqueued_at)
            if mine.update(enqueued_at=now):
                task: Task[[int], None] = import_string(job.task)
                task.enqueue(job.pk)
                found += 1
    return found


def waiting_seconds() -> float:
    """How long the job that waits longest has been due; 0 where none waits."""
    now = timezone.now()
    oldest = _free(now).order_by("run_after").values_list("run_after", flat=True).first()
    return 0.0 if oldest is None else (now - oldest).total_seconds()


def _free(now: datetime) -> QuerySet[Job]:
    """Unfinished jobs that are due and that nobody holds."""
    nobody_holds = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    unfinished = (Job.State.QUEUED, Job.State.RUNNING)
    return Job.objects.filter(nobody_holds, state__in=unfinished, run_after__lte=now)
