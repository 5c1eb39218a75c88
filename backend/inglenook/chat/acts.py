"""What the team does with one message, and with who wrote it: one table for every edge.

The workspace and the team's calls from a site's own pages show the same words, do the same, and
have the same way back (`chat/decisions.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from inglenook.chat import decisions
from inglenook.chat.decisions import Step
from inglenook.chat.held import approve_held
from inglenook.chat.models import HeldMessage, Message, Report
from inglenook.chat.room_services import pin_message
from inglenook.chat.services import is_restorable, restore_message
from inglenook.moderation.models import Sanction
from inglenook.moderation.services import impose
from inglenook.protocol.errors import NotFound
from inglenook.sites.models import Site
from inglenook.sites.roles import Action
from inglenook.visitors.participants import Participant

# A reported message is decided on by its report, which names the room, the place and the author.
Written = Message | Report


class Act(Struct, frozen=True, kw_only=True):
    """`said` is the toast; `%(name)s` in it is who wrote the message. `label` and `icon` are those
    of a menu.
    """

    needs: Action
    do: Callable[[Site, Any, Participant], list[Step]]
    said: Promise
    label: Promise | str = ""
    icon: str = ""


def _pin(_site: Site, message: Written, by: Participant) -> list[Step]:
    return _set_pin(message, by, on=True)


def _unpin(_site: Site, message: Written, by: Participant) -> list[Step]:
    return _set_pin(message, by, on=False)


def _set_pin(message: Written, by: Participant, *, on: bool) -> list[Step]:
    room = message.room
    pin_message(room=room, actor=by, seq=message.seq, on=on)
    return [Step("unpin" if on else "pin", f"{room.slug}/{message.seq}")]


def _restore(_site: Site, message: Written, by: Participant) -> list[Step]:
    restore_message(room=message.room, actor=by, seq=message.seq)
    return []


def _delete(site: Site, message: Written, by: Participant) -> list[Step]:
    return decisions.delete(site=site, room=message.room, seq=message.seq, by=by)


def _delete_and_mute(site: Site, message: Written, by: Participant) -> list[Step]:
    return decisions.delete_and_mute(site=site, room=message.room, seq=message.seq, by=by)


def _keep(_site: Site, message: Written, by: Participant) -> list[Step]:
    report = Report.objects.filter(room=message.room, seq=message.seq).first()
    if report is None:
        raise NotFound("There is no such report here.")
    return decisions.keep(report=report, by=by)


def _mute(site: Site, message: Written, by: Participant) -> list[Step]:
    return decisions.mute_a_day(site=site, visitor_id=message.author_id or "", by=by)


def _ban(site: Site, message: Written, by: Participant) -> list[Step]:
    made = impose(
        site=site,
        visitor_id=message.author_id or "",
        kind=Sanction.Kind.BAN,
        seconds=None,
        by=by.actor,
    )
    return [Step("lift", str(made.pk))]


def _delete_all(site: Site, message: Written | HeldMessage, by: Participant) -> list[Step]:
    return decisions.delete_all(site=site, visitor_ids=[message.author_id or ""], by=by)


def _delete_all_and_ban(site: Site, message: Written | HeldMessage, by: Participant) -> list[Step]:
    return decisions.delete_all_and_ban(site=site, visitor_ids=[message.author_id or ""], by=by)


def _approve(site: Site, held: HeldMessage, by: Participant) -> list[Step]:
    approve_held(site=site, held_id=held.pk, by=by.actor)
    return []


def _reject(site: Site, held: HeldMessage, by: Participant) -> list[Step]:
    return decisions.reject(site=site, held_id=held.pk, by=by)


def _reject_and_mute(site: Site, held: HeldMessage, by: Participant) -> list[Step]:
    return decisions.reject_and_mute(site=site, held_id=held.pk, by=by)


ACTS: Final[dict[str, Act]] = {
    "pin": Act(needs=Action.PIN, do=_pin, label=_("Pin"), icon="pin", said=_("Pinned.")),
    "unpin": Act(
        needs=Action.PIN,
        do=_unpin,
        label=_("Take the pin out"),
        icon="pin",
        said=_("No longer pinned."),
    ),
    "restore": Act(
        needs=Action.DELETE_MESSAGES,
        do=_restore,
        label=_("Restore the message"),
        icon="reload",
        said=_("It is back in its place."),
    ),
    "delete": Act(
        needs=Action.DELETE_MESSAGES,
        do=_delete,
        label=_("Delete"),
        icon="delete",
        said=_("Deleted."),
    ),
    "delete_mute": Act(
        needs=Action.SANCTION,
        do=_delete_and_mute,
        label=_("Delete and mute a day"),
        icon="mute",
        said=_("Deleted, and %(name)s muted for a day."),
    ),
    "keep": Act(
        needs=Action.HANDLE_REPORTS,
        do=_keep,
        said=_("Kept. %(name)s does not learn who reported."),
    ),
    "mute": Act(
        needs=Action.SANCTION,
        do=_mute,
        label=_("Mute a day"),
        icon="mute",
        said=_("%(name)s is muted for a day."),
    ),
    "ban": Act(
        needs=Action.SANCTION, do=_ban, label=_("Ban"), icon="ban", said=_("%(name)s is banned.")
    ),
    "delete_all": Act(
        needs=Action.DELETE_MESSAGES,
        do=_delete_all,
        label=_("Delete all by this person"),
        icon="delete",
        said=_("All by %(name)s is deleted."),
    ),
    "delete_all_ban": Act(
        needs=Action.SANCTION,
        do=_delete_all_and_ban,
        label=_("Delete all, and ban"),
        icon="ban",
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
# With whoever wrote it, mildest first.
_PERSON: Final = ("mute", "delete_all", "ban", "delete_all_ban")


def acts_for(message: Message, *, is_visitors: bool) -> list[tuple[str, Act]]:
    """What a menu offers for a message, in its order. `is_visitors`: a visitor wrote it, who is
    still known.
    """
    names: list[str] = []
    if message.deleted is None:
        is_pinned = message.seq in message.room.pinned
        names = ["unpin" if is_pinned else "pin", "delete"]
    elif is_restorable(message):
        names = ["restore"]
    if is_visitors:
        if message.deleted is None:
            names.append("delete_mute")
        names.extend(_PERSON)
    return [(name, ACTS[name]) for name in names]
