"""Looking into a room: its messages, what changed since, writing as the team, deleting.

    page     newest messages, and a cursor (epoch, since) at their end
    cursor   asks every 5 s, or when a frame comes over the socket (widget/src/dashboard/): 204,
             or what changed as out-of-band swaps

A changed message replaces itself by its id; a new one is added at the end; so nothing is read aloud
or redrawn twice. Without JavaScript the same page works by its links and forms.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_view import PageCursor, Stale, news_since, row_of, shown_before
from inglenook.chat.services import delete_message as entomb_message
from inglenook.dashboard.access import (
    SiteMembership,
    is_htmx,
    refuse_unless_allowed,
    team_page,
)
from inglenook.dashboard.rooms.views import team_room
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.database import snapshot
from inglenook.sites.roles import Action
from inglenook.sites.selectors import live_keys

# The cursor listens for it (hx-trigger in _cursor.html); widget/src/dashboard/ dispatches it, too.
CHANGED: Final = "inglenook:changed"


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def room(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _post(request, membership, team_room(membership, slug))
    return _page(request, membership, slug)


@require_safe
@team_page
def older(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """The fragment above the oldest message shown."""
    room = team_room(membership, slug)
    before = _number(request.GET.get("before"))
    shown = shown_before(room, before, membership.participant)
    context = {"membership": membership, "room": room, "shown": shown}
    return render(request, "dashboard/rooms/_older.html", context)


@require_safe
@team_page
def changes(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """What changed since the page's cursor, and the next cursor."""
    since = _number(request.GET.get("since"))
    with snapshot():
        room = team_room(membership, slug)
        if since is None:
            return HttpResponseClientRefresh()
        try:
            cursor = PageCursor(request.GET.get("epoch", ""), since)
            news = news_since(room, cursor, membership.participant)
        except Stale:
            return HttpResponseClientRefresh()
    if news is None:
        return HttpResponse(status=204)
    context = {
        "membership": membership,
        "room": room,
        "news": news,
        "cursor": news.cursor,
    }
    return render(request, "dashboard/rooms/_changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def delete_message(
    request: HttpRequest, membership: SiteMembership, slug: str, seq: int
) -> HttpResponse:
    room = team_room(membership, slug)
    message = Message.objects.filter(room_id=room.pk, seq=seq).first() if seq < 2**62 else None
    if message is None:
        raise NotFound
    if request.method != "POST":
        context = {
            "membership": membership,
            "room": room,
            "row": row_of(message, membership.participant),
        }
        return render(request, "dashboard/rooms/delete_message.html", context)
    refuse_unless_allowed(membership, Action.DELETE_MESSAGES)
    entomb_message(room=room, actor=membership.participant, seq=seq)
    if is_htmx(request):
        return trigger_client_event(HttpResponse(status=204), CHANGED)
    return redirect(_address(membership, room))


def _page(
    request: HttpRequest,
    membership: SiteMembership,
    slug: str,
    *,
    draft: str = "",
    cid: str = "",
    error: ChatError | None = None,
) -> HttpResponse:
    with snapshot():
        room = team_room(membership, slug)
        before = _number(request.GET.get("before"))
        shown = shown_before(room, before, membership.participant)
    keys = live_keys(membership.site)
    context = {
        "membership": membership,
        "room": room,
        "shown": shown,
        "cursor": shown.cursor,
        "is_newest": before is None,
        "key": keys[0] if keys else "",
        **_composer(draft, cid, error),
    }
    return render(
        request, "dashboard/rooms/room.html", context, status=error.status if error else 200
    )


def _post(request: HttpRequest, membership: SiteMembership, room: Room) -> HttpResponse:
    body = request.POST.get("body", "")
    cid = request.POST.get("cid") or str(uuid.uuid4())
    try:
        post_message(Draft(slug=room.slug, author=membership.participant, cid=cid, body=body))
    except ChatError as error:
        if not is_htmx(request):
            return _page(request, membership, room.slug, draft=body, cid=cid, error=error)
        context = {"membership": membership, "room": room, **_composer(body, cid, error)}
        # 422 whatever the code: the one status above 400 that htmx swaps here.
        return render(request, "dashboard/rooms/_composer.html", context, status=422)
    if not is_htmx(request):
        return redirect(_address(membership, room))
    context = {"membership": membership, "room": room, **_composer("", "", None)}
    return trigger_client_event(render(request, "dashboard/rooms/_composer.html", context), CHANGED)


def _composer(draft: str, cid: str, error: ChatError | None) -> dict[str, object]:
    # The same `cid` as long as it is the same message: pressing twice sends once.
    return {"draft": draft, "cid": cid or str(uuid.uuid4()), "error": error, "now": timezone.now()}


def _address(membership: SiteMembership, room: Room) -> str:
    return reverse("dashboard:room", args=[membership.site.pk, room.slug]) + "#end"


def _number(text: str | None) -> int | None:
    """A number of the wire as it stands in an address; what is none counts as not given."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 16:
        return None
    return int(text)
