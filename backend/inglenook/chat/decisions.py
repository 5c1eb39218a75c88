"""Decisions of the team about somebody's message: acts that belong together, and the way back.

    delete, keep, delete_and_mute, delete_all_and_ban
              ─> one transaction: the message, the sanction, the reports about it ─> the steps back
    take_back ─> those steps, the last first; what has changed since is left as it is

Each act is that of its own service, with its rules and its row in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from inglenook.chat.held import reject_held, reopen_held
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.person_messages import delete_all_of_each, undo_deletion
from inglenook.chat.reports import reopen_report, reports_of_site, resolve_report
from inglenook.chat.room_services import pin_message
from inglenook.chat.services import delete_message, restore_message
from inglenook.moderation.models import Sanction
from inglenook.moderation.services import impose, impose_on_each, lift
from inglenook.protocol.errors import Conflict, NotFound
from inglenook.sites.models import Site
from inglenook.visitors.participants import Participant

DAY_SECONDS: Final = 24 * 60 * 60


class Step(Struct, frozen=True, array_like=True):
    """One step back. `of` is an id; of a message its room's slug and its `seq`: `lobby/12`."""

    act: Literal["restore", "undo", "lift", "reopen", "unsettle", "pin", "unpin"]
    of: str


def delete(*, site: Site, room: Room, seq: int, by: Participant) -> list[Step]:
    """Deletes a message, and settles what was reported about it. Raises as `delete_message`."""
    with transaction.atomic():
        before = Message.objects.filter(room=room, seq=seq, deleted=None).first()
        delete_message(room=room, actor=by, seq=seq)
        # What somebody deletes of their own stays deleted.
        is_restorable = before is not None and before.author_id != by.id
        steps = [Step("restore", f"{room.slug}/{seq}")] if is_restorable else []
        reports = reports_of_site(site, with_private=True).filter(room=room, seq=seq)
        return [*steps, *_settle(reports, Report.State.ACTIONED, by)]


def keep(*, report: Report, by: Participant) -> list[Step]:
    """Says that a reported message may stand. Raises Forbidden, NotFound, Conflict."""
    resolve_report(report=report, outcome=Report.State.DISMISSED, by=by.actor)
    return [Step("unsettle", str(report.pk))]


def reject(*, site: Site, held_id: int, by: Participant) -> list[Step]:
    """Refuses a message that waits. Raises as `reject_held`."""
    reject_held(site=site, held_id=held_id, by=by.actor)
    return [Step("reopen", str(held_id))]


def mute_a_day(*, site: Site, visitor_id: str, by: Participant) -> list[Step]:
    """Raises as `impose`."""
    made = impose(
        site=site,
        visitor_id=visitor_id,
        kind=Sanction.Kind.MUTE,
        seconds=DAY_SECONDS,
        by=by.actor,
    )
    return [Step("lift", str(made.pk))]


def delete_and_mute(*, site: Site, room: Room, seq: int, by: Participant) -> list[Step]:
    """Deletes a message, and mutes its author for a day. Raises NotFound for the team's."""
    author = Message.objects.filter(room=room, seq=seq).values_list("author_id", flat=True).first()
    with transaction.atomic():
        muted = mute_a_day(site=site, visitor_id=author or "", by=by)
        return [*muted, *delete(site=site, room=room, seq=seq, by=by)]


def reject_and_mute(*, site: Site, held_id: int, by: Participant) -> list[Step]:
    """Refuses a message that waits, and mutes its author for a day."""
    held = HeldMessage.objects.filter(pk=held_id, room__site=site).first()
    if held is None:
        raise NotFound("There is no such message here.")
    with transaction.atomic():
        muted = mute_a_day(site=site, visitor_id=held.author_id, by=by)
        return [*muted, *reject(site=site, held_id=held_id, by=by)]


def delete_all(*, site: Site, visitor_ids: Sequence[str], by: Participant) -> list[Step]:
    """Deletes what each of these people wrote; what of theirs waits is rejected.

    What was reported of theirs is settled. Raises NotFound, Forbidden.
    """
    with transaction.atomic():
        undos = delete_all_of_each(site=site, visitor_ids=visitor_ids, by=by.actor)
        reports = reports_of_site(site, with_private=True).filter(author_id__in=visitor_ids)
        settled = _settle(reports, Report.State.ACTIONED, by)
        return [*(Step("undo", undo.public_id) for undo in undos), *settled]


def delete_all_and_ban(
    *,
    site: Site,
    visitor_ids: Sequence[str],
    seconds: int | None = None,
    reason: str = "",
    by: Participant,
) -> list[Step]:
    """Bans these people, and deletes all that they wrote: for all of them or for nobody.

    Who comes later from where they came waits for the team. Raises NotFound, Forbidden, Invalid.
    """
    with transaction.atomic():
        bans = impose_on_each(
            site=site,
            visitor_ids=visitor_ids,
            kind=Sanction.Kind.BAN,
            seconds=seconds,
            reason=reason,
            scope=Sanction.Scope.ADDRESS,
            by=by.actor,
        )
        lifts = [Step("lift", str(ban.pk)) for ban in bans]
        return [*lifts, *delete_all(site=site, visitor_ids=visitor_ids, by=by)]


def take_back(*, site: Site, steps: Sequence[Step], by: Participant) -> int:
    """Goes these steps back. Returns how many were gone: others were gone already, or came too
    late. Raises Forbidden.
    """
    gone = 0
    with transaction.atomic():
        for step in reversed(steps):
            try:
                _take_back(site, step, by)
            except (Conflict, NotFound):
                continue
            gone += 1
    return gone


# --- the small steps


def _take_back(site: Site, step: Step, by: Participant) -> None:
    match step.act:
        case "restore":
            room, seq = _place(site, step.of)
            restore_message(room=room, actor=by, seq=seq)
        case "pin" | "unpin":
            room, seq = _place(site, step.of)
            pin_message(room=room, actor=by, seq=seq, on=step.act == "pin")
        case "undo":
            undo_deletion(site=site, undo_id=step.of, by=by.actor)
        case "lift":
            lift(site=site, sanction_id=int(step.of), by=by.actor)
        case "reopen":
            reopen_held(site=site, held_id=int(step.of), by=by.actor)
        case "unsettle":
            reports = reports_of_site(site, with_private=True)
            report = reports.filter(pk=int(step.of)).first()
            if report is None:
                raise NotFound("There is no such report here.")
            reopen_report(report=report, by=by.actor)


def _place(site: Site, of: str) -> tuple[Room, int]:
    slug, seq = of.rsplit("/", 1)
    room = Room.objects.filter(site=site, slug=slug, gone=False).first()
    if room is None:
        raise NotFound("There is no such room here.")
    return room, int(seq)


def _settle(reports: QuerySet[Report], outcome: str, by: Participant) -> list[Step]:
    """Settles those that are open."""
    steps = []
    for report in reports.filter(state=Report.State.OPEN):
        resolve_report(report=report, outcome=outcome, by=by.actor)
        steps.append(Step("unsettle", str(report.pk)))
    return steps
