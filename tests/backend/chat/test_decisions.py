"""Decisions of the team are whole, and can be taken back as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inglenook.chat import decisions
from inglenook.chat.models import HeldMessage, Message, Report, Room
from inglenook.chat.reports import reopen_report, report_message, resolve_report
from inglenook.moderation.models import Sanction
from inglenook.moderation.selectors import sanctions_in_force
from inglenook.protocol.errors import Conflict, Forbidden, NotFound
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import AuditEntry, Member, Site
from inglenook.visitors.participants import Participant
from tests.backend.chat.conftest import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def seq(room: Room, amber: Participant) -> int:
    """What amber wrote."""
    seq = say(room, amber, "Cheap wax").seq
    assert seq is not None
    return seq


@pytest.fixture
def report(room: Room, seq: int, teal: Participant) -> Report:
    return report_message(room=room, reporter=teal, seq=seq, reason="spam")


@pytest.fixture
def held(room: Room, teal: Participant) -> HeldMessage:
    Room.objects.filter(pk=room.pk).update(approval="all")
    say(Room.objects.get(pk=room.pk), teal, "Let me in")
    return HeldMessage.objects.get()


def deleted(seq: int) -> str | None:
    return Message.objects.get(seq=seq).deleted


def kinds(site: Site, person: Participant) -> list[str]:
    return [each.kind for each in sanctions_in_force(site.pk, [person.id])]


def test_a_deletion_settles_the_report_and_both_come_back(
    site: Site, room: Room, seq: int, report: Report, olive: Participant
) -> None:
    steps = decisions.delete(site=site, room=room, seq=seq, by=olive)
    report.refresh_from_db()
    assert (deleted(seq), report.state) == ("moderator", "actioned")
    assert decisions.take_back(site=site, steps=steps, by=olive) == 2
    report.refresh_from_db()
    assert (deleted(seq), report.state) == (None, "open")
    assert Message.objects.get(seq=seq).body == "Cheap wax"


def test_what_one_deletes_of_ones_own_has_no_way_back(
    site: Site, room: Room, olive: Participant
) -> None:
    seq = say(room, olive, "Typo").seq
    assert seq is not None
    assert decisions.delete(site=site, room=room, seq=seq, by=olive) == []
    assert deleted(seq) == "author"


def test_to_keep_dismisses_the_report(report: Report, site: Site, olive: Participant) -> None:
    steps = decisions.keep(report=report, by=olive)
    assert Report.objects.get().state == "dismissed"
    decisions.take_back(site=site, steps=steps, by=olive)
    assert Report.objects.get().state == "open"


def test_deleted_and_muted_for_a_day(
    site: Site, room: Room, seq: int, amber: Participant, olive: Participant
) -> None:
    steps = decisions.delete_and_mute(site=site, room=room, seq=seq, by=olive)
    (mute,) = sanctions_in_force(site.pk, [amber.id])
    assert mute.kind == "mute"
    assert mute.until is not None
    assert timedelta(hours=23) < mute.until - timezone.now() <= timedelta(days=1)
    assert deleted(seq) == "moderator"
    decisions.take_back(site=site, steps=steps, by=olive)
    assert (kinds(site, amber), deleted(seq)) == ([], None)


def test_nobody_mutes_the_team(site: Site, room: Room, olive: Participant) -> None:
    seq = say(room, olive, "Ours").seq
    assert seq is not None
    with pytest.raises(NotFound):
        decisions.delete_and_mute(site=site, room=room, seq=seq, by=olive)
    assert deleted(seq) is None


def test_rejected_and_muted(
    site: Site, held: HeldMessage, teal: Participant, olive: Participant
) -> None:
    steps = decisions.reject_and_mute(site=site, held_id=held.pk, by=olive)
    held.refresh_from_db()
    assert (held.state, kinds(site, teal)) == ("rejected", ["mute"])
    assert decisions.take_back(site=site, steps=steps, by=olive) == 2
    held.refresh_from_db()
    assert (held.state, kinds(site, teal)) == ("waiting", [])


def test_all_of_several_people_goes_with_a_ban_and_comes_back(
    site: Site,
    room: Room,
    seq: int,
    report: Report,
    held: HeldMessage,
    amber: Participant,
    teal: Participant,
    olive: Participant,
) -> None:
    people = [amber.id, teal.id]
    steps = decisions.delete_all_and_ban(site=site, visitor_ids=people, by=olive)
    held.refresh_from_db()
    report.refresh_from_db()
    assert (deleted(seq), held.state, report.state) == ("moderator", "rejected", "actioned")
    assert kinds(site, amber) == kinds(site, teal) == ["ban"]
    assert Sanction.objects.filter(scope="address").count() == 2
    # Two bans, two deletions, one report.
    assert decisions.take_back(site=site, steps=steps, by=olive) == 5
    held.refresh_from_db()
    report.refresh_from_db()
    assert (deleted(seq), held.state, report.state) == (None, "waiting", "open")
    assert kinds(site, amber) == kinds(site, teal) == []


def test_one_who_is_not_there_leaves_everybody_as_they_are(
    site: Site, seq: int, amber: Participant, olive: Participant
) -> None:
    with pytest.raises(NotFound):
        decisions.delete_all_and_ban(site=site, visitor_ids=[amber.id, "v_nobody"], by=olive)
    assert (deleted(seq), kinds(site, amber)) == (None, [])


def test_the_second_way_back_finds_nothing_to_do(
    site: Site, room: Room, seq: int, olive: Participant
) -> None:
    steps = decisions.delete_and_mute(site=site, room=room, seq=seq, by=olive)
    assert decisions.take_back(site=site, steps=steps, by=olive) == 2
    assert decisions.take_back(site=site, steps=steps, by=olive) == 0


def test_a_viewer_decides_nothing(
    site: Site, room: Room, seq: int, report: Report, olive: Participant
) -> None:
    steps = decisions.delete(site=site, room=room, seq=seq, by=olive)
    Member.objects.filter(site=site).update(role="viewer")
    viewer = Participant(
        id=olive.id, site_id=site.pk, name=olive.name, role="moderator", may_write=False
    )
    with pytest.raises(Forbidden):
        decisions.take_back(site=site, steps=steps, by=viewer)
    with pytest.raises(Forbidden):
        decisions.keep(report=report, by=viewer)


def test_a_settled_report_opens_again_for_ten_minutes(report: Report) -> None:
    with pytest.raises(Conflict):
        reopen_report(report=report, by=SYSTEM)
    resolve_report(report=report, outcome="actioned", by=SYSTEM)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)), pytest.raises(Conflict):
        reopen_report(report=report, by=SYSTEM)
    assert reopen_report(report=report, by=SYSTEM).state == "open"
    report.refresh_from_db()
    assert (report.resolved_by, report.resolved_at) == (None, None)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["report.resolve", "report.reopen"]
