"""Erasing a visitor: nothing of what they wrote or were called is left when `erase` returns.

The team erases somebody, a key does, or a visitor himself (`erase_own`).

erase ─> one transaction: the row is wiped, tokens end, the record, the job ── COMMIT ─> sockets
      ─> the job's parts, here and now; after a crash a worker goes on
      ─> the file of an SQLite database is written anew without what was deleted
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django_tasks import task

from inglenook.chat.attachments import removal
from inglenook.chat.erasing import erase_parts
from inglenook.jobs import queue, room_export, runner
from inglenook.jobs.models import Job
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import NotFound, Unavailable
from inglenook.sites import audit
from inglenook.sites.actors import Actor
from inglenook.sites.database import scrub_deleted
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.visitors.directory import row_of
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import wipe_visitor
from inglenook.visitors.signals import visitor_erased

AUDIT_ACTION: Final = "visitor.erase"


@task()
def erase_visitor(job_id: int) -> None:
    runner.run(job_id, _parts)


def erase(*, site: Site, visitor_id: str, by: Actor) -> None:
    """Erases a visitor of the site. It is done when this returns.

    It may take long and must not run inside a transaction. Raises NotFound for who never was or is
    erased already, Forbidden, Unavailable where it goes on later by itself.
    """
    runner.finish(_begun(site, visitor_id, by).pk, _parts)


def erase_own(visitor: Visitor) -> Job | None:
    """Erases a visitor who wishes it, as `erase` does. The record names their id alone.

    None: it is done. A job: it goes on by itself. Their tokens have ended either way, also where
    somebody else was faster. Raises Unavailable where nothing has begun.
    """
    by = Actor(kind="visitor", id=visitor.public_id, name="")
    try:
        job = _begun(visitor.site, visitor.public_id, by)
    except NotFound:
        return None
    try:
        runner.finish(job.pk, _parts)
    except Unavailable:
        job.refresh_from_db()
        return job
    return None


def _begun(site: Site, visitor_id: str, by: Actor) -> Job:
    """The job of the erasure, which begins here or goes on since an earlier call."""
    require_actor(by, site.pk, Action.ERASE)
    with transaction.atomic():
        own = Visitor.objects.select_for_update().filter(site=site)
        visitor = row_of(own, visitor_id)
        if visitor.erased_at is not None:
            return _unfinished(site, visitor_id)
        wipe_visitor(visitor)
        audit.record(site_id=site.pk, by=by, action=AUDIT_ACTION, target=("visitor", visitor_id))
        job = queue.add(erase_visitor, site_id=site.pk, target=visitor_id)
        assert job is not None  # noqa: S101  a job without a key is always made
    return job


def _unfinished(site: Site, visitor_id: str) -> Job:
    jobs = Job.objects.filter(site=site, target=visitor_id, task=erase_visitor.module_path)
    job = jobs.exclude(state=Job.State.DONE).first()
    if job is None:
        raise NotFound("There is no such visitor here.")
    return job


def _parts(job: Job) -> Iterator[float]:
    visitor = Visitor.objects.get(public_id=job.target)
    yield from erase_parts(visitor)
    removal.sweep_all()
    with transaction.atomic():
        # A reason is words about a person; that there was a sanction is kept.
        Sanction.objects.filter(site_id=visitor.site_id, visitor_id=job.target).update(reason="")
        room_export.forget_exports(visitor.site_id)
        visitor_erased.send(sender=Visitor, site_id=visitor.site_id, visitor_id=job.target)
    yield 0.97
    scrub_deleted()
