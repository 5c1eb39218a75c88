"""What the templates are given."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from inglenook.chat.models import Room
from inglenook.chat.own_view import OwnRow, mark_of
from inglenook.chat.room_view import News, Shown
from inglenook.files.kinds import PICTURES
from inglenook.pages.agreeing import consent_asked
from inglenook.pages.visits import Visit
from inglenook.protocol.errors import Banned, ChatError


def room_context(
    request: HttpRequest,
    visit: Visit,
    shown: Shown,
    rooms: Sequence[Room],
    *,
    slug: str,
    before: int | None,
) -> dict[str, Any]:
    return {
        **_base(visit, slug),
        "shown": shown,
        "cursor": shown.cursor,
        "rooms": [room for room in rooms if room.slug != visit.room.slug],
        "before": before,
        # A frame in another site's page gets no cookies, so it could not send anything.
        "is_foreign_frame": request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame", "embed")
        and request.headers.get("Sec-Fetch-Site") == "cross-site",
        "page_url": settings.BASE_URL + room_url(visit, slug),
        "takes_focus": "wrote" in request.GET,
        "reported": "reported" in request.GET,
    }


def news_context(visit: Visit, news: News | None, *, slug: str, posted: bool) -> dict[str, Any]:
    return {
        **_base(visit, slug),
        "news": news,
        "cursor": news.cursor if news else None,
        "posted": posted,
        "takes_focus": posted,
    }


def own_context(rows: Sequence[OwnRow]) -> dict[str, Any]:
    """What the reader alone sees below the messages."""
    return {"own": rows, "own_mark": mark_of(rows)}


def error_context(error: ChatError, **typed: str) -> dict[str, Any]:
    """What is wrong, and what was typed: `cid` and `body`, or `name`."""
    is_of_name = "name" in typed
    return {**typed, "error": error, "error_words": _words(error), "name_error": is_of_name}


def room_url(visit: Visit, slug: str) -> str:
    return reverse("pages:room", args=[visit.site.key, slug])


def _words(error: ChatError) -> str:
    if isinstance(error, Banned) and error.until:
        return f"{error.message} This ends on {error.until[:10]}, {error.until[11:16]} UTC."
    return error.message


def me_context(visit: Visit, slug: str) -> dict[str, Any]:
    """For the line that says who the visitor is."""
    return _base(visit, slug)


def _base(visit: Visit, slug: str) -> dict[str, Any]:
    room = visit.room
    return {
        "visit": visit,
        "site": visit.site,
        "room": room,
        "slug": slug,
        "room_url": room_url(visit, slug),
        "is_private": room.kind == Room.Kind.PRIVATE,
        # To the team a private room has the visitor's name; to the visitor it is their line to the
        # team.
        "room_name": "You and the team" if room.kind == Room.Kind.PRIVATE else room.name,
        "files_url": f"{room_url(visit, slug)}files/",
        "files_taken": visit.files_taken,
        "takes_pictures_only": set(visit.files_taken) <= set(PICTURES),
        "consent": consent_asked(visit.site, visit.visitor),
        "cid": str(uuid.uuid4()),
        "body": "",
        "limits": settings.LIMITS,
    }
