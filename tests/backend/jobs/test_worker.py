"""The worker runs what is ready, keeps the hours, waits for a database, and ends when it has to."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.jobs import previews, queue, room_export, worker
from inglenook.jobs.models import Job
from inglenook.jobs.worker import JobWorker, in_thread
from inglenook.sites.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_done(job: Job) -> bool:
    return Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_a_thread_runs_jobs_until_it_has_to_end(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.05)
    Message.objects.create(room=room, seq=1, rev=1, at=timezone.now(), author_id="v_a", body="x")
    Room.objects.filter(pk=room.pk).update(head=1)
    with in_thread():
        job = room_export.begin(room, by=SYSTEM)
        until(lambda: is_done(job))
        until(lambda: Job.objects.filter(key__startswith="retention", state="done").exists())
    later = room_export.begin(room, by=SYSTEM)
    time.sleep(0.3)
    assert not is_done(later)


def test_due_jobs_are_run_at_once_and_lost_ones_found(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django_tasks_db.models import DBTaskResult

    job = room_export.begin(room, by=SYSTEM)
    DBTaskResult.objects.all().delete()  # its worker was killed with it
    Job.objects.filter(pk=job.pk).update(enqueued_at=timezone.now() - queue.LOST_AFTER * 2)
    JobWorker().run_due()
    assert is_done(job)


def test_it_waits_for_a_database_that_is_away(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.05)
    real, tries = queue.requeue_lost, []

    def away() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("away")
        return real()

    monkeypatch.setattr(worker, "SWEEP_SECONDS", 0)
    monkeypatch.setattr(queue, "requeue_lost", away)
    job = room_export.begin(room, by=SYSTEM)
    with in_thread():
        until(lambda: is_done(job))
    assert len(tries) >= 3


def test_previews_have_a_worker_of_their_own(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(previews.links, "has_previews", lambda site_id: asked.append(site_id))
    previews.links.links_posted.send(sender=Message, site_id=room.site_id, room_id=room.pk, seq=1)
    other = room_export.begin(room, by=SYSTEM)
    JobWorker().run_due()
    assert (is_done(other), asked) == (True, [])
    other = room_export.begin(room, by=SYSTEM)
    JobWorker(does_previews=True).run_due()
    assert (is_done(other), asked) == (False, [room.site_id])
    with worker.previews_in_thread():
        previews.links.links_posted.send(
            sender=Message, site_id=room.site_id, room_id=room.pk, seq=2
        )
        until(lambda: len(asked) == 2)
