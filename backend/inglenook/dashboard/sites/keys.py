"""Keys: the public ones with their ends, those of programs, and the secret of identities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.sites.section_forms import ApiKeyForm
from inglenook.protocol.errors import ChatError
from inglenook.sites import api_keys, services
from inglenook.sites.identity_secrets import identity_secret_of, rotate_identity_secret
from inglenook.sites.models import SiteKey
from inglenook.sites.roles import Action

IDENTITY_OVERLAP = timedelta(hours=24)
change = require_http_methods(["GET", "HEAD", "POST"])


@change
@page_for(Action.CHANGE_API_KEYS)
def keys(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The lists. A POST makes an API key, whose secret is in this one answer alone."""
    form, secret = bound(ApiKeyForm, request), ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = _make_key(membership, **form.cleaned_data)
        except ChatError as error:
            form.refuse(error)
        else:
            form = ApiKeyForm()
    return _page(request, membership, form, api_secret=secret)


@require_POST
@page_for(Action.CHANGE_API_KEYS)
def end_api_key(request: HttpRequest, membership: SiteMembership, key_id: str) -> HttpResponse:
    api_keys.revoke_api_key(site=membership.site, key_id=key_id, by=membership.actor)
    toast(request, _("The key is ended: nothing can use it any more."))
    return redirect("dashboard:keys", membership.site.pk)


@require_POST
@page_for(Action.CHANGE_PUBLIC_KEYS)
def end_site_key(request: HttpRequest, membership: SiteMembership, key: str) -> HttpResponse:
    try:
        services.end_site_key(site=membership.site, key=key, by=membership.actor)
    except ChatError as error:
        form = ApiKeyForm()
        return _page(request, membership, form, refusal=error.message, status=error.status)
    toast(request, _("The key is ended: pages with it can no longer open the chat."))
    return redirect("dashboard:keys", membership.site.pk)


@require_POST
@page_for(Action.READ_IDENTITY_SECRET)
def identity_secret(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """Shows the secret, or a new one, in this one answer; that it was read is on record."""
    site, by = membership.site, membership.actor
    if request.POST.get("act") == "replace":
        secret = rotate_identity_secret(site=site, overlap=IDENTITY_OVERLAP, by=by)
    else:
        secret = identity_secret_of(site=site, by=by)
    return _page(request, membership, ApiKeyForm(), identity=secret)


def _make_key(membership: SiteMembership, *, name: str, scopes: list[str], days: str) -> str:
    _key, secret = api_keys.create_api_key(
        site=membership.site,
        name=name,
        scopes=scopes,
        created_by=membership.actor,
        expires_at=timezone.now() + timedelta(days=int(days)) if days else None,
    )
    return secret


def _page(
    request: HttpRequest,
    membership: SiteMembership,
    form: Any,
    *,
    status: int | None = None,
    **shown: str,
) -> HttpResponse:
    now = timezone.now()
    public = SiteKey.objects.filter(site=membership.site).exclude(expires_at__lte=now)
    context = {
        "membership": membership,
        "form": form,
        "now": now,
        "public_keys": public.order_by("-created_at", "-pk"),
        "api_keys": api_keys.api_keys_of_site(membership.site),
        **shown,
    }
    return render(request, "dashboard/sites/keys.html", context, status=status or status_of(form))
