"""The export of a room is a file of all its messages, written by a job."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.jobs import room_export
from inglenook.jobs.erasure import erase
from inglenook.jobs.models import Job
from inglenook.protocol.errors import Unavailable
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import AuditEntry, Site
from inglenook.visitors.models import Visitor

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
    job = room_export.begin(room, by=SYSTEM)
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
    job = room_export.begin(room, by=SYSTEM)
    room_export.export_room.call(job.pk)
    job.refresh_from_db()
    file = room_export.file_of(job)
    assert file is not None
    assert file.read_bytes() == b""


def test_it_is_on_record(room: Room) -> None:
    room_export.export_now(room, by=SYSTEM)
    (entry,) = AuditEntry.objects.filter(action="room.export")
    assert (entry.actor_kind, entry.target_kind, entry.target_id) == ("system", "room", "lobby")


@pytest.mark.parametrize("parts_before", [1, 2, 3])
def test_who_is_erased_while_it_runs_is_not_in_the_file(
    site: Site,
    room: Room,
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    parts_before: int,
) -> None:
    monkeypatch.setattr(room_export, "PART_MESSAGES", 3)
    fill(room, 8)
    Message.objects.filter(room=room).update(author_id=visitor.public_id, author_name="Amber")
    job = room_export.begin(room, by=SYSTEM)
    name = job.arguments["file"]
    # In the midst of it, as the worker's thread is while a call erases somebody.
    running = room_export._parts(job)
    for _ in range(parts_before):
        next(running)
    erase(site=site, visitor_id=visitor.public_id, by=SYSTEM)
    assert not list(room_export.folder_of(site.pk).glob("*"))
    list(running)
    (file,) = room_export.folder_of(site.pk).glob("*")
    assert file.name == name == job.result["file"]
    text = file.read_text()
    assert len(text.splitlines()) == 8
    for word in ("No. ", "Amber", visitor.public_id):
        assert word not in text


def test_an_export_whose_file_an_erasure_took_says_so(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_export, "file_of", lambda _job: None)
    with pytest.raises(Unavailable, match="again"):
        room_export.export_now(room, by=SYSTEM)
