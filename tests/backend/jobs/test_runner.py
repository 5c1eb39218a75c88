"""A job has one holder, goes on after a crash, and says how far it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from inglenook.jobs import queue, runner
from inglenook.jobs.models import Job
from inglenook.protocol.errors import Unavailable
from inglenook.sites.models import Site

DONE: list[str] = []


@task()
def count_to_three(job_id: int) -> None:
    runner.run(job_id, _three)


def _three(job: Job) -> Iterator[float]:
    for number in range(job.arguments.get("from", 0), 3):
        DONE.append(f"{job.pk} {number}")
        yield (number + 1) / 3
    job.result = {"counted": 3}


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    DONE.clear()


def added(**fields: object) -> Job:
    job = queue.add(count_to_three, **fields)  # type: ignore[arg-type]  # as `add` takes them
    assert job is not None
    return job


@pytest.mark.django_db
def test_a_job_runs_once_and_says_what_it_found() -> None:
    job = added()
    count_to_three.call(job.pk)
    count_to_three.call(job.pk)
    job.refresh_from_db()
    assert job.facts == {"state": "done", "progress": 1, "counted": 3}
    assert [f"{job.pk} {number}" for number in range(3)] == DONE
    assert job.finished_at is not None


@pytest.mark.django_db
def test_progress_is_stored_behind_every_part() -> None:
    job = added()
    seen = []

    def watched(each: Job) -> Iterator[float]:
        for progress in _three(each):
            yield progress
            seen.append(Job.objects.get(pk=job.pk).progress)

    assert runner.run(job.pk, watched)
    assert seen == pytest.approx([1 / 3, 2 / 3, 1])


@pytest.mark.django_db
def test_a_second_holder_is_refused_until_the_first_is_gone() -> None:
    job = added()

    def asked(each: Job) -> Iterator[float]:
        assert not runner.run(each.pk, _three)
        yield 0.5
        with time_machine.travel(timezone.now() + runner.LEASE + timedelta(seconds=1)):
            assert runner.run(each.pk, _three)
        yield 0.9
        DONE.append("went on without the lease")

    assert not runner.run(job.pk, asked)
    assert [f"{job.pk} {number}" for number in range(3)] == DONE
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


@pytest.mark.django_db
def test_an_error_is_tried_again_later_and_not_for_ever() -> None:
    job = added()

    def fails(_job: Job) -> Iterator[float]:
        yield 0.1
        raise ValueError("a secret word of somebody")

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in range(1, runner.MOST_ATTEMPTS + 1):
            assert not runner.run(job.pk, fails)
            assert not runner.run(job.pk, _three)  # its time has not come, or it failed
            job.refresh_from_db()
            assert (job.attempts, job.error) == (attempt, "ValueError")
            clock.move_to(job.run_after + timedelta(seconds=1))
        assert job.state == Job.State.FAILED
        assert DONE == []


@pytest.mark.django_db
def test_a_job_of_a_process_that_ends_is_free_at_once() -> None:
    job = added()

    def ends(each: Job) -> Iterator[float]:
        runner.ending.set()
        yield from _three(each)

    assert not runner.run(job.pk, ends)
    assert [f"{job.pk} 0"] == DONE
    runner.ending.clear()
    assert runner.run(job.pk, _three)


@pytest.mark.django_db
def test_finishing_says_so_where_it_cannot_be_done_now() -> None:
    job = added()

    def fails(_job: Job) -> Iterator[float]:
        raise ValueError
        yield

    with pytest.raises(Unavailable):
        runner.finish(job.pk, fails)


@pytest.mark.django_db(transaction=True)
def test_finishing_waits_for_who_holds_it() -> None:
    job = added()
    go_on, began = threading.Event(), threading.Event()

    def slow(each: Job) -> Iterator[float]:
        began.set()
        assert go_on.wait(20)
        yield from _three(each)

    def hold() -> None:
        runner.run(job.pk, slow)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert began.wait(20)
    threading.Timer(0.3, go_on.set).start()
    runner.finish(job.pk, _three)
    holder.join(20)
    assert [f"{job.pk} {number}" for number in range(3)] == DONE


@pytest.mark.django_db
def test_a_key_makes_one_job_for_ever(site: Site) -> None:
    first = added(key="hour 1", site_id=site.pk)
    assert queue.add(count_to_three, key="hour 1") is None
    assert Job.objects.get() == first
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_only_lost_jobs_are_handed_out_again() -> None:
    added()
    assert queue.requeue_lost() == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert queue.requeue_lost() == 1
        assert queue.requeue_lost() == 0
    done, held, later = added(), added(), added()
    runner.run(done.pk, _three)
    Job.objects.filter(pk=held.pk).update(
        state="running", leased_until=timezone.now() + timedelta(hours=1)
    )
    Job.objects.filter(pk=later.pk).update(run_after=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(seconds=62)):
        assert queue.requeue_lost() == 1  # the first, which no worker took


@pytest.mark.django_db
def test_it_is_known_how_long_a_job_waits() -> None:
    assert queue.waiting_seconds() == 0
    job = added()
    with time_machine.travel(timezone.now() + timedelta(seconds=90)):
        assert 89 < queue.waiting_seconds() < 95
        runner.run(job.pk, _three)
        assert queue.waiting_seconds() == 0
