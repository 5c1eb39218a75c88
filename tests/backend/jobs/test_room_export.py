"""The export of a room is a file of all its messages, written by a job."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.jobs import room_export
from inglenook.jobs.models import Job

pytestmark = pytest.mark.django_db


def fill(room: Room, count: int) -> None:
    Message.objects.bulk_create(
        Message(room=room, seq=n, rev=n, at=timezone.now(), author_id="v_a", body=f"No. {n}")
        for n in range(1, count + 1)
    )
    Room.objects.filter(pk=room.pk).update(head=count)
    room.refresh_from_db()


def test_it_has_every_message_in_order(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_export, "PART_MESSAGES", 3)
    fill(room, 8)
    job = room_export.begin(room)
    assert room_export.file_of(job) is None
    room_export.export_room.call(job.pk)
    job.refresh_from_db()
    file = room_export.file_of(job)
    assert (job.state, job.progress) == (Job.State.DONE, 1)
    assert file is not None
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["seq"], line["body"]) for line in lines] == [(n, f"No. {n}") for n in range(1, 9)]
    room_export.forget_exports(room.site_id)
    assert room_export.file_of(job) is None


def test_an_empty_room_has_an_empty_file(room: Room) -> None:
    job = room_export.begin(room)
    room_export.export_room.call(job.pk)
    job.refresh_from_db()
    file = room_export.file_of(job)
    assert file is not None
    assert file.read_bytes() == b""
