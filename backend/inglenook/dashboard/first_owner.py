"""The set-up page: whoever has the code of the console makes the first account.

Until then every page of the workspace leads here. Afterwards this page leads to the others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.new_account import NewAccountForm, sign_in
from inglenook.limits import policy
from inglenook.limits.rate_limiter import give_back, take_all
from inglenook.protocol.codes import HTTP_STATUS
from inglenook.protocol.errors import ChatError, Conflict, Rate, Unavailable
from inglenook.protocol.refusals import whole_seconds
from inglenook.sites import set_up
from inglenook.sites.addresses import address_of_request
from inglenook.sites.database import unavailable_when_away
from inglenook.sites.models import Account

View = Callable[..., HttpResponseBase]


class SetUpForm(NewAccountForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("The server printed it when it started."),
        error_messages={"required": gettext_lazy("Write the code of the console.")},
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "one-time-code", "autocapitalize": "characters"}
        ),
    )
    field_order = ("code",)


@sensitive_post_parameters("code", "password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_owner(request: HttpRequest) -> HttpResponse:
    if not set_up.needs_owner():
        return redirect("dashboard:home")
    form = bound(SetUpForm, request)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            account = _make(request, form.cleaned_data)
        except Conflict:
            return redirect("account_login")
        except ChatError as error:
            form.refuse(error)
            status = HTTP_STATUS[error.code] if isinstance(error, Rate) else 422
        else:
            messages.success(request, _("Welcome. Which website gets the first chat?"))
            return sign_in(request, account, "dashboard:create_site")
    return render(
        request, "dashboard/first_owner.html", {"form": form}, status=max(status, status_of(form))
    )


def leads_to_set_up(view: View) -> View:
    """A page before signing in: while nobody owns the installation it leads to the set-up page."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return ask_for_first_owner() or view(request, *args, **kwargs)

    return page


def ask_for_first_owner() -> HttpResponse | None:
    """None where somebody owns it; also where the database is away, because nobody can tell."""
    try:
        with unavailable_when_away():
            return redirect("set_up") if set_up.needs_owner() else None
    except Unavailable:
        return None


def _make(request: HttpRequest, filled: dict[str, str]) -> Account:
    """Only wrong codes count. Raises Rate, and what `make_first_owner` raises."""
    address = address_of_request(request) or "local"
    takes = (policy.of_set_up_by_address.of(address), policy.of_set_up_by_all.of("all"))
    refused = take_all(*takes)
    if refused is not None:
        seconds = whole_seconds(refused.retry_ms)
        words = ngettext(
            "Too many wrong codes. Please try again in %(seconds)d second.",
            "Too many wrong codes. Please try again in %(seconds)d seconds.",
            seconds,
        )
        raise Rate(words % {"seconds": seconds})
    try:
        account = set_up.make_first_owner(**filled)
    except ChatError as error:
        if error.field != "code":
            give_back(*takes)
        raise
    give_back(*takes)
    return account
