"""How a room is set: its form, presets, what retention would remove; clearing and deleting it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inglenook.chat.models import Room
from inglenook.chat.room_services import apply_preset, change_room, clear_history, remove_room
from inglenook.dashboard.access import (
    SiteMembership,
    page_for,
    refuse_unless_allowed,
    team_page,
)
from inglenook.dashboard.forms import TypedForm, bound, status_of
from inglenook.dashboard.retention import going_after
from inglenook.dashboard.rooms.forms import RoomSettingsForm
from inglenook.dashboard.rooms.views import team_room
from inglenook.dashboard.rooms.words import PRESETS
from inglenook.dashboard.undo import done
from inglenook.protocol.errors import ChatError
from inglenook.sites.roles import Action


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def room_settings(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    room = team_room(membership, slug)
    form = bound(RoomSettingsForm, request, initial=_initial(room))
    if request.method == "POST":
        refuse_unless_allowed(membership, Action.CHANGE_ROOMS)
    if request.method == "POST" and form.is_valid():
        try:
            change_room(room=room, by=membership.actor, **form.changes())
        except ChatError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved. Everybody in the room sees it now."))
            return redirect("dashboard:room", membership.site.pk, room.slug)
    context = {
        "membership": membership,
        "room": room,
        "form": form,
        "presets": PRESETS,
        "is_default": room.slug == membership.site.default_room,
        **going_after(str(form["retention_days"].value() or ""), site=membership.site, room=room),
    }
    return render(request, "dashboard/rooms/settings.html", context, status=status_of(form))


@require_safe
@page_for(Action.CHANGE_ROOMS)
def retention_preview(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """The fragment below the days: how many messages would go."""
    room = team_room(membership, slug)
    days = request.GET.get("retention_days", "")
    context = going_after(days, site=membership.site, room=room)
    return render(request, "dashboard/rooms/_retention.html", context)


@require_POST
@page_for(Action.CHANGE_ROOMS)
def room_preset(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    room = team_room(membership, slug)
    then = reverse("dashboard:room_settings", args=[membership.site.pk, slug])
    try:
        apply_preset(room=room, name=request.POST.get("preset", ""), by=membership.actor)
    except ChatError as error:
        return done(request, error.message, then=then)
    return done(request, _("Set. Everybody in the room sees it now."), then=then)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_ROOMS)
def clear_room(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """Asks for the short name first, because it cannot be undone."""
    room = team_room(membership, slug)
    form = bound(TypedForm, request, words=room.slug)
    if request.method == "POST" and form.is_valid():
        clear_history(room=room, by=membership.actor)
        messages.success(request, _("%(room)s is empty.") % {"room": room.name})
        return redirect("dashboard:room", membership.site.pk, room.slug)
    context = {"membership": membership, "room": room, "form": form}
    return render(request, "dashboard/rooms/clear.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.DELETE_ROOM)
def delete_room(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """Asks for the short name first, because it cannot be undone."""
    room = team_room(membership, slug)
    form = bound(TypedForm, request, words=room.slug)
    if request.method == "POST" and form.is_valid():
        try:
            remove_room(room=room, by=membership.actor)
        except ChatError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(room)s is gone.") % {"room": room.name})
            return redirect("dashboard:rooms", membership.site.pk)
    context = {"membership": membership, "room": room, "form": form}
    return render(request, "dashboard/rooms/delete.html", context, status=status_of(form))


def _initial(room: Room) -> dict[str, Any]:
    initial = {field: getattr(room, field) for field in RoomSettingsForm.base_fields}
    initial["archive"] = room.archive or ""
    initial["file_types"] = "\n".join(room.file_types or [])
    return initial
