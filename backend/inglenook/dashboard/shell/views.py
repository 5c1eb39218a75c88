"""What a person sets for themselves from any page: language, here or away."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from inglenook.dashboard.access import account_of, signed_in


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remembers the choice in this browser, and for the account of whoever is signed in.

    It asks for no token, so that pages before signing in set no cookie. Another site's form comes
    without the session (SameSite=Lax), so it cannot change an account.
    """
    chosen = request.POST.get("language", "")
    response = redirect(next_address(request))
    if chosen not in dict(settings.LANGUAGES):
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    if request.user.is_authenticated:
        account = account_of(request)
        account.language = chosen
        account.save(update_fields=["language"])
    return response


@require_POST
@signed_in
def away(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    account.is_away = request.POST.get("is_away") == "yes"
    account.save(update_fields=["is_away"])
    return redirect(next_address(request))


def next_address(request: HttpRequest, otherwise: str = "") -> str:
    """Where the form was: an address of ours that it names itself, else `otherwise`, else Home."""
    return address_of_ours(request.POST.get("next", ""), otherwise or reverse("dashboard:home"))


def address_of_ours(wanted: str, otherwise: str) -> str:
    """The wanted address, if it is one of ours."""
    # Without a host: an address that names one is another site's.
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise
