"""Mails an invitation that a program made: later, and again where the mail server is away."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from django_tasks import task

from inglenook.jobs import queue, runner
from inglenook.jobs.models import Job
from inglenook.sites import invitations, mails
from inglenook.sites.actors import Actor
from inglenook.sites.models import Member


@task()
def mail_invitation(job_id: int) -> None:
    runner.run(job_id, _parts)


def mail_later(*, member: Member, by: Actor) -> None:
    """Nothing where no mail is sent: then whoever runs the server makes a login link."""
    if mails.sends_mail():
        queue.add(
            mail_invitation,
            site_id=member.site_id,
            target=member.public_id,
            arguments={"by": msgspec.to_builtins(by)},
        )


def _parts(job: Job) -> Iterator[float]:
    invited = Member.objects.filter(public_id=job.target, state=Member.State.INVITED)
    member = invited.select_related("account", "site").first()
    if member is not None:
        by = msgspec.convert(job.arguments["by"], Actor)
        invitations.mail_invitation(member=member, by=by)
    yield 1.0
