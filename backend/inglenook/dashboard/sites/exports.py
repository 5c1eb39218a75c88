"""What was said in a room as a file: begun, watched, fetched, and gone after a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from inglenook.chat.models import Room
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.shell.toasts import toast
from inglenook.jobs import room_export
from inglenook.jobs.models import Job
from inglenook.protocol.errors import NotFound
from inglenook.sites.models import Site
from inglenook.sites.roles import Action

MOST_SHOWN: Final = 10
PART_BYTES: Final = 64 * 1024


class Export(Struct, frozen=True):
    """`until`: when its file goes; None where there is none yet, or no more."""

    job: Job
    percent: int
    is_running: bool
    until: datetime | None


class Exports(Struct, frozen=True):
    """The newest ones, and whether one of them is still being written."""

    lines: list[Export]
    are_running: bool


def exports_of(site: Site) -> Exports:
    jobs = Job.objects.filter(site=site, task=room_export.export_room.module_path)
    lines = [_export(job) for job in jobs.order_by("-pk")[:MOST_SHOWN]]
    return Exports(lines=lines, are_running=any(line.is_running for line in lines))


@require_POST
@page_for(Action.EXPORT)
def export_room(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    slug = request.POST.get("room", "")
    rooms = Room.objects.filter(site=membership.site, gone=False).exclude(kind=Room.Kind.PRIVATE)
    # PostgreSQL raises on text with a NUL.
    room = rooms.filter(slug=slug if slug.isprintable() else "").first()
    if room is None:
        raise NotFound
    room_export.begin(room, by=membership.actor)
    toast(request, _("The file is being written."))
    return redirect("dashboard:kept", membership.site.pk)


@require_safe
@page_for(Action.EXPORT)
def room_exports(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The fragment that follows what is being written."""
    context = {"membership": membership, "exports": exports_of(membership.site)}
    return render(request, "dashboard/sites/_exports.html", context)


@require_safe
@page_for(Action.EXPORT)
def exported_file(
    _request: HttpRequest, membership: SiteMembership, job_id: int
) -> StreamingHttpResponse:
    jobs = Job.objects.filter(
        site=membership.site, task=room_export.export_room.module_path, pk=min(job_id, 2**62)
    )
    job = jobs.first()
    path = room_export.file_of(job) if job else None
    if job is None or path is None:
        raise NotFound
    answer = StreamingHttpResponse(_parts_of(path), content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="{job.target}.jsonl"'
    return answer


def _parts_of(path: Path) -> Iterator[bytes]:
    """The file is open only while somebody reads it."""
    with path.open("rb") as file:
        while part := file.read(PART_BYTES):
            yield part


def _export(job: Job) -> Export:
    has_file = room_export.file_of(job) is not None
    end = (job.finished_at or timezone.now()) + timedelta(seconds=room_export.KEPT_SECONDS)
    return Export(
        job=job,
        percent=round(100 * job.progress),
        is_running=job.state in (Job.State.QUEUED, Job.State.RUNNING),
        until=end if has_file and job.state == Job.State.DONE else None,
    )
