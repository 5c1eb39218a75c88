"""A file goes with its message, its author, its room and its site; and where nobody used it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from inglenook.chat import held, services
from inglenook.chat.attachments import access, removal
from inglenook.chat.attachments.models import Attachment, RemovedFile
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.person_messages import delete_all, undo_deletion
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_services import clear_history, purge_below, remove_room
from inglenook.files import storage
from inglenook.jobs import erasure, queue, retention, runner
from inglenook.jobs.worker import JobWorker
from inglenook.moderation.services import impose
from inglenook.protocol.errors import NotFound, Unavailable
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Member, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import Participant, participant_from_member
from tests.backend.chat.attachments.conftest import Keep, kept_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(site: Site) -> Participant:
    return participant_from_member(Member.objects.get(site=site))


def post(file: Attachment, author: Participant, cid: str = "00000001") -> int | None:
    named = Draft(slug="lobby", author=author, cid=cid, body="Look", attachments=[file.public_id])
    return post_message(named).seq


def is_shown(file: Attachment) -> bool:
    try:
        access.shown_file(file.public_id)
    except NotFound:
        return False
    return True


def keep_retention(at: datetime | None = None) -> None:
    job = queue.add(retention.keep_retention)
    assert job is not None
    with time_machine.travel(at or timezone.now(), tick=False):
        runner.run(job.pk, retention._parts)
    removal.sweep_all()


def test_it_goes_with_its_message(
    keep: Keep, amber: Participant, room: Room, file_folder: Path
) -> None:
    file = keep(amber)
    seq = post(file, amber)
    assert seq is not None
    assert is_shown(file)
    services.delete_message(room=room, actor=amber, seq=seq)
    assert not is_shown(file)
    assert RemovedFile.objects.count() == 1
    assert kept_in(file_folder) == {file.public_id}
    JobWorker()._remove_files()
    assert kept_in(file_folder) == set()
    assert not RemovedFile.objects.exists()


def test_a_moderators_deletion_keeps_it_for_a_day(
    keep: Keep, amber: Participant, team: Participant, room: Room, file_folder: Path
) -> None:
    file = keep(amber)
    seq = post(file, amber) or 0
    services.delete_message(room=room, actor=team, seq=seq)
    assert not is_shown(file)
    keep_retention()
    services.restore_message(room=room, actor=team, seq=seq)
    assert is_shown(file)
    assert Message.objects.get().attachments == [file.facts]
    services.delete_message(room=room, actor=team, seq=seq)
    keep_retention(timezone.now() + timedelta(hours=25))
    assert not Attachment.objects.exists()
    assert kept_in(file_folder) == set()


def test_all_by_one_person_come_back_with_their_files(
    keep: Keep, amber: Participant, site: Site
) -> None:
    file = keep(amber)
    post(file, amber)
    _, undo = delete_all(site=site, visitor_id=amber.id, by=SYSTEM)
    assert not is_shown(file)
    assert undo_deletion(site=site, undo_id=undo.public_id, by=SYSTEM) == 1
    assert is_shown(file)
    assert Message.objects.get().attachments == [file.facts]


def test_what_nobody_used_goes_after_a_day(
    keep: Keep, amber: Participant, file_folder: Path
) -> None:
    unused, used = keep(amber), keep(amber)
    post(used, amber)
    keep_retention(timezone.now() + timedelta(hours=23))
    assert kept_in(file_folder) == {unused.public_id, used.public_id}
    keep_retention(timezone.now() + timedelta(hours=25))
    assert kept_in(file_folder) == {used.public_id}


def test_what_never_came_whole_goes_after_an_hour(
    keep: Keep, amber: Participant, file_folder: Path
) -> None:
    """A crash between the two transactions of an upload leaves a row without `stored_at`."""
    broken = keep(amber)
    Attachment.objects.update(stored_at=None)
    assert not is_shown(broken)
    keep_retention(timezone.now() + timedelta(minutes=59))
    assert Attachment.objects.exists()
    keep_retention(timezone.now() + timedelta(minutes=61))
    assert not Attachment.objects.exists()
    assert kept_in(file_folder) == set()


def _purge(room: Room, _site: Site, _visitor: Visitor) -> None:
    purge_below(room=room, seq=2)


def _clear(room: Room, _site: Site, _visitor: Visitor) -> None:
    clear_history(room=room)


def _remove(room: Room, _site: Site, _visitor: Visitor) -> None:
    Site.objects.update(default_room="another")
    remove_room(room=room)


def _expire(room: Room, _site: Site, _visitor: Visitor) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=1)
    Message.objects.update(at=timezone.now() - timedelta(days=2))
    keep_retention()


def _erase(_room: Room, site: Site, visitor: Visitor) -> None:
    erasure.erase(site=site, visitor_id=visitor.public_id, by=SYSTEM)


def _delete_site(_room: Room, site: Site, _visitor: Visitor) -> None:
    site.delete()


@pytest.mark.parametrize("end", [_purge, _clear, _remove, _expire, _erase, _delete_site])
def test_it_goes_with_whatever_ends_its_message(
    keep: Keep,
    amber: Participant,
    room: Room,
    site: Site,
    visitor: Visitor,
    file_folder: Path,
    end: Callable[[Room, Site, Visitor], None],
) -> None:
    file = keep(amber)
    post(file, amber)
    end(room, site, visitor)
    assert not is_shown(file)
    assert not Attachment.objects.filter(pk=file.pk).exists()
    if end is not _erase:  # an erasure has removed the bytes when it returns
        removal.sweep_all()
    assert kept_in(file_folder) == set()


def test_an_erasure_takes_what_is_unused_and_what_is_held(
    keep: Keep, amber: Participant, room: Room, site: Site, visitor: Visitor, file_folder: Path
) -> None:
    Room.objects.filter(pk=room.pk).update(approval="all")
    keep(amber)
    assert post(keep(amber), amber) is None
    _erase(room, site, visitor)
    assert kept_in(file_folder) == set()


def test_a_held_file_becomes_the_messages(
    keep: Keep, amber: Participant, room: Room, site: Site
) -> None:
    Room.objects.filter(pk=room.pk).update(approval="all")
    file = keep(amber)
    assert post(file, amber) is None
    waiting = HeldMessage.objects.get()
    assert waiting.attachments == [file.facts]
    frame = held.approve_held(site=site, held_id=waiting.pk, by=SYSTEM)
    assert [one.id for one in frame.attachments] == [file.public_id]
    file.refresh_from_db()
    assert (file.seq, file.held) == (frame.seq, None)


@pytest.mark.parametrize("state", ["rejected", "shadow"])
def test_a_held_file_goes_with_its_row(
    keep: Keep, amber: Participant, room: Room, site: Site, file_folder: Path, state: str
) -> None:
    if state == "shadow":
        impose(site=site, visitor_id=amber.id, kind="shadow", seconds=None, by=SYSTEM)
    else:
        Room.objects.filter(pk=room.pk).update(approval="all")
    file = keep(amber)
    assert post(file, amber) is None
    if state == "rejected":
        held.reject_held(site=site, held_id=HeldMessage.objects.get().pk, by=SYSTEM)
        assert not is_shown(file)
    else:
        assert is_shown(file)
    keep_retention(timezone.now() + timedelta(days=6))
    assert Attachment.objects.exists()
    keep_retention(timezone.now() + timedelta(days=31))
    assert not Attachment.objects.exists()
    assert kept_in(file_folder) == set()


def test_a_store_that_is_away_delays_the_bytes_alone(
    keep: Keep,
    amber: Participant,
    room: Room,
    file_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seq = post(keep(amber), amber) or 0
    services.delete_message(room=room, actor=amber, seq=seq)

    def away(_: str) -> None:
        raise Unavailable

    worker = JobWorker()
    with monkeypatch.context() as patched:
        patched.setattr(storage, "remove", away)
        worker._remove_files()
    assert RemovedFile.objects.count() == 1
    worker._remove_files()
    assert kept_in(file_folder) == set()
