"""Who may use the chat: origins, keys, and the switch.

Whatever may close visitors' sockets is confirmed first.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.sites.forms import OriginForm
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites import selectors, services, site_settings
from inglenook.sites.roles import Action

change = require_http_methods(["GET", "HEAD", "POST"])


@change
@page_for(Action.CHANGE_ORIGINS)
def origins(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The list, and one more."""
    form = bound(OriginForm, request)
    if request.method == "POST" and form.is_valid():
        entry = form.cleaned_data["origin"]
        try:
            services.add_origin(site=membership.site, entry=entry, by=membership.actor)
        except ChatError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(address)s may use the chat now.") % {"address": entry})
            # Back to where the button was: one of two pages of ours, never an address that came
            # with the request.
            back = "site" if request.POST.get("back") == "install" else "origins"
            return redirect(f"dashboard:{back}", membership.site.pk)
    context = {
        "membership": membership,
        "form": form,
        "entries": selectors.origins_of_site(membership.site),
    }
    return render(request, "dashboard/sites/origins.html", context, status=status_of(form))


@change
@page_for(Action.CHANGE_ORIGINS)
def remove_origin(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    entry = (request.POST if request.method == "POST" else request.GET).get("entry", "")
    entries = selectors.origins_of_site(membership.site)
    if entry not in entries:
        raise NotFound
    if request.method != "POST":
        context = {"membership": membership, "entry": entry, "is_last": len(entries) == 1}
        return render(request, "dashboard/sites/remove_origin.html", context)
    services.remove_origin(site=membership.site, entry=entry, by=membership.actor)
    messages.success(
        request,
        _("%(address)s can no longer use the chat; open chats there are closed.")
        % {"address": entry},
    )
    return redirect("dashboard:origins", membership.site.pk)


@change
@page_for(Action.CHANGE_PUBLIC_KEYS)
def rotate_key(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    if request.method != "POST":
        context = {"membership": membership, "overlap_days": services.KEY_OVERLAP.days}
        return render(request, "dashboard/sites/rotate_key.html", context)
    services.rotate_key(site=membership.site, by=membership.actor)
    messages.success(
        request,
        _("Here is the new key. Change the tag on your pages before the old one ends."),
    )
    return redirect("dashboard:site", membership.site.pk)


@change
@page_for(Action.CHANGE_SITE)
def disable_site(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    if request.method != "POST":
        return render(request, "dashboard/sites/disable.html", {"membership": membership})
    site_settings.disable_site(site=membership.site, by=membership.actor)
    messages.success(
        request, _("The chat of %(site)s is switched off.") % {"site": membership.site.name}
    )
    return redirect("dashboard:site_settings", membership.site.pk)


@require_http_methods(["POST"])
@page_for(Action.CHANGE_SITE)
def enable_site(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    site_settings.enable_site(site=membership.site, by=membership.actor)
    messages.success(
        request, _("The chat of %(site)s is on again.") % {"site": membership.site.name}
    )
    return redirect("dashboard:site_settings", membership.site.pk)
