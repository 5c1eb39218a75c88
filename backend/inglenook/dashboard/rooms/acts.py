"""What the team does with one message of a room, and with who wrote it.

messages/<seq>/       what can be done, as a sheet (HTMX) or a page
messages/<seq>/act/   does it: ACTS names each act, what it needs, does and says
held/<id>/act/        the same for a message that waits
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from inglenook.chat import decisions
from inglenook.chat.decisions import Step
from inglenook.chat.held import approve_held
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.room_services import pin_message
from inglenook.chat.services import restore_message
from inglenook.dashboard.access import SiteMembership, page_for, refuse_unless_allowed
from inglenook.dashboard.rooms import stream
from inglenook.dashboard.rooms.views import team_room
from inglenook.dashboard.undo import done, refused
from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import sanctions_in_force
from inglenook.moderation.services import impose
from inglenook.protocol.errors import ChatError, NotFound
from inglenook.sites.roles import Action
from inglenook.visitors.models import Visitor

# A reported message is decided on by its report, which names the room, the place and the author.
Written = Message | Report


class Act(Struct, frozen=True, kw_only=True):
    """`said` is the toast; `%(name)s` in it is who wrote the message."""

    needs: Action
    do: Callable[[SiteMembership, Any], list[Step]]
    said: Promise


def _pin(membership: SiteMembership, message: Written) -> list[Step]:
    return _set_pin(membership, message, on=True)


def _unpin(membership: SiteMembership, message: Written) -> list[Step]:
    return _set_pin(membership, message, on=False)


def _set_pin(membership: SiteMembership, message: Written, *, on: bool) -> list[Step]:
    room = message.room
    pin_message(room=room, actor=membership.participant, seq=message.seq, on=on)
    return [Step("unpin" if on else "pin", f"{room.slug}/{message.seq}")]


def _restore(membership: SiteMembership, message: Written) -> list[Step]:
    restore_message(room=message.room, actor=membership.participant, seq=message.seq)
    return []


def _delete(membership: SiteMembership, message: Written) -> list[Step]:
    return decisions.delete(
        site=membership.site, room=message.room, seq=message.seq, by=membership.participant
    )


def _delete_and_mute(membership: SiteMembership, message: Written) -> list[Step]:
    return decisions.delete_and_mute(
        site=membership.site, room=message.room, seq=message.seq, by=membership.participant
    )


def _keep(membership: SiteMembership, message: Written) -> list[Step]:
    report = Report.objects.filter(room=message.room, seq=message.seq).first()
    if report is None:
        raise NotFound("There is no such report here.")
    return decisions.keep(report=report, by=membership.participant)


def _mute(membership: SiteMembership, message: Written) -> list[Step]:
    return decisions.mute_a_day(
        site=membership.site, visitor_id=message.author_id or "", by=membership.participant
    )


def _ban(membership: SiteMembership, message: Written) -> list[Step]:
    made = impose(
        site=membership.site,
        visitor_id=message.author_id or "",
        kind=Sanction.Kind.BAN,
        seconds=None,
        by=membership.actor,
    )
    return [Step("lift", str(made.pk))]


def _delete_all(membership: SiteMembership, message: Written | HeldMessage) -> list[Step]:
    people = [message.author_id or ""]
    return decisions.delete_all(site=membership.site, visitor_ids=people, by=membership.participant)


def _delete_all_and_ban(membership: SiteMembership, message: Written | HeldMessage) -> list[Step]:
    people = [message.author_id or ""]
    return decisions.delete_all_and_ban(
        site=membership.site, visitor_ids=people, by=membership.participant
    )


def _approve(membership: SiteMembership, held: HeldMessage) -> list[Step]:
    approve_held(site=membership.site, held_id=held.pk, by=membership.actor)
    return []


def _reject(membership: SiteMembership, held: HeldMessage) -> list[Step]:
    return decisions.reject(site=membership.site, held_id=held.pk, by=membership.participant)


def _reject_and_mute(membership: SiteMembership, held: HeldMessage) -> list[Step]:
    return decisions.reject_and_mute(
        site=membership.site, held_id=held.pk, by=membership.participant
    )


ACTS: Final[dict[str, Act]] = {
    "pin": Act(needs=Action.PIN, do=_pin, said=_("Pinned.")),
    "unpin": Act(needs=Action.PIN, do=_unpin, said=_("No longer pinned.")),
    "restore": Act(needs=Action.DELETE_MESSAGES, do=_restore, said=_("It is back in its place.")),
    "delete": Act(needs=Action.DELETE_MESSAGES, do=_delete, said=_("Deleted.")),
    "delete_mute": Act(
        needs=Action.SANCTION, do=_delete_and_mute, said=_("Deleted, and %(name)s muted for a day.")
    ),
    "keep": Act(
        needs=Action.HANDLE_REPORTS,
        do=_keep,
        said=_("Kept. %(name)s does not learn who reported."),
    ),
    "mute": Act(needs=Action.SANCTION, do=_mute, said=_("%(name)s is muted for a day.")),
    "ban": Act(needs=Action.SANCTION, do=_ban, said=_("%(name)s is banned.")),
    "delete_all": Act(
        needs=Action.DELETE_MESSAGES, do=_delete_all, said=_("All by %(name)s is deleted.")
    ),
    "delete_all_ban": Act(
        needs=Action.SANCTION,
        do=_delete_all_and_ban,
        said=_("All by %(name)s is deleted, and %(name)s banned."),
    ),
}
HELD_ACTS: Final[dict[str, Act]] = {
    "approve": Act(needs=Action.APPROVE, do=_approve, said=_("Let through.")),
    "reject": Act(needs=Action.APPROVE, do=_reject, said=_("Rejected. Its author sees that.")),
    "reject_mute": Act(
        needs=Action.SANCTION,
        do=_reject_and_mute,
        said=_("Rejected, and %(name)s muted for a day."),
    ),
    "delete_all_ban": ACTS["delete_all_ban"],
}


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
        steps = act.do(membership, found)
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
