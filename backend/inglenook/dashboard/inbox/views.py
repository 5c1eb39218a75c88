"""Inbox: private lines on the left, a conversation beside them. States and assignment come later.

Writing, news and deleting are those of every room (`rooms/live.py`).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inglenook.chat import publish
from inglenook.chat.models import Room
from inglenook.chat.services import mark_seen
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.inbox.keys import CONVERSATION_KEYS, LINE_KEYS
from inglenook.dashboard.inbox.lines import SHOWS, lines_of
from inglenook.dashboard.people.said import said_by
from inglenook.dashboard.rooms.live import page_context
from inglenook.dashboard.rooms.views import team_room
from inglenook.protocol.errors import NotFound
from inglenook.sites.roles import Action
from inglenook.visitors.selectors import trust_of_visitor


@require_safe
@page_for(Action.INBOX)
def inbox(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    context = {"membership": membership, "page_keys": LINE_KEYS, **_list(request, membership)}
    return render(request, "dashboard/inbox/inbox.html", context)


@require_safe
@page_for(Action.INBOX)
def inbox_lines(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    """The fragment of the list, which an open page asks for from time to time."""
    context = {
        "membership": membership,
        "current": request.GET.get("current", ""),
        **_list(request, membership),
    }
    return render(request, "dashboard/inbox/_lines.html", context)


@require_safe
@page_for(Action.INBOX)
def conversation(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """Who opens it has read it: the mark of the team moves, for every member."""
    room = team_room(membership, slug)
    if room.kind != Room.Kind.PRIVATE:
        raise NotFound
    if request.method == "GET":
        reader = membership.participant
        rev = mark_seen(room=room, reader_id=reader.id, rev=room.head)
        publish.read_mark_moved(reader, room.slug, rev)
    context = page_context(request, membership, slug) | {
        "current": slug,
        "page_keys": CONVERSATION_KEYS,
        "trust": trust_of_visitor(room.visitor, membership.site) if room.visitor else "",
        "said": said_by(membership, room.visitor) if room.visitor else None,
        **_list(request, membership),
    }
    return render(request, "dashboard/inbox/inbox.html", context)


def _list(request: HttpRequest, membership: SiteMembership) -> dict[str, Any]:
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "all"
    found = lines_of(membership, show=show, after=request.GET.get("after", ""))
    return {"inbox": found, "show": show, "is_newest_page": "after" not in request.GET}
