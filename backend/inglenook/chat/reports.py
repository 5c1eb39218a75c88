"""What visitors report about messages: one case a message, one report a person, the team settles.

    report_message ─> the case of the message, made by the first report, with the text of then
    resolve_report ─> dismissed or actioned, on record
    reopen_report  ─> open again, within REOPEN_MINUTES

A settled case stays settled, whatever comes in; a message that was edited since is judged anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from inglenook.chat.models import Message, Report, ReportEntry, Room
from inglenook.chat.revisions import lock_room
from inglenook.limits.policy import spend_report
from inglenook.moderation import audit
from inglenook.protocol import text
from inglenook.protocol.errors import Conflict, Invalid, NotFound
from inglenook.sites.actors import Actor, note_actor
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.visitors.participants import Participant

NOTE_CHARS: Final = 500
REOPEN_MINUTES: Final = 10
REASONS: Final = tuple(ReportEntry.Reason.values)
OUTCOMES: Final = (Report.State.DISMISSED.value, Report.State.ACTIONED.value)


def report_message(
    *, room: Room, reporter: Participant, seq: int, reason: str, note: str = ""
) -> Report:
    """Says that a message should not stand. Another report by the same person replaces the first.

    Raises Invalid (field reason), TooLong, InvalidText, NotFound, Rate.
    """
    if reason not in REASONS:
        raise Invalid(f"A reason is one of {', '.join(REASONS)}.", field="reason")
    note = _note(note)
    spend_report(reporter)
    if room.pk is None:
        raise NotFound("There is no such message here.", field="seq")
    with transaction.atomic():
        # Two reports at once: the row of the room is the turnstile.
        lock_room(room)
        message = Message.objects.filter(room_id=room.pk, seq=seq, deleted=None).first()
        if message is None:
            raise NotFound("There is no such message here.", field="seq")
        report, _ = Report.objects.get_or_create(
            room_id=room.pk,
            seq=seq,
            defaults={
                "body": message.body,
                "author_id": message.author_id or "",
                "author_name": message.author_name,
            },
        )
        if report.state != Report.State.OPEN and report.body != message.body:
            report.body = message.body
            _settle(report, Report.State.OPEN, None)
        ReportEntry.objects.update_or_create(
            report=report,
            reporter_id=reporter.id,
            defaults={"reason": reason, "note": note, "at": timezone.now()},
        )
    return report


def reports_of_site(site: Site, *, with_private: bool) -> QuerySet[Report]:
    rows = Report.objects.filter(room__site=site, room__gone=False)
    rows = rows if with_private else rows.exclude(room__kind=Room.Kind.PRIVATE)
    return rows.select_related("room").prefetch_related("entries")


def resolve_report(*, report: Report, outcome: str, note: str = "", by: Actor) -> Report:
    """Settles a case. The same again changes nothing.

    Raises Invalid (field outcome), TooLong, InvalidText, Forbidden, NotFound; Conflict where it was
    settled otherwise.
    """
    site_id = report.room.site_id
    require_actor(by, site_id, Action.HANDLE_REPORTS)
    if outcome not in OUTCOMES:
        raise Invalid(f"An outcome is one of {', '.join(OUTCOMES)}.", field="outcome")
    note = _note(note)
    with transaction.atomic():
        locked = Report.objects.select_for_update().filter(pk=report.pk).first()
        if locked is None:
            raise NotFound("There is no such report here.")
        if locked.state == outcome:
            return locked
        if locked.state != Report.State.OPEN:
            raise Conflict(f"This report was settled: {locked.state}.")
        locked.note = note
        _settle(locked, outcome, by)
        _record(locked, report.room, by, "report.resolve", before=Report.State.OPEN.value)
    return locked


def reopen_report(*, report: Report, by: Actor) -> Report:
    """Opens a case again that was settled a moment ago.

    Raises Forbidden, NotFound; Conflict for one that is open, or was settled too long ago.
    """
    require_actor(by, report.room.site_id, Action.HANDLE_REPORTS)
    with transaction.atomic():
        locked = Report.objects.select_for_update().filter(pk=report.pk).first()
        if locked is None:
            raise NotFound("There is no such report here.")
        before = locked.state
        oldest = timezone.now() - timedelta(minutes=REOPEN_MINUTES)
        if locked.resolved_at is None or locked.resolved_at < oldest:
            raise Conflict(f"A decision can be taken back for {REOPEN_MINUTES} minutes.")
        locked.note = ""
        _settle(locked, Report.State.OPEN, None)
        _record(locked, report.room, by, "report.reopen", before=before)
    return locked


def _record(report: Report, room: Room, by: Actor, action: str, *, before: str) -> None:
    audit.record(
        site_id=room.site_id,
        by=by,
        action=action,
        target=("report", str(report.pk)),
        before={"state": before},
        after={"state": report.state, "room": room.slug, "seq": report.seq},
    )


def _settle(report: Report, state: str, by: Actor | None) -> None:
    report.state = state
    report.resolved_at = timezone.now() if by else None
    note_actor(report, "resolved_by", by)
    report.save(force_update=True)


def _note(note: str) -> str:
    if not note.strip():
        return ""
    return text.normalise_body(note, NOTE_CHARS, field="note")
