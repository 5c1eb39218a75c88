"""The link of an invitation: `/invite/<token>/`.

Opening it only shows what it is: mail scanners and previews open links too. Pressing joins. Who is
not signed in signs in first, or makes an account, even where nobody may sign up.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from inglenook.dashboard.access import account_of
from inglenook.dashboard.forms import PlainForm, bound, status_of
from inglenook.dashboard.new_account import NewAccountForm, sign_in
from inglenook.dashboard.team.role_table import ROLES
from inglenook.protocol.errors import (
    ChatError,
    Conflict,
    Forbidden,
    Invalid,
    InvalidToken,
    TokenExpired,
)
from inglenook.sites import invitations
from inglenook.sites.models import Account, Invitation
from inglenook.sites.services import create_account, set_first_password


class ClaimForm(NewAccountForm):
    """Of an account whose address the mail has proven."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]


@sensitive_post_parameters("password")
@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invitation = invitations.invitation_of(token)
        if request.user.is_authenticated:
            return _as_oneself(request, invitation, token)
        return _as_somebody_new(request, invitation, token)
    except (InvalidToken, TokenExpired) as error:
        expired = isinstance(error, TokenExpired)
        context = {"expired": expired, "days": invitations.DAYS}
        return render(request, "dashboard/team/invitation_gone.html", context, status=410)


def _as_oneself(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, invitation, None)
    try:
        member = invitations.accept(token=token, account=account_of(request))
    except Forbidden as error:
        raise PermissionDenied(error.message) from None
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("dashboard:team", invitation.site_id)
    except ChatError as error:
        messages.error(request, error.message)
        return redirect("dashboard:home")
    _welcome(request, invitation)
    return redirect("dashboard:rooms", member.site_id)


def _as_somebody_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    is_claim = invitations.may_claim(invitation)
    if invitation.member is not None and not is_claim:
        # Their account has been used before: its password is theirs, and not the link's.
        return _page(request, invitation, None)
    form = bound(ClaimForm if is_claim else NewAccountForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                account = _account(invitation, form.cleaned_data)
                member = invitations.accept(token=token, account=account)
        except (InvalidToken, TokenExpired):
            raise
        except ChatError as error:
            form.refuse(error)
        else:
            _welcome(request, invitation)
            return sign_in(request, account, "dashboard:rooms", member.site_id)
    return _page(request, invitation, form)


def _account(invitation: Invitation, filled: dict[str, str]) -> Account:
    """A new account, or the one that waits for the address of the mail."""
    if invitation.member is not None:
        account = invitation.member.account
        set_first_password(account=account, password=filled["password"], name=filled["name"])
        _note_address(account, is_proven=True)
        return account
    if Account.objects.filter(email=filled["email"].strip().lower()).exists():
        raise Invalid(
            _("There is an account for this address already. Sign in with it."), field="email"
        )
    account = create_account(**filled)
    _note_address(account, is_proven=False)
    return account


def _note_address(account: Account, *, is_proven: bool) -> None:
    """An address that nobody has proven is asked for at the next sign-in, where mail is sent."""
    EmailAddress.objects.create(user=account, email=account.email, primary=True, verified=is_proven)


def _welcome(request: HttpRequest, invitation: Invitation) -> None:
    words = _("Welcome to the team of %(site)s.") % {"site": invitation.site.name}
    messages.success(request, words)


def _page(request: HttpRequest, invitation: Invitation, form: PlainForm | None) -> HttpResponse:
    member = invitation.member
    context: dict[str, Any] = {
        "invitation": invitation,
        "role": ROLES[invitation.role],
        "by": invitation.created_by_name,
        "email": member.account.email if member else "",
        "is_for_another": member is not None
        and request.user.is_authenticated
        and member.account_id != request.user.pk,
        "form": form,
        "here": request.get_full_path(),
    }
    status = status_of(form) if form else 200
    return render(request, "dashboard/team/invitation.html", context, status=status)
