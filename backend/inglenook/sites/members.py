"""The team of a site: invited by e-mail address, given another role, taken out.

An invited member becomes active by signing in. Only a person makes owners, and the last one stays.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver

from inglenook.protocol.errors import Conflict, Forbidden, NotFound, Quota
from inglenook.sites import audit
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.roles import action_to_change, require_actor
from inglenook.sites.services import bump_access_version, clean_name, create_account

NAME_CHARS: Final = 40
MOST_MEMBERS: Final = 200


def invite_member(
    *, site: Site, email: str, role: str, name: str = "", by: Actor = SYSTEM
) -> Member:
    """Puts whoever signs in with this address on the team; the account is made where there is none.

    Raises Invalid (field email or name), Forbidden for the role of an owner, Conflict for somebody
    who is on the team already, Quota.
    """
    _refuse_owner(role)
    require_actor(by, site.pk, action_to_change(role))
    shown = clean_name(name, NAME_CHARS, "name") if name else ""
    with transaction.atomic():
        _lock(site)
        if Member.objects.filter(site=site).count() >= MOST_MEMBERS:
            raise Quota(f"A team has {MOST_MEMBERS} members at most.")
        account = Account.objects.filter(email=email.strip().lower()).first()
        if account is None:
            account = create_account(email=email, name=shown)
        elif Member.objects.filter(site=site, account=account).exists():
            raise Conflict(f"{account.email} is on this team already.", field="email")
        member = Member.objects.create(
            site=site,
            account=account,
            name=shown or account.get_full_name()[:NAME_CHARS],
            role=role,
            state=Member.State.INVITED,
        )
        _record(member, by, "member.create", after={"role": role})
        bump_access_version(site.pk)
    return member


def change_role(*, site: Site, member_id: str, role: str, by: Actor = SYSTEM) -> Member:
    """Raises NotFound, Forbidden for the role of an owner, Conflict for the last owner."""
    _refuse_owner(role)
    with transaction.atomic():
        member = _locked_member(site, member_id)
        for each in (member.role, role):
            require_actor(by, site.pk, action_to_change(each))
        if member.role != role:
            _record(member, by, "member.update", before={"role": member.role}, after={"role": role})
            member.role = role
            member.save(update_fields=["role"])
            bump_access_version(site.pk)
    return member


def remove_member(*, site: Site, member_id: str, by: Actor = SYSTEM) -> None:
    """Takes somebody off the team; the account stays.

    Raises NotFound, Conflict for the last owner.
    """
    with transaction.atomic():
        member = _locked_member(site, member_id)
        require_actor(by, site.pk, action_to_change(member.role))
        _record(member, by, "member.delete", before={"role": member.role})
        member.delete()
        bump_access_version(site.pk)


def _record(member: Member, by: Actor, action: str, **facts: Any) -> None:
    """Without the name and the address: people leave a team, and the record stays."""
    target = ("member", member.public_id)
    audit.record(site_id=member.site_id, by=by, action=action, target=target, **facts)


def _refuse_owner(role: str) -> None:
    if role == Member.Role.OWNER:
        raise Forbidden("Only a person makes owners: in the dashboard, or by the command line.")


def _lock(site: Site) -> None:
    # Two changes at once: the row of the site is the turnstile.
    Site.objects.select_for_update().get(pk=site.pk)


def _locked_member(site: Site, member_id: str) -> Member:
    _lock(site)
    members = Member.objects.filter(site=site).select_related("account")
    # PostgreSQL raises on text with a NUL.
    member = members.filter(public_id=member_id).first() if member_id.isprintable() else None
    if member is None:
        raise NotFound("This team has no such member.")
    active_owners = members.filter(role=Member.Role.OWNER, state=Member.State.ACTIVE)
    if member.role == Member.Role.OWNER and not active_owners.exclude(pk=member.pk).exists():
        raise Conflict("This is the last owner; make another one first.")
    return member


@receiver(user_logged_in, dispatch_uid="inglenook.sites.members")
def _signed_in(user: Any, **_: object) -> None:
    Member.objects.filter(account=user, state=Member.State.INVITED).update(
        state=Member.State.ACTIVE
    )
