"""Deleting a site, after its name is typed, and bringing it back within seven days."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inglenook.dashboard.access import SiteMembership, account_of, page_for, signed_in
from inglenook.dashboard.forms import TypedForm, bound, status_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.protocol.errors import NotFound
from inglenook.sites.deletion import KEPT_DAYS, delete_site, deleted_sites_of, restore_site
from inglenook.sites.roles import Action


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.DELETE_SITE)
def delete(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    site = membership.site
    form = bound(TypedForm, request, words=site.name)
    if request.method == "POST" and form.is_valid():
        delete_site(site=site, by=membership.actor)
        said = _("%(site)s is deleted.") % {"site": site.name}
        toast(request, said, undo=reverse("dashboard:restore_site", args=[site.pk]))
        return redirect("dashboard:deleted_sites")
    context = {"membership": membership, "form": form, "days": KEPT_DAYS}
    return render(request, "dashboard/sites/delete.html", context, status=status_of(form))


@require_safe
@signed_in
def deleted_sites(request: HttpRequest) -> HttpResponse:
    """The account's own ones, each with its end."""
    lines = [
        (member.site, member.site.deleted_at + timedelta(days=KEPT_DAYS))
        for member in deleted_sites_of(account_of(request))
        if member.site.deleted_at is not None
    ]
    return render(request, "dashboard/sites/deleted.html", {"lines": lines})


@require_POST
@signed_in
def restore(request: HttpRequest, site_id: int) -> HttpResponse:
    own = {member.site_id: member for member in deleted_sites_of(account_of(request))}
    member = own.get(site_id)
    if member is None:
        raise NotFound
    by = SiteMembership(account_of(request), member.site, member).actor
    site = restore_site(site_id=site_id, by=by)
    toast(request, _("%(site)s is back.") % {"site": site.name})
    return redirect("dashboard:site_settings", site_id)
