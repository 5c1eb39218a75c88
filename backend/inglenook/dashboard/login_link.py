"""The one-time login link: `/login/<token>/`.

Opening it only shows a button: mail scanners and previews open links too, and must not use it up.
Pressing signs in.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from inglenook.dashboard.guessing import remember_browser
from inglenook.protocol.errors import InvalidToken, TokenExpired
from inglenook.sites.models import Account
from inglenook.sites.services import account_for_login_token


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def login_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method != "POST":
            return render(
                request, "dashboard/login_link.html", {"account": account_for_login_token(token)}
            )
        with transaction.atomic():
            account = account_for_login_token(token)
            # Two presses at once: the second waits here, and then finds the link used.
            Account.objects.select_for_update().get(pk=account.pk)
            account = account_for_login_token(token)
            login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    except (InvalidToken, TokenExpired) as error:
        expired = isinstance(error, TokenExpired)
        return render(request, "dashboard/login_link_gone.html", {"expired": expired}, status=410)
    messages.success(request, _("Welcome. You are signed in."))
    response = redirect("dashboard:home")
    remember_browser(request, response, account.email)
    return response
