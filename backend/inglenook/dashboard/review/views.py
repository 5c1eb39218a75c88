"""Review: what was reported and what is held, one case after the other.

review/                the queue; beside it, where there is room, the first case
review/<case>/         a case in its place, and what can be decided
review/<case>/decide/  decides, and opens the next case
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from inglenook.chat.acts import ACTS, HELD_ACTS
from inglenook.dashboard.access import SiteMembership, page_for
from inglenook.dashboard.review import queue
from inglenook.dashboard.review.case import facts_of
from inglenook.dashboard.review.keys import CASE_KEYS
from inglenook.dashboard.review.queue import Case
from inglenook.dashboard.rooms.acts import act_named, perform
from inglenook.protocol.ids import is_slug
from inglenook.sites.roles import Action


class Decision(Struct, frozen=True):
    """A button below a case. `kind` is its look; the keys 1 to 4 press them in their order."""

    act: str
    label: Any
    kind: str


ON_REPORT: Final = (
    Decision("keep", _("Keep it"), "plain"),
    Decision("delete", _("Delete"), "plain"),
    Decision("delete_mute", _("Delete, mute a day"), ""),
    Decision("delete_all_ban", _("Delete all, ban"), "danger"),
)
ON_HELD: Final = (
    Decision("approve", _("Let it through"), ""),
    Decision("reject", _("Reject"), "plain"),
    Decision("reject_mute", _("Reject, mute a day"), "plain"),
    Decision("delete_all_ban", _("Delete all, ban"), "danger"),
)
# What is about the author, who may be of the team or erased.
_ON_VISITOR: Final = ("delete_mute", "delete_all_ban")


@require_safe
@page_for(Action.HANDLE_REPORTS)
def review(request: HttpRequest, membership: SiteMembership) -> HttpResponse:
    return _page(request, membership, None)


@require_safe
@page_for(Action.HANDLE_REPORTS)
def case(request: HttpRequest, membership: SiteMembership, name: str) -> HttpResponse:
    return _page(request, membership, queue.case_of(membership, name))


@require_POST
@page_for(Action.HANDLE_REPORTS)
def decide(request: HttpRequest, membership: SiteMembership, name: str) -> HttpResponse:
    found = queue.case_of(membership, name)
    act = act_named(ACTS if found.is_report else HELD_ACTS, request)
    show, room = _wanted(request)
    previous, following = queue.neighbours(membership, found, show=show, room=room)
    then = _address(membership, following or previous, show, room)
    return perform(request, membership, act, found.row, then=then)


def _page(request: HttpRequest, membership: SiteMembership, chosen: Case | None) -> HttpResponse:
    show, room = _wanted(request)
    listed = queue.queue_of(membership, show=show, room=room, after=request.GET.get("after", ""))
    # Where there is room for two panes, the first case stands open beside the list.
    shown = chosen or next(iter(listed.cases), None)
    context: dict[str, Any] = {
        "membership": membership,
        "queue": listed,
        "counts": queue.counts_of(membership),
        "show": show,
        "asked": _query(show, room),
        "is_chosen": chosen is not None,
        "is_newest": "after" not in request.GET,
        "case": shown,
        "page_keys": CASE_KEYS,
    }
    if shown is not None:
        previous, following = queue.neighbours(membership, shown, show=show, room=room)
        context |= {
            "facts": facts_of(membership, shown),
            "place": queue.place_of(membership, shown, show=show, room=room),
            "previous": previous,
            "following": following,
            "decisions": _decisions(shown),
        }
    return render(request, "dashboard/review/review.html", context)


def _decisions(found: Case) -> list[Decision]:
    if not found.is_open:
        return []
    offered = ON_REPORT if found.is_report else ON_HELD
    return [each for each in offered if found.is_by_visitor or each.act not in _ON_VISITOR]


def _wanted(request: HttpRequest) -> tuple[str, str]:
    """Which part of the queue, and of which room; what is none counts as not given."""
    show, room = request.GET.get("show", ""), request.GET.get("room", "")
    return show if show in queue.SHOWN else "open", room if is_slug(room) else ""


def _query(show: str, room: str) -> str:
    asked = {"show": show if show != "open" else "", "room": room}
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"?{query}" if query else ""


def _address(membership: SiteMembership, found: Case | None, show: str, room: str) -> str:
    site_id = membership.site.pk
    path = (
        reverse("dashboard:case", args=[site_id, found.name])
        if found
        else reverse("dashboard:review", args=[site_id])
    )
    return path + _query(show, room)
