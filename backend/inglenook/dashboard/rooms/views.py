"""Rooms of a site: the list, a new one, its name and rules, the archive.

A room itself is in `live`.
"""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inglenook.chat import selectors
from inglenook.chat.here import here_in
from inglenook.chat.models import Room
from inglenook.chat.room_services import apply_preset, change_room
from inglenook.chat.room_services import create_room as make_room
from inglenook.dashboard.access import SiteMembership, page_for, team_page
from inglenook.dashboard.forms import bound, status_of
from inglenook.dashboard.rooms import overview
from inglenook.dashboard.rooms.forms import CreateRoomForm
from inglenook.dashboard.rooms.slugs import suggest_slug
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.roles import Action

TABS: Final = {
    "open": gettext_lazy("Open"),
    "pages": gettext_lazy("Of pages"),
    "private": gettext_lazy("Private"),
    "archived": gettext_lazy("Archived"),
}


@require_safe
@team_page
def rooms(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    wanted = request.GET.get("show", "")
    show = wanted if wanted in TABS else "open"
    piece = overview.rooms_with_activity(
        membership.participant, show=show, after=request.GET.get("after", "")
    )
    here = here_in([membership.site.pk])
    tabs = overview.tabs_of(membership.participant)
    context = {
        "membership": membership,
        "lines": [
            overview.RoomLine(room, len(here.get((room.site_id, room.slug), {})))
            for room in piece.items
        ],
        "next": piece.next,
        "show": show,
        "tabs": [(name, TABS[name]) for name in TABS if name in tabs or name == show],
        "is_ordered": show == "open" and membership.may["change_rooms"],
        "most_counted": overview.MOST_COUNTED,
    }
    return render(request, "dashboard/rooms/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(Action.CHANGE_ROOMS)
def create_room(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    form = bound(CreateRoomForm, request, taken=overview.taken_slugs(membership.site.pk))
    if request.method == "POST" and form.is_valid():
        try:
            fields = {**form.cleaned_data}
            preset = fields.pop("preset")
            with transaction.atomic():
                room = make_room(site_id=membership.site.pk, by=membership.actor, **fields)
                if preset not in ("", "open"):
                    room = apply_preset(room=room, name=preset, by=membership.actor)
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
