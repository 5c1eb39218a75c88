"""Taking back what a page just did: the address behind "Undo" in a toast.

    an act ─► its steps back (`chat/decisions.py`) ─► signed, in the address ─► POST ─► gone back

The steps are signed for one site and expire, so an address holds nothing that its bearer could not
do on the pages; each step asks its own service again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from inglenook.chat.decisions import Step, take_back
from inglenook.chat.way_back import read_steps, sign_steps
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.shell.views import next_address
from inglenook.protocol.errors import ChatError
from inglenook.sites.htmx import is_htmx
from inglenook.sites.roles import Action

# The pages listen for it; widget/src/dashboard/ dispatches it, too.
CHANGED: Final = "inglenook:changed"


def undo_link(membership: SiteMembership, steps: Sequence[Step]) -> str:
    """Empty where nothing can be taken back."""
    site_id = membership.site.pk
    signed = sign_steps(site_id, steps)
    return f"{reverse('dashboard:undo', args=[site_id])}?steps={signed}" if signed else ""


@require_POST
@page_for(Action.UNDO)
def undo(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    steps = read_steps(membership.site.pk, request.GET.get("steps", ""))
    gone = take_back(site=membership.site, steps=steps, by=membership.participant)
    said = _("Taken back.") if gone else _("It is too late to take this back.")
    return done(request, said, then=reverse("dashboard:review", args=[membership.site.pk]))


def done(
    request: HttpRequest,
    said: str,
    *,
    then: str,
    membership: SiteMembership | None = None,
    steps: Sequence[Step] = (),
) -> HttpResponse:
    """The answer to an act: a toast, on the page that HTMX has or on the one that comes next."""
    toast(request, said, undo=undo_link(membership, steps) if membership else "")
    if is_htmx(request):
        answer = render(request, "dashboard/parts/_toasts.html", {"oob": True, "is_live": True})
        return trigger_client_event(answer, CHANGED)
    return redirect(next_address(request, then))


def refused(request: HttpRequest, error: ChatError, *, then: str) -> HttpResponse:
    """The answer to an act that a service refuses, with its sentence."""
    return done(request, error.message, then=then)
