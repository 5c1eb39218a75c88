"""How the widget looks: the form, and the page that its preview is drawn on."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.look.contrast import contrast_on
from inglenook.dashboard.look.forms import COLOURS, LookForm, groups_of, initial_of
from inglenook.dashboard.look.pictures import pictures_of
from inglenook.dashboard.shell.toasts import toast
from inglenook.protocol.errors import ChatError
from inglenook.sites.look import DEFAULT_ACCENT, theme_for_widget
from inglenook.sites.models import Site
from inglenook.sites.roles import Action
from inglenook.sites.site_settings import change_settings

SELF = "'self'"


@require_http_methods(["GET", "HEAD", "POST"])
@csp_replace({"frame-src": [SELF]})
@page_for(Action.CHANGE_SITE)
def look(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """Saved as a whole: what is emptied goes back to the chat's own."""
    site = membership.site
    form = bound(LookForm, request, initial=initial_of(site.theme))
    if request.method == "POST" and form.is_valid():
        try:
            theme = form.theme_over(site.theme)
            change_settings(site=site, changes={"theme": theme}, by=membership.actor)
        except ChatError as error:
            at_fault = (error.field or "").removeprefix("theme.")
            form.refuse(error, field="paths" if at_fault == "show" else at_fault)
        else:
            toast(request, _("Saved. Open pages follow within seconds."))
            return redirect("dashboard:look", site.pk)
    context = {
        "membership": membership,
        "form": form,
        "groups": groups_of(form),
        "contrast": _contrast(site),
        "colours": COLOURS,
        "pictures": pictures_of(site),
    }
    return render(request, "dashboard/look/look.html", context, status=status_of(form))


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@page_for(Action.CHANGE_SITE)
def look_preview(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The widget itself on an empty page, shown in a sandboxed frame beside the form.

    Its script answers the widget in the server's place: nothing is asked and nothing is stored.
    """
    site = membership.site
    drawn: dict[str, Any] = {
        "name": site.name,
        "theme": theme_for_widget(site.theme),
        "texts": site.texts,
        "consent": site.consent,
    }
    context = {"site": site, "drawn": drawn}
    return render(request, "dashboard/look/preview.html", context)


def _contrast(site: Site) -> dict[str, Any]:
    accent = theme_for_widget(site.theme).get("accent") or DEFAULT_ACCENT
    ink, ratio = contrast_on(accent)
    return {"ink": ink, "ratio": f"{ratio:.1f}"}
