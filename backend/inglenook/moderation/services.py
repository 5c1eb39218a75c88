"""Every decision of the team about somebody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites.models import Account, Site
from inglenook.sites.services import bump_access_version
from inglenook.visitors.models import Visitor

REASON_CHARS = 200


def ban_visitor(
    *,
    site: Site,
    visitor_id: str,
    until: datetime | None = None,
    reason: str = "",
    by: Account | None = None,
) -> Sanction:
    """Shuts a visitor out until `until`, or for good; their sockets close.

    A ban in force is replaced.

    Raises NotFound for somebody who never was on this site, Invalid(field until or reason).
    """
    if not Visitor.objects.filter(site=site, public_id=visitor_id).exists():
        raise NotFound(f"There is no visitor {visitor_id} on this site.")
    if until is not None and until <= timezone.now():
        raise Invalid("The end of a ban lies in the future.", field="until")
    reason = " ".join(reason.split())
    if len(reason) > REASON_CHARS:
        raise Invalid(f"A reason has {REASON_CHARS} characters at most.", field="reason")
    with transaction.atomic():
        _lift_bans(site, visitor_id)
        sanction = Sanction.objects.create(
            site=site,
            visitor_id=visitor_id,
            kind=Sanction.Kind.BAN,
            until=until,
            reason=reason,
            created_by=by,
        )
        bump_access_version(site.pk)
    return sanction


def unban_visitor(*, site: Site, visitor_id: str) -> bool:
    """Lets a visitor in again; False where no ban was in force."""
    with transaction.atomic():
        lifted = _lift_bans(site, visitor_id)
        if lifted:
            bump_access_version(site.pk)
    return lifted


def _lift_bans(site: Site, visitor_id: str) -> bool:
    now = timezone.now()
    bans = Sanction.objects.filter(
        site=site, visitor_id=visitor_id, kind=Sanction.Kind.BAN, lifted_at__isnull=True
    )
    # One that ran out long ago is closed too, but nobody was shut out by it.
    in_force = bans.exclude(until__lte=now).exists()
    bans.update(lifted_at=now)
    return in_force
