"""Sections of Settings that are one form each: who may write, consent, questions, opening hours,
what is kept.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inglenook.chat.models import Room
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.retention import going_after
from inglenook.dashboard.shell.toasts import toast
from inglenook.dashboard.sites.exports import exports_of
from inglenook.dashboard.sites.hours import HoursForm
from inglenook.dashboard.sites.questions import QuestionsForm
from inglenook.dashboard.sites.section_forms import ConsentForm, ExportForm, KeptForm, WritingForm
from inglenook.protocol.errors import ChatError
from inglenook.sites.models import Site
from inglenook.sites.opening_hours import is_open
from inglenook.sites.roles import Action
from inglenook.sites.site_settings import change_settings

change = require_http_methods(["GET", "HEAD", "POST"])


@change
@page_for(Action.CHANGE_SITE)
def writing(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """Who may write: from when on somebody is known, and limits against floods."""
    site = membership.site
    initial = {name: getattr(site, name) for name in WritingForm.base_fields}
    form = bound(WritingForm, request, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(membership, form, form.changes()):
        return _again(request, membership, "writing")
    return _page(request, membership, "writing", form)


@change
@page_for(Action.CHANGE_SITE)
def consent(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """What people agree to, and where the rules of each room are."""
    form = bound(ConsentForm, request, initial=membership.site.consent or {})
    if request.method == "POST" and form.is_valid() and _saved(membership, form, form.changes()):
        return _again(request, membership, "consent")
    return _page(request, membership, "consent", form, rooms=_rooms(membership.site))


@change
@page_for(Action.CHANGE_SITE)
def questions(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """What is asked of whoever begins a private line."""
    form = bound(QuestionsForm, request, asked=membership.site.prechat or {})
    if request.method == "POST" and form.is_valid() and _saved(membership, form, form.changes()):
        return _again(request, membership, "questions")
    return _page(request, membership, "questions", form)


@change
@page_for(Action.CHANGE_SITE)
def hours(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """When the team is there, and what visitors read while it is away."""
    form = bound(HoursForm, request, site=membership.site)
    if request.method == "POST" and form.is_valid() and _saved(membership, form, form.changes()):
        return _again(request, membership, "hours")
    now_open = is_open(membership.site, timezone.now())
    return _page(request, membership, "hours", form, is_open=now_open)


@change
@page_for(Action.CHANGE_SITE)
def kept(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """How long messages are kept, with what would go; exports of rooms."""
    initial = {"retention_days": membership.site.retention_days}
    form = bound(KeptForm, request, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(membership, form, form.cleaned_data):
        return _again(request, membership, "kept")
    rooms = [(room.slug, room.name) for room in _rooms(membership.site)]
    return _page(
        request,
        membership,
        "kept",
        form,
        export_form=ExportForm(rooms=rooms),
        exports=exports_of(membership.site),
        **going_after(str(form["retention_days"].value() or ""), site=membership.site),
    )


@require_safe
@page_for(Action.CHANGE_SITE)
def kept_preview(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The fragment below the days: how many messages would go."""
    context = going_after(request.GET.get("retention_days", ""), site=membership.site)
    return render(request, "dashboard/rooms/_retention.html", context)


def _saved(membership: SiteMembership, form: Any, changes: dict[str, Any]) -> bool:
    try:
        change_settings(site=membership.site, changes=changes, by=membership.actor)
    except ChatError as error:
        form.refuse(error)
        return False
    return True


def _again(request: HttpRequest, membership: SiteMembership, name: str) -> HttpResponse:
    toast(request, _("Saved."))
    return redirect(f"dashboard:{name}", membership.site.pk)


def _page(
    request: HttpRequest, membership: SiteMembership, name: str, form: Any, **more: Any
) -> HttpResponse:
    context = {"membership": membership, "form": form, **more}
    return render(request, f"dashboard/sites/{name}.html", context, status=status_of(form))


def _rooms(site: Site) -> list[Room]:
    rooms = Room.objects.filter(site=site, gone=False).exclude(kind=Room.Kind.PRIVATE)
    return list(rooms.order_by("archived", "position", "name", "pk"))
