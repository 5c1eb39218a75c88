"""The team of a site: invited by e-mail address, given another role, taken out.

An invited member becomes active by signing in, or by the link of the invitation
(`invitations.py`). Only a person makes owners, and the last one stays.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from inglenook.protocol.errors import Conflict, NotFound
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.invitations import stands
from inglenook.sites.models import Account, Invitation, Member, Site
from inglenook.sites.roles import action_to_change, require_actor
from inglenook.sites.services import bump_access_version, clean_name, create_account
from inglenook.sites.team_rules import (
    NAME_CHARS,
    lock_site,
    record,
    refuse_full_team,
    refuse_owner_by_key,
)


def invite_member(
    *, site: Site, email: str, role: str, name: str = "", by: Actor = SYSTEM
) -> Member:
    """Puts whoever signs in with this address on the team; the account is made where there is none.

    Raises Invalid (field email or name), Forbidden for a role that `by` cannot give, Conflict for
    somebody who is on the team already, Quota.
    """
    refuse_owner_by_key(role, by)
    require_actor(by, site.pk, action_to_change(role))
    shown = clean_name(name, NAME_CHARS, "name") if name else ""
    with transaction.atomic():
        lock_site(site)
        refuse_full_team(site)
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
        record(member, by, "member.create", after={"role": role})
        bump_access_version(site.pk)
    return member


def change_role(*, site: Site, member_id: str, role: str, by: Actor = SYSTEM) -> Member:
    """Raises NotFound, Forbidden for a role that `by` cannot give, Conflict for the last owner."""
    refuse_owner_by_key(role, by)
    with transaction.atomic():
        member = _locked_member(site, member_id)
        for each in (member.role, role):
            require_actor(by, site.pk, action_to_change(each))
        if member.role != role:
            record(member, by, "member.update", before={"role": member.role}, after={"role": role})
            member.role = role
            member.save(update_fields=["role"])
            bump_access_version(site.pk)
    return member


def remove_member(*, site: Site, member_id: str, by: Actor = SYSTEM) -> None:
    """Takes somebody off the team; the account stays, and their own open invitations go with them.

    Everybody may leave by themselves. Raises NotFound, Forbidden, Conflict for the last owner.
    """
    with transaction.atomic():
        member = _locked_member(site, member_id)
        if by.id != member.public_id:
            require_actor(by, site.pk, action_to_change(member.role))
        _end_invitations_by(member, by)
        record(member, by, "member.delete", before={"role": member.role})
        member.delete()
        bump_access_version(site.pk)


def _end_invitations_by(member: Member, by: Actor) -> None:
    own = Invitation.objects.filter(site_id=member.site_id, created_by_id=member.public_id)
    invited = Member.objects.filter(invitation__in=own, state=Member.State.INVITED)
    for each in invited:
        record(each, by, "member.delete", before={"role": each.role})
    invited.delete()
    own.delete()


def _locked_member(site: Site, member_id: str) -> Member:
    lock_site(site)
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
    """Those who were invited join, unless the invitation is over.

    Members whom a program invited where no mail is sent have none that could be.
    """
    invited = Member.objects.filter(account=user, state=Member.State.INVITED)
    for member in invited.select_related("invitation"):
        invitation = getattr(member, "invitation", None)
        if invitation is None or (invitation.expires_at > timezone.now() and stands(invitation)):
            member.state = Member.State.ACTIVE
            member.save(update_fields=["state"])
            Invitation.objects.filter(member=member).delete()
