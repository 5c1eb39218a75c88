"""A message has one case, a person one report of it, and the team settles it once."""

from __future__ import annotations

import pytest

from inglenook.chat.models import Message, Report, ReportEntry, Room
from inglenook.chat.reports import report_message, resolve_report
from inglenook.chat.services import delete_message, edit_message
from inglenook.limits import policy
from inglenook.protocol.errors import Conflict, Forbidden, Invalid, NotFound, Rate, TooLong
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Account, AuditEntry, Member, Site
from inglenook.sites.services import actor_of_member
from inglenook.visitors.participants import Participant
from tests.backend.api.owner.examples import say


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    for limit in (policy.of_reports, policy.of_visitor, policy.of_address):
        limit.forget()


@pytest.fixture
def seq(room: Room, amber: Participant) -> int:
    return say(room, amber, "00000001", "Buy now")


def test_reports_of_a_message_are_one_case_and_one_each(
    room: Room, seq: int, teal: Participant, amber: Participant
) -> None:
    first = report_message(room=room, reporter=teal, seq=seq, reason="spam", note=" Look ")
    again = report_message(room=room, reporter=teal, seq=seq, reason="abuse")
    report_message(room=room, reporter=amber, seq=seq, reason="spam")
    assert first.pk == again.pk
    case = Report.objects.get()
    assert (case.body, case.author_id, case.author_name) == ("Buy now", amber.id, amber.name)
    told = ReportEntry.objects.order_by("pk").values_list("reporter_id", "reason", "note")
    assert list(told) == [(teal.id, "abuse", ""), (amber.id, "spam", "")]
    assert not AuditEntry.objects.exists()


def test_the_text_stays_as_it_was_reported(
    room: Room, seq: int, teal: Participant, amber: Participant
) -> None:
    report_message(room=room, reporter=teal, seq=seq, reason="spam")
    edit_message(room=room, actor=amber, seq=seq, body="Nothing to see")
    report_message(room=room, reporter=amber, seq=seq, reason="spam")
    assert Report.objects.get().body == "Buy now"


def test_a_settled_case_stays_settled_until_the_message_is_another(
    room: Room, seq: int, teal: Participant, amber: Participant
) -> None:
    case = report_message(room=room, reporter=teal, seq=seq, reason="spam")
    settled = resolve_report(report=case, outcome="dismissed", by=SYSTEM)
    assert settled.resolved_by == SYSTEM
    report_message(room=room, reporter=amber, seq=seq, reason="spam")
    assert Report.objects.get().state == "dismissed"
    edit_message(room=room, actor=amber, seq=seq, body="Buy now!!")
    report_message(room=room, reporter=teal, seq=seq, reason="spam")
    case = Report.objects.get()
    assert (case.state, case.body, case.resolved_by, case.resolved_at) == (
        "open",
        "Buy now!!",
        None,
        None,
    )


def test_the_same_outcome_changes_nothing_and_the_other_is_a_conflict(
    room: Room, seq: int, teal: Participant
) -> None:
    case = report_message(room=room, reporter=teal, seq=seq, reason="spam")
    for _ in range(2):
        assert resolve_report(report=case, outcome="actioned", by=SYSTEM).state == "actioned"
    with pytest.raises(Conflict):
        resolve_report(report=case, outcome="dismissed", by=SYSTEM)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.after) == (
        "report.resolve",
        {"state": "actioned", "room": "lobby", "seq": seq},
    )


def test_a_viewer_settles_nothing(
    site: Site, moderator: Account, room: Room, seq: int, teal: Participant
) -> None:
    case = report_message(room=room, reporter=teal, seq=seq, reason="spam")
    member = Member.objects.get(account=moderator)
    by = actor_of_member(member)
    Member.objects.filter(pk=member.pk).update(role="viewer")
    with pytest.raises(Forbidden):
        resolve_report(report=case, outcome="actioned", by=by)
    Member.objects.filter(pk=member.pk).update(role="moderator")
    assert resolve_report(report=case, outcome="actioned", by=by).resolved_by == by


def test_what_cannot_be_reported_is_refused(
    room: Room, seq: int, teal: Participant, amber: Participant
) -> None:
    with pytest.raises(Invalid):
        report_message(room=room, reporter=teal, seq=seq, reason="boring")
    with pytest.raises(TooLong):
        report_message(room=room, reporter=teal, seq=seq, reason="spam", note="x" * 501)
    with pytest.raises(NotFound):
        report_message(room=room, reporter=teal, seq=99, reason="spam")
    delete_message(room=room, actor=amber, seq=seq)
    with pytest.raises(NotFound):
        report_message(room=room, reporter=teal, seq=seq, reason="spam")
    assert not Report.objects.exists()


def test_a_reporter_is_limited(room: Room, teal: Participant, amber: Participant) -> None:
    Message.objects.bulk_create(
        Message(room=room, seq=n, rev=n, at=room.created_at, author_id=amber.id)
        for n in range(1, 13)
    )
    for seq in range(1, 11):
        report_message(room=room, reporter=teal, seq=seq, reason="spam")
    with pytest.raises(Rate):
        report_message(room=room, reporter=teal, seq=11, reason="spam")
    report_message(room=room, reporter=amber, seq=11, reason="spam")
