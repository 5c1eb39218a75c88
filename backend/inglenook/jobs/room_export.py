"""What was said in a room as a file: written by a job, kept for a day, gone with an erasure.

begin ─> a job ─> <data>/exports/<site>/<file>.jsonl, a part after the other
export_now ─> the same, done when it returns
forget_exports, forget_old ─> the files go
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from inglenook.chat.models import Message, Room
from inglenook.chat.selectors import message_frame
from inglenook.jobs import queue, runner
from inglenook.jobs.models import Job
from inglenook.protocol import frames
from inglenook.protocol.errors import Unavailable
from inglenook.sites import audit
from inglenook.sites.actors import Actor
from inglenook.sites.roles import Action, require_actor

KEPT_SECONDS: Final = 24 * 60 * 60
PART_MESSAGES: Final = 1000


@task()
def export_room(job_id: int) -> None:
    runner.run(job_id, _parts)


def begin(room: Room, *, by: Actor) -> Job:
    """A job that writes the room's messages, one JSON object a line, tombstones too.

    Its `result` names the `file` once it is done (`file_of`). Raises Forbidden.
    """
    require_actor(by, room.site_id, Action.EXPORT)
    name = f"{secrets.token_hex(16)}.jsonl"
    arguments = {"room": room.pk, "file": name}
    with transaction.atomic():
        audit.record(site_id=room.site_id, by=by, action="room.export", target=("room", room.slug))
        job = queue.add(export_room, site_id=room.site_id, target=room.slug, arguments=arguments)
    assert job is not None  # noqa: S101  a job without a key is always made
    return job


def export_now(room: Room, *, by: Actor) -> Path:
    """The file of an export that is done. It must not run inside a transaction.

    Raises Forbidden; Unavailable where it goes on later by itself, or somebody was erased just now.
    """
    job = begin(room, by=by)
    runner.finish(job.pk, _parts)
    job.refresh_from_db()
    path = file_of(job)
    if path is None:
        raise Unavailable("Somebody was erased meanwhile. Export the room again.", retry_ms=1000)
    return path


def file_of(job: Job) -> Path | None:
    """The file of a job that is done; None before, and after a day or an erasure."""
    name = job.result.get("file")
    path = folder_of(job.site_id) / name if name else None
    return path if path is not None and path.is_file() else None


def forget_exports(site_id: int) -> None:
    """Removes every file of a site: any of them may hold what is to be erased."""
    for path in folder_of(site_id).glob("*"):
        path.unlink(missing_ok=True)


def forget_old(now: datetime) -> int:
    """Removes the files that are older than a day. Returns how many."""
    old = [
        path
        for path in (settings.DATA_DIR / "exports").glob("*/*")
        if now.timestamp() - path.stat().st_mtime > KEPT_SECONDS
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _parts(job: Job) -> Iterator[float]:
    room = Room.objects.get(pk=job.arguments["room"])
    path = folder_of(room.site_id) / job.arguments["file"]
    path.parent.mkdir(parents=True, exist_ok=True)
    yield from _written(room, path)
    # An erasure took the file: once more, from rows that hold nothing of whoever was erased.
    while not path.is_file():
        yield from _written(room, path)
    job.result = {"file": path.name, "done_at": timezone.now().isoformat()}


def _written(room: Room, path: Path) -> Iterator[float]:
    head, seq = max(1, room.head), 0
    # From the beginning, also after a crash: what is written in parts is whole only at its end.
    with path.open("wb") as file:
        while rows := _after(room, seq):
            for row in rows:
                file.write(frames.encode(message_frame(row, room.slug)) + b"\n")
            seq = rows[-1].seq
            yield min(1.0, seq / head)


def _after(room: Room, seq: int) -> list[Message]:
    rows = Message.objects.filter(room_id=room.pk, seq__gt=seq, seq__lte=room.head)
    return list(rows.order_by("seq")[:PART_MESSAGES])


def folder_of(site_id: int | None) -> Path:
    folder: Path = settings.DATA_DIR / "exports" / str(site_id)
    return folder
