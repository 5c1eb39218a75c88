"""Looks up the links of a message that was stored, in a queue of its own.

    links_posted, in the message's transaction ─> a job ── COMMIT ─> the previews' worker, which
    does one at a time ─> each link is a part

A slow website delays no retention and no erasure. A job that has waited too long does nothing: by
then nobody looks at the message.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from inglenook.chat.models import Message
from inglenook.chat.previews import keeping, links
from inglenook.chat.previews.looking_up import look_up
from inglenook.jobs import queue, runner
from inglenook.jobs.models import Job

QUEUE: Final = "previews"
TOO_LATE: Final = timedelta(minutes=10)


@task(queue_name=QUEUE)
def look_up_links(job_id: int) -> None:
    runner.run(job_id, _parts)


@receiver(links.links_posted, dispatch_uid="inglenook.jobs.previews")
def _add(site_id: int, room_id: int, seq: int, **_: Any) -> None:
    queue.add(look_up_links, site_id=site_id, arguments={"room": room_id, "seq": seq})


def _parts(job: Job) -> Iterator[float]:
    room_id, seq = job.arguments["room"], job.arguments["seq"]
    is_late = job.created_at < timezone.now() - TOO_LATE
    if job.site_id is None or is_late or not links.has_previews(job.site_id):
        return
    message = Message.objects.filter(room_id=room_id, seq=seq).first()
    wanted = keeping.missing(message) if message is not None else []
    for n, url in enumerate(wanted, 1):
        found = look_up(url, job.site_id)
        if message is not None and found is not None:
            keeping.keep(message, url, found)
        yield n / len(wanted)
