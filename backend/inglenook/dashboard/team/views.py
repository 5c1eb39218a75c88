"""The team of a site: who it is, invitations, roles, and what each role may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inglenook.dashboard.access import SiteMembership, page_for, refuse_unless_allowed, team_page
from inglenook.dashboard.forms import status_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.team.forms import InviteForm, RoleForm
from inglenook.dashboard.team.people import roles_to_give, team_of
from inglenook.dashboard.team.role_table import ROLES, rows
from inglenook.protocol.errors import ChatError, Conflict, Forbidden
from inglenook.sites import invitations, members
from inglenook.sites.mails import MailFailed, sends_mail
from inglenook.sites.models import Member
from inglenook.sites.roles import Action, action_to_change

change = require_http_methods(["GET", "HEAD", "POST"])


@change
@team_page
def team(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The list; a POST invites by mail, or makes a link where `by` is "link"."""
    roles = roles_to_give(membership)
    by_mail, by_link = InviteForm(roles=roles), RoleForm(roles=roles, prefix="link")
    link = ""
    if request.method == "POST":
        refuse_unless_allowed(membership, Action.CHANGE_MODERATORS)
        if request.POST.get("by") == "link":
            by_link = RoleForm(request.POST, roles=roles, prefix="link")
            link = _made_link(membership, by_link)
        elif sends_mail():
            by_mail = InviteForm(request.POST, roles=roles)
            if _has_invited(request, membership, by_mail):
                return redirect("dashboard:team", membership.site.pk)
    context = {
        "membership": membership,
        "people": team_of(membership),
        "links": [(each, ROLES[each.role]) for each in invitations.links_of(membership.site)],
        "roles": roles,
        "rows": rows(),
        "role_names": list(ROLES.values()),
        "by_mail": by_mail if sends_mail() else None,
        "by_link": by_link,
        "link": link,
        "days": invitations.DAYS,
        "form": by_mail if by_mail.errors else by_link,
    }
    return render(
        request,
        "dashboard/team/team.html",
        context,
        status=max(status_of(by_mail), status_of(by_link)),
    )


@require_POST
@page_for(Action.CHANGE_MODERATORS)
def change_role(request: HttpRequest, membership: SiteMembership, member_id: str) -> HttpResponse:
    present = _member(membership, member_id).role
    refuse_unless_allowed(membership, action_to_change(present))
    form = RoleForm(request.POST, roles=roles_to_give(membership))
    if not form.is_valid():
        raise PermissionDenied(_("You cannot give this role."))

    def act() -> str:
        role = form.cleaned_data["role"]
        member = members.change_role(
            site=membership.site, member_id=member_id, role=role, by=membership.actor
        )
        return _("%(name)s is %(role)s now.") % {"name": member.name, "role": ROLES[role]}

    return _done(request, membership, act)


@change
@page_for(Action.CHANGE_MODERATORS)
def remove_member(request: HttpRequest, membership: SiteMembership, member_id: str) -> HttpResponse:
    member = _member(membership, member_id)
    refuse_unless_allowed(membership, action_to_change(member.role))
    if request.method != "POST":
        context = {"membership": membership, "member": member, "is_you": False}
        return render(request, "dashboard/team/remove.html", context)

    def act() -> str:
        members.remove_member(site=membership.site, member_id=member_id, by=membership.actor)
        return _("%(name)s is not on the team any more.") % {"name": member.name}

    return _done(request, membership, act)


@change
@team_page
def leave(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """Everybody may leave a team, but the last owner."""
    own = membership.member
    if request.method != "POST":
        context = {"membership": membership, "member": own, "is_you": True}
        return render(request, "dashboard/team/remove.html", context)
    try:
        members.remove_member(site=membership.site, member_id=own.public_id, by=membership.actor)
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("dashboard:team", membership.site.pk)
    toast(request, _("You are not on the team of %(site)s any more.") % {"site": membership.site})
    return redirect("dashboard:home")


@require_POST
@page_for(Action.CHANGE_MODERATORS)
def resend(request: HttpRequest, membership: SiteMembership, member_id: str) -> HttpResponse:
    member = _member(membership, member_id)

    def act() -> str:
        invitations.mail_invitation(member=member, by=membership.actor)
        return _("%(email)s gets a new mail; the earlier link has ended.") % {
            "email": member.account.email
        }

    return _done(request, membership, act)


@require_POST
@page_for(Action.CHANGE_MODERATORS)
def revoke(request: HttpRequest, membership: SiteMembership, invitation_id: str) -> HttpResponse:
    def act() -> str:
        invitations.revoke(site=membership.site, invitation_id=invitation_id, by=membership.actor)
        return _("The link has ended.")

    return _done(request, membership, act)


def _has_invited(request: HttpRequest, membership: SiteMembership, form: InviteForm) -> bool:
    if not form.is_valid():
        return False
    filled = form.cleaned_data
    try:
        member = members.invite_member(site=membership.site, by=membership.actor, **filled)
    except ChatError as error:
        form.refuse(error)
        return False
    try:
        invitations.mail_invitation(member=member, by=membership.actor)
    except MailFailed:
        messages.error(
            request,
            _("%(email)s is invited, but the mail could not be sent. Send it again in a while.")
            % {"email": member.account.email},
        )
    else:
        toast(request, _("%(email)s gets a mail.") % {"email": member.account.email})
    return True


def _made_link(membership: SiteMembership, form: RoleForm) -> str:
    if not form.is_valid():
        return ""
    role = form.cleaned_data["role"]
    try:
        _made, link = invitations.invite_by_link(
            site=membership.site, role=role, by=membership.actor
        )
    except ChatError as error:
        form.refuse(error)
        return ""
    return link


def _member(membership: SiteMembership, member_id: str) -> Member:
    # PostgreSQL raises on text with a NUL.
    found = Member.objects.filter(site=membership.site).select_related("account", "site")
    return get_object_or_404(found, public_id=member_id if member_id.isprintable() else "")


def _done(request: HttpRequest, membership: SiteMembership, act: Any) -> HttpResponse:
    """Back to the list, which says what `act` did or why it did nothing."""
    try:
        toast(request, act())
    except Forbidden as error:
        raise PermissionDenied(error.message) from None
    except Conflict as error:
        messages.error(request, error.message)
    except MailFailed:
        messages.error(request, _("The mail could not be sent. Send it again in a while."))
    return redirect("dashboard:team", membership.site.pk)
