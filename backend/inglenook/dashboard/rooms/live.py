"""Looking into a room: its messages, what changed since, writing as the team.

    page     newest messages with what waits among them; at the end a cursor (epoch, since, look)
    cursor   asks every 5 s, or when a frame comes over the socket (widget/src/dashboard/): 204,
             or what changed as out-of-band swaps
    side     what needs a look, how the room is set, who is here; it asks for itself now and then

A changed message replaces itself by its id; a new one is added at the end; so nothing is read aloud
or redrawn twice. Without JavaScript the same page works by its links and forms. What can be done
with a message is in `acts`.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from inglenook.chat.acts import ACTS
from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.room_view import News, PageCursor, Stale, news_since, row_of, shown_before
from inglenook.dashboard.access import SiteMembership, refuse_unless_allowed, team_page
from inglenook.dashboard.rooms import overview, stream
from inglenook.dashboard.rooms.acts import message_at, perform
from inglenook.dashboard.rooms.keys import ROOM_KEYS
from inglenook.dashboard.rooms.side import side_of
from inglenook.dashboard.rooms.stream import Look
from inglenook.dashboard.rooms.views import team_room
from inglenook.dashboard.undo import CHANGED
from inglenook.protocol.errors import ChatError
from inglenook.sites.database import snapshot
from inglenook.sites.htmx import is_htmx
from inglenook.sites.roles import Action
from inglenook.sites.selectors import live_keys


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
    with snapshot():
        room = team_room(membership, slug)
        shown = shown_before(room, _number(request.GET.get("before")), membership.participant)
        look = stream.look_at(room, membership)
        lines = stream.lines_of(room, membership.site, shown.rows, look)
    context = {"membership": membership, "room": room, "shown": shown, "lines": lines}
    return render(request, "dashboard/rooms/_older.html", context)


@require_safe
@team_page
def changes(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """What changed since the page's cursor, and the next cursor."""
    since, asked = _number(request.GET.get("since")), stream.read_look(request.GET.get("look", "_"))
    with snapshot():
        room = team_room(membership, slug)
        if since is None or asked is None:
            return HttpResponseClientRefresh()
        try:
            cursor = PageCursor(request.GET.get("epoch", ""), since)
            news = news_since(room, cursor, membership.participant)
        except Stale:
            return HttpResponseClientRefresh()
        look = stream.look_at(room, membership)
        if news is None and look == asked:
            return HttpResponse(status=204)
        context = _changes(room, membership, news, asked, look)
    context |= {"membership": membership, "room": room, "cursor": news.cursor if news else cursor}
    return render(request, "dashboard/rooms/_changes.html", context)


@require_safe
@team_page
def side(request: HttpRequest, membership: SiteMembership, slug: str) -> HttpResponse:
    """What stands beside the messages: a fragment, or on a narrow screen a page."""
    room = team_room(membership, slug)
    context = {"membership": membership, "room": room, "side": side_of(room, membership)}
    if is_htmx(request):
        context["lines"] = overview.pane_of(membership, room)
        return render(request, "dashboard/rooms/_around.html", context)
    return render(request, "dashboard/rooms/about.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page
def delete_message(
    request: HttpRequest, membership: SiteMembership, slug: str, seq: int
) -> HttpResponse:
    """Deletes by a POST; a GET asks first, for what one wrote oneself and cannot bring back."""
    room = team_room(membership, slug)
    message = message_at(room, seq)
    if request.method == "POST":
        refuse_unless_allowed(membership, Action.DELETE_MESSAGES)
        return perform(
            request, membership, ACTS["delete"], message, then=_address(membership, room)
        )
    context = {
        "membership": membership,
        "room": room,
        "row": row_of(message, membership.participant),
    }
    return render(request, "dashboard/rooms/delete_message.html", context)


def _changes(
    room: Room, membership: SiteMembership, news: News | None, asked: Look, look: Look
) -> dict[str, Any]:
    """What the page lacks: new lines, changed lines, what waits and what waits no more."""
    site = membership.site
    rows = news.rows if news else []
    changed = {row.seq for row in news.changed} if news else set()
    # A report does not change its message, so nothing else says that its row is another.
    changed |= {seq for seq, _ in set(asked.reports) ^ set(look.reports)} - {
        row.seq for row in rows
    }
    return {
        "room_changed": news is not None and news.room_changed,
        "new": stream.lines_of(room, site, rows, look, held=set(look.held) - set(asked.held)),
        "changed": stream.lines_of_seqs(room, site, changed, membership, look),
        "decided": sorted(set(asked.held) - set(look.held)),
        "look": look,
        "side": side_of(room, membership),
        "is_swapped": True,
    }


def _page(
    request: HttpRequest,
    membership: SiteMembership,
    slug: str,
    *,
    draft: str = "",
    cid: str = "",
    reply_to: int | None = None,
    error: ChatError | None = None,
) -> HttpResponse:
    context = page_context(
        request, membership, slug, draft=draft, cid=cid, reply_to=reply_to, error=error
    )
    return render(
        request, "dashboard/rooms/room.html", context, status=error.status if error else 200
    )


def page_context(
    request: HttpRequest,
    membership: SiteMembership,
    slug: str,
    *,
    draft: str = "",
    cid: str = "",
    reply_to: int | None = None,
    error: ChatError | None = None,
) -> dict[str, Any]:
    """What a page of a room shows, also of a private one in the inbox."""
    with snapshot():
        room = team_room(membership, slug)
        before = _number(request.GET.get("before"))
        shown = shown_before(room, before, membership.participant)
        look = stream.look_at(room, membership)
        held = stream.held_between(look, room, shown, is_newest=before is None)
        lines = stream.lines_of(room, membership.site, shown.rows, look, held=held)
    keys = live_keys(membership.site)
    reply_to = reply_to or _number(request.GET.get("reply"))
    return {
        "membership": membership,
        "room": room,
        "shown": shown,
        "lines": lines,
        "look": look,
        "cursor": shown.cursor,
        "is_newest": before is None,
        "key": keys[0] if keys else "",
        "side": side_of(room, membership),
        "pane": overview.pane_of(membership, room),
        "page_keys": ROOM_KEYS,
        **_composer(room, draft, cid, reply_to, error),
    }


def _post(request: HttpRequest, membership: SiteMembership, room: Room) -> HttpResponse:
    body = request.POST.get("body", "")
    cid = request.POST.get("cid") or str(uuid.uuid4())
    reply_to = _number(request.POST.get("reply_to"))
    draft = Draft(
        slug=room.slug, author=membership.participant, cid=cid, body=body, reply_to=reply_to
    )
    try:
        post_message(draft)
    except ChatError as error:
        if not is_htmx(request):
            return _page(
                request,
                membership,
                room.slug,
                draft=body,
                cid=cid,
                reply_to=reply_to,
                error=error,
            )
        context = {
            "membership": membership,
            "room": room,
            **_composer(room, body, cid, reply_to, error),
        }
        # 422 whatever the code: the one status above 400 that htmx swaps here.
        return render(request, "dashboard/rooms/_composer.html", context, status=422)
    if not is_htmx(request):
        return redirect(_address(membership, room))
    context = {"membership": membership, "room": room, **_composer(room, "", "", None, None)}
    return trigger_client_event(render(request, "dashboard/rooms/_composer.html", context), CHANGED)


def _composer(
    room: Room, draft: str, cid: str, reply_to: int | None, error: ChatError | None
) -> dict[str, object]:
    """`answered` is the message that is answered, if it is still there."""
    answered = (
        Message.objects.filter(room=room, seq=reply_to, deleted=None).first() if reply_to else None
    )
    # The same `cid` as long as it is the same message: pressing twice sends once.
    return {
        "draft": draft,
        "cid": cid or str(uuid.uuid4()),
        "error": error,
        "answered": answered,
        "now": timezone.now(),
    }


def _address(membership: SiteMembership, room: Room) -> str:
    page = "conversation" if room.kind == Room.Kind.PRIVATE else "room"
    return reverse(f"dashboard:{page}", args=[membership.site.pk, room.slug]) + "#end"


def _number(text: str | None) -> int | None:
    """A number of the wire as it stands in an address; what is none counts as not given."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 16:
        return None
    return int(text)
