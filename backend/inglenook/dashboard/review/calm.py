"""Calm: one switch for all open rooms, with its end."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inglenook.chat.calm import begin_calm, end_calm
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.shell.views import next_address
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites.roles import Action

MINUTES: Final = 30
OTHER_MINUTES: Final = (10, 30, 60, 180, 720)


@require_POST
@page_for(Action.CALM)
def calm(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """Begins the calm for the minutes that the form says, or ends it."""
    then = next_address(request, reverse("dashboard:word_rules", args=[membership.site.pk]))
    try:
        if request.POST.get("act") == "end":
            end_calm(site=membership.site, by=membership.actor)
            toast(request, _("The calm is over."))
        else:
            begin_calm(site=membership.site, minutes=_minutes(request), by=membership.actor)
            toast(request, _("Calm: new people are held, and nobody writes fast."))
    except (Invalid, NotFound) as error:
        toast(request, error.message)
    return redirect(then)


def _minutes(request: HttpRequest) -> int:
    given = request.POST.get("minutes", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else MINUTES
