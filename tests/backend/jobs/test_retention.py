"""Every hour what was kept long enough goes, pinned messages too, and nothing else."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from inglenook.chat.events import Event, RoomChanged
from inglenook.chat.models import HeldMessage, Message, Room, Undo
from inglenook.jobs import retention
from inglenook.jobs.models import Job
from inglenook.moderation.models import Sanction
from inglenook.sites import audit
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import AuditEntry, Site
from inglenook.visitors.models import Visitor

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def run() -> None:
    job = retention.add_for_hour(timezone.now())
    assert job is not None
    retention.keep_retention.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    job.delete()


def fill(room: Room, *ages_in_days: float) -> None:
    for seq, age in enumerate(ages_in_days, start=room.head + 1):
        Message.objects.create(
            room=room, seq=seq, rev=seq, at=ago(age), author_id="v_a", body=f"of {age}"
        )
    Room.objects.filter(pk=room.pk).update(head=room.head + len(ages_in_days))
    room.refresh_from_db()


def left(room: Room) -> list[int]:
    return list(Message.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))


def test_a_rooms_messages_go_after_its_days_pinned_too(
    site: Site, room: Room, published: list[Event], django_capture_on_commit_callbacks: object
) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=7, pinned=[1, 3])
    room.refresh_from_db()
    fill(room, 9, 8, 6, 0)
    run()
    room.refresh_from_db()
    assert left(room) == [3, 4]
    assert (room.first_seq, room.pinned, room.rev, room.head) == (3, [3], 5, 5)
    run()
    room.refresh_from_db()
    assert room.head == 5


def test_the_sites_days_hold_where_a_room_has_none(site: Site, room: Room) -> None:
    Site.objects.filter(pk=site.pk).update(retention_days=7)
    own = Room.objects.create(site=site, slug="long", name="Long", retention_days=100)
    fill(room, 8, 8)
    fill(own, 8, 101, 8)
    run()
    assert left(room) == []
    # A message behind a younger one waits for it: numbers and times rise together.
    assert left(own) == [1, 2, 3]


def test_without_days_everything_stays(room: Room) -> None:
    fill(room, 3000)
    run()
    assert left(room) == [1]


def test_many_messages_go_in_parts(site: Site, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PART_ROWS", 2)
    Room.objects.filter(pk=room.pk).update(retention_days=1)
    room.refresh_from_db()
    fill(room, 5, 5, 5, 5, 5, 0)
    run()
    room.refresh_from_db()
    assert left(room) == [6]
    assert (room.first_seq, room.head) == (6, 9)


def test_the_preview_counts_what_would_go(site: Site, room: Room, other_site: Site) -> None:
    own = Room.objects.create(site=site, slug="own", name="Own", retention_days=100)
    fill(room, 9, 8, 1)
    fill(own, 9, 9)
    fill(Room.objects.create(site=other_site, slug="x", name="X"), 9)
    assert retention.count_below(site=site, room=None, days=7) == 2
    assert retention.count_below(site=site, room=own, days=7) == 2
    assert retention.count_below(site=site, room=room, days=30) == 0
    assert len(left(room)) == 3


def test_what_a_deletion_took_is_kept_a_day(room: Room) -> None:
    fill(room, 0, 0)
    for seq, days in ((1, 1.1), (2, 0.9)):
        Message.objects.filter(room=room, seq=seq).update(
            deleted="moderator", deleted_at=ago(days), deleted_content={"body": "x"}
        )
    run()
    kept = Message.objects.filter(room=room, deleted_content__isnull=False)
    assert [row.seq for row in kept] == [2]


def test_rejected_messages_are_kept_a_week_and_shadows_a_month(room: Room) -> None:
    for cid, state, days in (
        ("waiting-old", "waiting", 400),
        ("approved-old", "approved", 400),
        ("rejected-old", "rejected", 7.1),
        ("rejected-new", "rejected", 6.9),
        ("shadow-old", "shadow", 30.1),
        ("shadow-new", "shadow", 29.9),
    ):
        HeldMessage.objects.create(
            room=room, author_id="v_a", cid=cid, state=state, at=ago(days), decided_at=ago(days)
        )
    run()
    kept = set(HeldMessage.objects.values_list("cid", flat=True))
    assert kept == {"waiting-old", "approved-old", "rejected-new", "shadow-new"}


def test_hashes_of_addresses_go_at_their_end(site: Site, visitor: Visitor) -> None:
    hashes = {"address_hash": "a", "range_hash": "b"}
    Visitor.objects.filter(pk=visitor.pk).update(address_expires_at=ago(0.1), **hashes)
    young = Visitor.objects.create(site=site, name="Y", address_expires_at=ago(-1), **hashes)
    for who, end, lifted in (("old", 0.1, None), ("new", -1, None), ("lifted", -1, timezone.now())):
        Sanction.objects.create(
            site=site, visitor_id=who, kind="ban", scope="address", address_hash="c",
            address_expires_at=ago(end), lifted_at=lifted,
        )  # fmt: skip
    run()
    visitor.refresh_from_db()
    young.refresh_from_db()
    assert (visitor.address_hash, visitor.range_hash, visitor.address_expires_at) == ("", "", None)
    assert (young.address_hash, young.range_hash) == ("a", "b")
    assert {row.visitor_id: row.address_hash for row in Sanction.objects.all()} == {
        "old": "",
        "new": "c",
        "lifted": "",
    }


def test_the_record_goes_after_a_year_and_undo_at_its_end(site: Site) -> None:
    for action, days in (("old", 366), ("new", 364)):
        with time_machine.travel(ago(days)), transaction.atomic():
            audit.record(site_id=site.pk, by=SYSTEM, action=action, target=("site", "1"))
    Undo.objects.create(site=site, visitor_id="old", until=ago(0.1))
    Undo.objects.create(site=site, visitor_id="new", until=ago(-0.1))
    run()
    found = AuditEntry.objects.filter(action__in=["old", "new"])
    assert [entry.action for entry in found] == ["new"]
    assert [row.visitor_id for row in Undo.objects.all()] == ["new"]


def test_finished_jobs_tasks_and_exports_go_too(site: Site) -> None:
    Job.objects.create(task="x", state="done", finished_at=ago(31), target="old")
    Job.objects.create(task="x", state="done", finished_at=ago(29), target="new")
    folder = Path(settings.DATA_DIR) / "exports" / str(site.pk)
    folder.mkdir(parents=True, exist_ok=True)
    for name, hours in (("old.jsonl", 25), ("new.jsonl", 23)):
        (folder / name).write_text("{}")
        then = timezone.now().timestamp() - hours * 3600
        os.utime(folder / name, (then, then))
    run()
    assert list(Job.objects.filter(task="x").values_list("target", flat=True)) == ["new"]
    assert [path.name for path in folder.iterdir()] == ["new.jsonl"]
    DBTaskResult.objects.update(finished_at=ago(2), status="SUCCESSFUL")
    run()
    assert DBTaskResult.objects.count() == 1  # this run's own


def test_an_hour_has_one_retention_whoever_asks() -> None:
    now = timezone.now()
    assert retention.add_for_hour(now) is not None
    assert retention.add_for_hour(now) is None
    assert retention.add_for_hour(now + timedelta(hours=1)) is not None


def test_it_is_late_when_no_worker_runs(site: Site) -> None:
    now = timezone.now()
    assert not retention.is_late(now)  # the site is new
    later = now + timedelta(hours=5)
    assert retention.is_late(later)
    retention.add_for_hour(later)
    assert not retention.is_late(later + timedelta(hours=2))
    assert retention.is_late(later + timedelta(hours=3))


def test_a_purge_is_announced_as_a_change_of_the_room(
    site: Site, room: Room, published: list[Event], django_capture_on_commit_callbacks: object
) -> None:
    Room.objects.filter(pk=room.pk).update(retention_days=1)
    room.refresh_from_db()
    fill(room, 5)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        run()
    assert [type(event) for event in published] == [RoomChanged]
