"""A job is run by one holder at a time, in parts, each its own transaction.

    run ─> the lease: a conditional UPDATE, which one of two workers gets
       ─> a part, its COMMIT ─> the lease and the progress move on ─> the next part …
       ─> done, and its row says so

A part must be such that a second time changes nothing: after `kill -9` the next holder begins with
what is left. Who finds the lease gone stops at once.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from inglenook.jobs.models import Job
from inglenook.protocol.errors import Unavailable

logger = logging.getLogger(__name__)

# Each part must be done within this; a holder that is gone is missed so long.
LEASE: Final = timedelta(seconds=60)
MOST_ATTEMPTS: Final = 5
_BACKOFF: Final = timedelta(minutes=1)
_LOOK_SECONDS: Final = 0.1

# Gives the progress after each part, 0 to 1.
Parts = Callable[[Job], Iterator[float]]

# Set when this process is about to end: jobs stop behind the part that they are in.
ending = threading.Event()


def run(job_id: int, parts: Parts) -> bool:
    """Whether the job is done now, by this call or an earlier one.

    False where another holds it, it is to wait, or it failed; an error is logged by its kind.
    """
    holder = uuid.uuid4().hex
    job = _lease(job_id, holder)
    if job is None:
        return Job.objects.filter(pk=job_id, state=Job.State.DONE).exists()
    try:
        for progress in parts(job):
            if ending.is_set():
                _of(job, holder).update(leased_until=None)
                return False
            if not _of(job, holder).update(progress=progress, leased_until=timezone.now() + LEASE):
                return False
    except Exception as error:  # noqa: BLE001  whatever it is, the job is tried again
        _note_failure(job, holder, error)
        return False
    done = _of(job, holder).update(
        state=Job.State.DONE,
        progress=1,
        result=job.result,
        error="",
        leased_until=None,
        finished_at=timezone.now(),
    )
    return bool(done)


def finish(job_id: int, parts: Parts) -> None:
    """Runs the job now, or waits for who does. Raises Unavailable where it cannot be done now."""
    while not run(job_id, parts):
        job = Job.objects.get(pk=job_id)
        if job.state == Job.State.DONE:
            return
        if job.leased_until is None:
            raise Unavailable("This is not done yet and goes on by itself.", retry_ms=5000)
        time.sleep(_LOOK_SECONDS)


def _lease(job_id: int, holder: str) -> Job | None:
    now = timezone.now()
    nobody_holds = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    mine = Job.objects.filter(
        nobody_holds, pk=job_id, state__in=(Job.State.QUEUED, Job.State.RUNNING), run_after__lte=now
    ).update(
        state=Job.State.RUNNING,
        leased_by=holder,
        leased_until=now + LEASE,
        attempts=F("attempts") + 1,
    )
    return Job.objects.get(pk=job_id) if mine else None


def _of(job: Job, holder: str) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, leased_by=holder, state=Job.State.RUNNING)


def _note_failure(job: Job, holder: str, error: Exception) -> None:
    is_over = job.attempts >= MOST_ATTEMPTS
    # Not the traceback: words of an error could be somebody's.
    logger.error(
        "a job failed",
        extra={"job": job.pk, "task": job.task, "why": type(error).__name__, "is_over": is_over},
    )
    _of(job, holder).update(
        state=Job.State.FAILED if is_over else Job.State.QUEUED,
        error=type(error).__name__,
        leased_until=None,
        run_after=timezone.now() + _BACKOFF * 4 ** (job.attempts - 1),
        finished_at=timezone.now() if is_over else None,
    )
