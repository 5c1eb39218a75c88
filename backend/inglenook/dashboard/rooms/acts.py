"""What the team does with one message of a room, and with who wrote it.

messages/<seq>/       what can be done, as a sheet (HTMX) or a page
messages/<seq>/act/   does it: `chat/acts.py` names each act, what it needs, does and says
held/<id>/act/        the same for a message that waits
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from inglenook.chat.acts import ACTS, HELD_ACTS, Act, Written, acts_for
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.dashboard.access import SiteMembership, page_for, refuse_unless_allowed
from inglenook.dashboard.rooms import stream
from inglenook.dashboard.rooms.views import team_room
from inglenook.dashboard.undo import done, refused
from inglenook.moderation.selectors import sanctions_in_force
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.roles import Action
from inglenook.visitors.models import Visitor


@require_safe
@page_for(Action.DELETE_MESSAGES)
def message_acts(
    request: HttpRequest, membership: SiteMembership, slug: str, seq: int
) -> HttpResponse:
    """What can be done with a message and its author."""
    room = team_room(membership, slug)
    found = message_at(room, seq)
    (line,) = stream.lines_of_seqs(
        room, membership.site, [found.seq], membership, stream.look_at(room, membership)
    )
    author = Visitor.objects.filter(site=membership.site, public_id=found.author_id or "").first()
    context = {
        "membership": membership,
        "room": room,
        "line": line,
        "row": line.row if isinstance(line, stream.Line) else None,
        "words": found.body[:100],
        "person": author,
        "acts": acts_for(found, is_visitors=author is not None),
        "sanctions": sanctions_in_force(membership.site.pk, [author.public_id]) if author else [],
    }
    name = "_message_acts" if request.headers.get("HX-Request") else "message_acts"
    return render(request, f"dashboard/rooms/{name}.html", context)


@require_POST
@page_for(Action.DELETE_MESSAGES)
def act_on_message(
    request: HttpRequest, membership: SiteMembership, slug: str, seq: int
) -> HttpResponse:
    room = team_room(membership, slug)
    then = reverse("dashboard:room", args=[membership.site.pk, slug]) + f"#m-{seq}"
    return perform(request, membership, act_named(ACTS, request), message_at(room, seq), then=then)


@require_POST
@page_for(Action.APPROVE)
def act_on_held(request: HttpRequest, membership: SiteMembership, held_id: int) -> HttpResponse:
    held = held_of(membership, held_id)
    then = reverse("dashboard:room", args=[membership.site.pk, held.room.slug]) + "#end"
    return perform(request, membership, act_named(HELD_ACTS, request), held, then=then)


def perform(
    request: HttpRequest,
    membership: SiteMembership,
    act: Act,
    found: Written | HeldMessage,
    *,
    then: str,
) -> HttpResponse:
    """Does it, and says so with the way back. What a service refuses is said, too."""
    refuse_unless_allowed(membership, act.needs)
    try:
        steps = act.do(membership.site, found, membership.participant)
    except ChatError as error:
        return refused(request, error, then=then)
    said = str(act.said) % {"name": found.author_name}
    return done(request, said, then=then, membership=membership, steps=steps)


def act_named(acts: dict[str, Act], request: HttpRequest) -> Act:
    """The act that the form names. Raises NotFound where there is none of that name."""
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound("There is no such act.")
    return act


def held_of(membership: SiteMembership, held_id: int) -> HeldMessage:
    """Raises NotFound."""
    rows = HeldMessage.objects.filter(room__site=membership.site, room__gone=False)
    held = rows.filter(pk=held_id).select_related("room").first() if held_id < 2**62 else None
    if held is None:
        raise NotFound("There is no such message here.")
    return held


def message_at(room: Room, seq: int) -> Message:
    rows = Message.objects.filter(room=room).select_related("room")
    found = rows.filter(seq=seq).first() if seq < 2**62 else None
    if found is None:
        raise NotFound("There is no such message here.")
    return found
