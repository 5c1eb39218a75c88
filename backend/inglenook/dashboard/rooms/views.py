"""Rooms of a site: the list, a new one, its name and rules, the archive.

A room itself is in `live`.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inglenook.chat import selectors
from inglenook.chat.models import Room
from inglenook.chat.room_services import change_room
from inglenook.chat.room_services import create_room as make_room
from inglenook.dashboard.access import (
    SiteMembership,
    page_for,
    refuse_unless_allowed,
    team_page,
)
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.rooms import overview
from inglenook.dashboard.rooms.forms import CreateRoomForm, RoomSettingsForm
from inglenook.dashboard.rooms.slugs import suggest_slug
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.roles import Action


@require_safe
@team_page
def rooms(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    archived = request.GET.get("show") == "archived"
    page = overview.rooms_with_activity(
        membership.participant, archived=archived, page=request.GET.get("page", "1")
    )
    context = {
        "membership": membership,
        "page": page,
        "archived": archived,
        "archived_count": overview.count_rooms(membership.participant, archived=True),
        "most_counted": overview.MOST_COUNTED,
    }
    return render(request, "dashboard/rooms/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_ROOMS)
def create_room(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    form = bound(CreateRoomForm, request, taken=overview.taken_slugs(membership.site.pk))
    if request.method == "POST" and form.is_valid():
        try:
            room = make_room(site_id=membership.site.pk, by=membership.actor, **form.cleaned_data)
        except ChatError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(room)s is open.") % {"room": room.name})
            return redirect("dashboard:room", membership.site.pk, room.slug)
    context = {"membership": membership, "form": form}
    return render(request, "dashboard/rooms/create.html", context, status=status_of(form))


@require_safe
@page_for(Action.CHANGE_ROOMS)
def suggested_slug(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The fragment under the name: the short name that it would get."""
    name = request.GET.get("name", "")[:200].strip()
    slug = suggest_slug(name, overview.taken_slugs(membership.site.pk)) if name else ""
    return render(request, "dashboard/rooms/_suggested_slug.html", {"slug": slug})


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def room_settings(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    room = team_room(membership, slug)
    fields = ("name", "topic", "announcement", "slow_s", "locked")
    form = bound(
        RoomSettingsForm, request, initial={field: getattr(room, field) for field in fields}
    )
    if request.method == "POST":
        refuse_unless_allowed(membership, Action.CHANGE_ROOMS)
    if request.method == "POST" and form.is_valid():
        try:
            change_room(room=room, by=membership.actor, **form.cleaned_data)
        except ChatError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved. Everybody in the room sees it now."))
            return redirect("dashboard:room", membership.site.pk, room.slug)
    context = {"membership": membership, "room": room, "form": form}
    return render(request, "dashboard/rooms/settings.html", context, status=status_of(form))


@require_POST
@page_for(Action.CHANGE_ROOMS)
def archive_room(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    room = change_room(room=team_room(membership, slug), by=membership.actor, archived=True)
    messages.success(
        request,
        _("%(room)s is archived: it can be read, and brought back whenever you like.")
        % {"room": room.name},
    )
    return redirect("dashboard:rooms", membership.site.pk)


@require_POST
@page_for(Action.CHANGE_ROOMS)
def restore_room(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    room = change_room(room=team_room(membership, slug), by=membership.actor, archived=False)
    messages.success(request, _("%(room)s is open again.") % {"room": room.name})
    return redirect("dashboard:room", membership.site.pk, room.slug)


def team_room(membership: SiteMembership, slug: str) -> Room:
    """The room as the team knows it. Raises NotFound."""
    room = selectors.room_by_slug(membership.site.pk, slug, membership.participant)
    if room.pk is None:
        raise NotFound
    return room
