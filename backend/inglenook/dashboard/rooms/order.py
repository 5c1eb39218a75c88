"""The order of rooms: by a place up or down, or before another room (what a script drags)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from inglenook.chat.room_order import move_room, place_room
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.rooms.views import team_room
from inglenook.dashboard.shell.toasts import toast
from inglenook.protocol.errors import ChatError
from inglenook.sites.htmx import is_htmx
from inglenook.sites.roles import Action

PLACES = {"up": -1, "down": 1}


@require_POST
@page_for(Action.CHANGE_ROOMS)
def move(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """`to` is up, down, or the room before which it goes; empty: the end."""
    room, to = team_room(membership, slug), request.POST.get("to", "")
    try:
        if to in PLACES:
            move_room(room=room, by_places=PLACES[to], by=membership.actor)
        else:
            before = team_room(membership, to) if to else None
            place_room(room=room, before=before, by=membership.actor)
    except ChatError as error:
        toast(request, error.message)
    if is_htmx(request):
        return HttpResponse(status=204)
    return redirect("dashboard:rooms", membership.site.pk)
