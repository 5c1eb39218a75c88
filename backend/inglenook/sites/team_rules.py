"""What every change of a team asks first, and how the record names it."""

from __future__ import annotations

from typing import Any, Final

from inglenook.protocol.errors import Forbidden, Quota
from inglenook.sites import audit
from inglenook.sites.actors import Actor
from inglenook.sites.models import Invitation, Member, Site

NAME_CHARS: Final = 40
MOST_MEMBERS: Final = 200


def refuse_owner_by_key(role: str, by: Actor) -> None:
    """Raises Forbidden for the role of an owner, unless a member gives it."""
    if role == Member.Role.OWNER and by.kind != "member":
        raise Forbidden("Only a person makes owners: in the dashboard, or by the command line.")


def refuse_full_team(site: Site, *, waiting: int | None = None) -> None:
    """Open links count as members, unless `waiting` says how many. Raises Quota."""
    if waiting is None:
        waiting = Invitation.objects.filter(site=site, member=None).count()
    if Member.objects.filter(site=site).count() + waiting >= MOST_MEMBERS:
        raise Quota(f"A team has {MOST_MEMBERS} members at most.")


def lock_site(site: Site) -> None:
    """Two changes at once: the row of the site is the turnstile."""
    Site.objects.select_for_update().get(pk=site.pk)


def record(member: Member, by: Actor, action: str, **facts: Any) -> None:
    """Without the name and the address: people leave a team, and the record stays."""
    target = ("member", member.public_id)
    audit.record(site_id=member.site_id, by=by, action=action, target=target, **facts)
