"""`inglenook worker --once` runs what is due, and ends."""

from __future__ import annotations

import pytest

from inglenook.chat.models import Room
from inglenook.cli.worker import work
from inglenook.jobs import room_export
from inglenook.jobs.models import Job
from inglenook.sites.actors import SYSTEM


@pytest.mark.django_db(transaction=True)
def test_once_runs_what_is_due_and_the_hours_retention(room: Room) -> None:
    job = room_export.begin(room, by=SYSTEM)
    work(once=True)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert Job.objects.get(key__startswith="retention").state == Job.State.DONE
    room_export.forget_exports(room.site_id)
