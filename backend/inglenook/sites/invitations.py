"""Invitations onto a site's team: a link that is good once, for seven days.

    invite_by_link                     whoever has the link first; the page shows it once
    members.invite_member, then mail   that address; the link stands in the mail alone
    accept                             the account that is signed in joins, and the link is spent

The link of a mail proves the mailbox, so it may give an account that was never used its password.
A link that a page showed proves nothing, so it only adds. What is stored is a digest. An invitation
stands as long as whoever made it may still give its role.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inglenook.protocol.errors import Conflict, Forbidden, InvalidToken, NotFound, TokenExpired
from inglenook.sites import audit, mails
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Account, Invitation, Member, Site, random_word
from inglenook.sites.roles import action_to_change, require_actor
from inglenook.sites.services import bump_access_version
from inglenook.sites.team_rules import (
    NAME_CHARS,
    lock_site,
    record,
    refuse_full_team,
    refuse_owner_by_key,
)

DAYS: Final = 7
TOKEN_CHARS: Final = 40


def invite_by_link(*, site: Site, role: str, by: Actor = SYSTEM) -> tuple[Invitation, str]:
    """An invitation for whoever opens its link first, and the link.

    Raises Forbidden for a role that `by` cannot give, Quota.
    """
    refuse_owner_by_key(role, by)
    require_actor(by, site.pk, action_to_change(role))
    token = random_word(TOKEN_CHARS)
    with transaction.atomic():
        lock_site(site)
        refuse_full_team(site)
        invitation = Invitation.objects.create(site=site, role=role, **_fresh(token, by))
        _record(invitation, by, "invitation.create", after={"role": role})
    return invitation, link_of(token)


def mail_invitation(*, member: Member, by: Actor = SYSTEM) -> None:
    """Mails an invited member a link. An earlier one of theirs ends.

    Raises Conflict for a member who is active, Forbidden, MailFailed.
    """
    require_actor(by, member.site_id, action_to_change(member.role))
    if member.state != Member.State.INVITED:
        raise Conflict("They are on the team already.")
    token = random_word(TOKEN_CHARS)
    with transaction.atomic():
        invitation, _made = Invitation.objects.update_or_create(
            member=member,
            defaults={"site_id": member.site_id, "role": member.role, **_fresh(token, by)},
        )
        _record(invitation, by, "invitation.mail", after={"member": member.public_id})
    # Behind the transaction: a slow mail server holds no lock.
    mails.send(
        to=member.account.email,
        subject=_("Join the team of %(site)s") % {"site": member.site.name},
        text=_words(member, by, link_of(token)),
    )


def revoke(*, site: Site, invitation_id: str, by: Actor = SYSTEM) -> None:
    """Ends the link of an invitation without an address. Raises NotFound, Forbidden."""
    with transaction.atomic():
        # PostgreSQL raises on text with a NUL.
        found = links_of(site).filter(public_id=invitation_id)
        invitation = found.first() if invitation_id.isprintable() else None
        if invitation is None:
            raise NotFound("There is no such invitation.")
        require_actor(by, site.pk, action_to_change(invitation.role))
        _record(invitation, by, "invitation.delete", before={"role": invitation.role})
        invitation.delete()


def links_of(site: Site) -> QuerySet[Invitation]:
    """Invitations by link that nobody took yet, the newest first."""
    return Invitation.objects.filter(site=site, member=None).order_by("-pk")


def invitation_of(token: str) -> Invitation:
    """Raises InvalidToken where there is none any more, TokenExpired. It changes nothing."""
    found = Invitation.objects.select_related("site", "member__account")
    invitation = found.filter(digest=_digest(token)).first()
    if invitation is None or not stands(invitation):
        raise InvalidToken("This invitation is not there any more.")
    if invitation.expires_at <= timezone.now():
        raise TokenExpired("This invitation is too old.")
    return invitation


def accept(*, token: str, account: Account) -> Member:
    """The account joins the team, and the link is spent.

    Raises InvalidToken, TokenExpired, Forbidden where it was mailed to another account, Conflict
    for somebody who is on the team already, Quota.
    """
    with transaction.atomic():
        lock_site(invitation_of(token).site)
        # Two presses at once: the second waited, and finds it spent.
        invitation = invitation_of(token)
        member = _member_for(invitation, account)
        invitation.delete()
        by = Actor(kind="member", id=member.public_id, name=member.name)
        record(member, by, "member.join", after={"role": member.role})
        bump_access_version(member.site_id)
    return member


def may_claim(invitation: Invitation) -> bool:
    """Whether the link may give the account its first password: it was mailed there, and nobody
    ever signed in.
    """
    if invitation.member is None:
        return False
    account = invitation.member.account
    return account.last_login is None and not account.has_usable_password() and account.is_active


def stands(invitation: Invitation) -> bool:
    """Whether whoever made it may still give its role."""
    by = Actor(
        kind=invitation.created_by_kind,  # type: ignore[arg-type]  # a column of text
        id=invitation.created_by_id,
        name=invitation.created_by_name,
    )
    try:
        require_actor(by, invitation.site_id, action_to_change(invitation.role))
    except Forbidden:
        return False
    return True


def link_of(token: str) -> str:
    return f"{settings.BASE_URL}/invite/{token}/"


def _member_for(invitation: Invitation, account: Account) -> Member:
    member = invitation.member
    if member is not None and member.account_id != account.pk:
        raise Forbidden("This invitation is for somebody else's address.")
    if member is None:
        member = Member.objects.filter(site=invitation.site, account=account).first()
    if member is None:
        refuse_full_team(invitation.site, waiting=0)
        return Member.objects.create(
            site=invitation.site,
            account=account,
            name=account.get_full_name()[:NAME_CHARS],
            role=invitation.role,
        )
    if member.state == Member.State.ACTIVE:
        raise Conflict("You are on this team already.")
    member.state = Member.State.ACTIVE
    member.role = invitation.role
    member.save(update_fields=["state", "role"])
    return member


def _fresh(token: str, by: Actor) -> dict[str, object]:
    now = timezone.now()
    return {
        "digest": _digest(token),
        "created_by_kind": by.kind,
        "created_by_id": by.id,
        "created_by_name": by.name,
        "created_at": now,
        "expires_at": now + timedelta(days=DAYS),
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(invitation: Invitation, by: Actor, action: str, **facts: dict[str, str]) -> None:
    target = ("invitation", invitation.public_id)
    audit.record(site_id=invitation.site_id, by=by, action=action, target=target, **facts)


def _words(member: Member, by: Actor, link: str) -> str:
    words = {"name": by.name, "site": member.site.name, "link": link, "days": DAYS}
    return (
        _(
            "Hello,\n\n"
            "%(name)s invites you to the team of %(site)s. Join it here:\n\n"
            "%(link)s\n\n"
            "The link works once, within %(days)d days. If you do not know what this is, there is "
            "nothing to do."
        )
        % words
        + "\n"
    )
