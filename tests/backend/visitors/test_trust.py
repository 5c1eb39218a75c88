"""Trust is earned by time and messages, fixed by hand, lost by a sanction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from inglenook.chat import services
from inglenook.chat.models import Message, Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.moderation.services import impose, lift
from inglenook.sites.actors import SYSTEM
from inglenook.sites.models import Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from inglenook.visitors.selectors import trust_of_visitor
from inglenook.visitors.trust import TrustRecord, TrustRules, is_at_least, rises_at, trust_of

RULES = TrustRules(known_minutes=10, known_messages=3, trusted_days=7, trusted_messages=50)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def ago(**time: int) -> datetime:
    return NOW - timedelta(**time)


@pytest.mark.parametrize(
    ("record", "trust"),
    [
        (TrustRecord(), "new"),
        (TrustRecord(is_signed=True), "known"),
        (TrustRecord(since=ago(minutes=9), messages=60), "new"),
        (TrustRecord(since=ago(minutes=10), messages=2), "new"),
        (TrustRecord(since=ago(minutes=10), messages=3), "known"),
        (TrustRecord(since=ago(days=7), messages=49), "known"),
        (TrustRecord(since=ago(days=6), messages=50), "known"),
        (TrustRecord(since=ago(days=7), messages=50), "trusted"),
        (TrustRecord(since=NOW + timedelta(days=1), messages=50), "new"),
        (TrustRecord(fixed="new", since=ago(days=9), messages=90), "new"),
        (TrustRecord(fixed="trusted"), "trusted"),
        (TrustRecord(fixed="known", since=ago(days=9), messages=90), "known"),
    ],
)
def test_time_and_messages_together_earn_trust(record: TrustRecord, trust: str) -> None:
    assert trust_of(record, RULES, NOW) == trust


def test_without_days_only_the_team_makes_somebody_trusted() -> None:
    by_hand = TrustRules(known_minutes=10, known_messages=3, trusted_days=0, trusted_messages=50)
    assert trust_of(TrustRecord(since=ago(days=90), messages=900), by_hand, NOW) == "known"
    assert by_hand.most_messages == 3


def test_it_says_when_time_alone_raises_the_trust() -> None:
    assert rises_at(TrustRecord(since=ago(minutes=4), messages=2), RULES, NOW) is None
    soon = rises_at(TrustRecord(since=ago(minutes=4), messages=3), RULES, NOW)
    assert soon == NOW + timedelta(minutes=6)
    later = rises_at(TrustRecord(since=ago(days=6), messages=50), RULES, NOW)
    assert later == NOW + timedelta(days=1)
    assert rises_at(TrustRecord(fixed="new", since=ago(minutes=4), messages=3), RULES, NOW) is None


def test_one_level_is_at_least_another() -> None:
    assert is_at_least("trusted", "known")
    assert is_at_least("known", "known")
    assert not is_at_least("new", "known")


def say(room: Room, visitor: Visitor, cid: str) -> int:
    author = participant_from_visitor(Visitor.objects.get(pk=visitor.pk))
    ack = post_message(Draft(slug=room.slug, author=author, cid=cid, body=f"Hello {cid}"))
    assert ack.seq is not None
    return ack.seq


def trust(visitor: Visitor) -> str:
    fresh = Visitor.objects.select_related("site").get(pk=visitor.pk)
    return trust_of_visitor(fresh, fresh.site)


@pytest.mark.django_db
def test_messages_that_stand_are_counted_and_deleted_ones_are_not(
    room: Room, visitor: Visitor
) -> None:
    seqs = [say(room, visitor, f"cid-{n:06}") for n in range(3)]
    later = timezone.now() + timedelta(minutes=11)
    with time_machine.travel(later):
        assert trust(visitor) == "known"
        author = participant_from_visitor(visitor)
        services.delete_message(room=room, actor=author, seq=seqs[0])
        assert trust(visitor) == "new"
        say(room, visitor, "cid-another")
        assert trust(visitor) == "known"


@pytest.mark.django_db
def test_who_has_become_trusted_writes_as_such(room: Room, visitor: Visitor) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(
        trust_since=timezone.now() - timedelta(days=8), trust_messages=49
    )
    first, second = say(room, visitor, "cid-000001"), say(room, visitor, "cid-000002")
    roles = Message.objects.filter(seq__in=[first, second]).order_by("seq")
    assert list(roles.values_list("author_role", flat=True)) == ["visitor", "trusted"]
    visitor.refresh_from_db()
    assert (visitor.role, visitor.trust_messages) == ("trusted", 50)


@pytest.mark.django_db
def test_a_sanction_takes_the_trust_and_it_counts_from_its_end(
    site: Site, room: Room, visitor: Visitor
) -> None:
    old = timezone.now() - timedelta(days=30)
    Visitor.objects.filter(pk=visitor.pk).update(trust_since=old, trust_messages=90, role="trusted")
    assert trust(visitor) == "trusted"
    mute = impose(site=site, visitor_id=visitor.public_id, kind="mute", seconds=3600, by=SYSTEM)
    visitor.refresh_from_db()
    assert (trust(visitor), visitor.trust_since, visitor.trust_messages) == ("new", mute.until, 0)
    assert visitor.role == "visitor"
    ban = impose(site=site, visitor_id=visitor.public_id, kind="ban", seconds=None, by=SYSTEM)
    visitor.refresh_from_db()
    assert visitor.trust_since is None
    lift(site=site, sanction_id=ban.pk, by=SYSTEM)
    lift(site=site, sanction_id=mute.pk, by=SYSTEM)
    visitor.refresh_from_db()
    assert visitor.trust_since is not None
    assert timezone.now() - visitor.trust_since < timedelta(minutes=1)


@pytest.mark.django_db
def test_trust_that_was_fixed_stays(site: Site, visitor: Visitor) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(trust_fixed="known")
    impose(site=site, visitor_id=visitor.public_id, kind="shadow", seconds=60, by=SYSTEM)
    assert trust(visitor) == "known"
