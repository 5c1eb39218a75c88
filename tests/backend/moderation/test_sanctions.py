"""A mute or a ban has an end, a maker and one row in the audit; live sockets learn of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from inglenook.moderation import audit, selectors, services
from inglenook.moderation.models import Sanction
from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Account, AuditEntry, Member, Site
from inglenook.visitors.models import Visitor

pytestmark = pytest.mark.django_db

MORRIS = Actor(kind="member", id="m_morris", name="Morris")
KEY = Actor(kind="key", id="k_bot", name="Bot")


@pytest.fixture(autouse=True)
def _morris_moderates(site: Site, moderator: Account) -> None:
    Member.objects.filter(account=moderator).update(public_id=MORRIS.id)


def version(site: Site) -> int:
    return Site.objects.get(pk=site.pk).access_version


@pytest.mark.parametrize("kind", ["mute", "ban", "shadow"])
def test_a_sanction_has_its_end_and_its_maker_and_is_on_record(
    site: Site, visitor: Visitor, kind: str
) -> None:
    before = version(site)
    made = services.impose(
        site=site, visitor_id=visitor.public_id, kind=kind, seconds=60, reason=" spam\n", by=MORRIS
    )
    assert (made.kind, made.reason, made.made_by, made.lifted_by) == (kind, "spam", MORRIS, None)
    assert made.until is not None
    assert timedelta(seconds=50) < made.until - timezone.now() <= timedelta(seconds=60)
    assert version(site) == before + 1
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == (MORRIS, "sanction.create")
    assert (entry.target_kind, entry.target_id) == ("visitor", visitor.public_id)
    assert entry.before is None
    assert entry.after == {
        "sanction": made.pk,
        "kind": kind,
        "scope": "person",
        "until": made.until.isoformat(),
    }


def test_a_mute_ends_by_itself_and_one_for_good_does_not(site: Site, visitor: Visitor) -> None:
    services.impose(site=site, visitor_id=visitor.public_id, kind="mute", seconds=60, by=MORRIS)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert not selectors.is_muted(site.pk, visitor.public_id)
        services.impose(
            site=site, visitor_id=visitor.public_id, kind="mute", seconds=None, by=MORRIS
        )
    with time_machine.travel(timezone.now() + timedelta(days=4000)):
        assert selectors.is_muted(site.pk, visitor.public_id)


def test_it_replaces_the_one_of_its_kind_and_leaves_the_other(site: Site, visitor: Visitor) -> None:
    person: dict[str, Any] = {"site": site, "visitor_id": visitor.public_id}
    mute = services.impose(**person, kind="mute", seconds=None, by=MORRIS)
    first = services.impose(**person, kind="ban", seconds=None, by=MORRIS)
    second = services.impose(**person, kind="ban", seconds=60, by=KEY)
    first.refresh_from_db()
    mute.refresh_from_db()
    assert first.lifted_by == KEY
    assert mute.lifted_at is None
    assert selectors.active_ban(site.pk, visitor.public_id) == second
    entry = AuditEntry.objects.order_by("-pk")[0]
    assert entry.before is not None
    assert entry.before["sanction"] == first.pk


def test_a_lifted_sanction_says_who_lifted_it_and_is_lifted_once(
    site: Site, visitor: Visitor
) -> None:
    made = services.impose(
        site=site, visitor_id=visitor.public_id, kind="mute", seconds=None, by=MORRIS
    )
    before = version(site)
    lifted = services.lift(site=site, sanction_id=made.pk, by=KEY)
    assert lifted.lifted_by == KEY
    assert not selectors.is_muted(site.pk, visitor.public_id)
    assert version(site) == before + 1
    with pytest.raises(NotFound):
        services.lift(site=site, sanction_id=made.pk, by=KEY)
    assert version(site) == before + 1
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["sanction.create", "sanction.lift"]


def test_one_that_ran_out_cannot_be_lifted(site: Site, visitor: Visitor) -> None:
    made = services.impose(
        site=site, visitor_id=visitor.public_id, kind="mute", seconds=60, by=MORRIS
    )
    with time_machine.travel(timezone.now() + timedelta(seconds=61)), pytest.raises(NotFound):
        services.lift(site=site, sanction_id=made.pk, by=KEY)


def test_another_sites_people_and_sanctions_are_not_there(
    site: Site, foreign_visitor: Visitor
) -> None:
    with pytest.raises(NotFound):
        services.impose(
            site=site, visitor_id=foreign_visitor.public_id, kind="ban", seconds=60, by=MORRIS
        )
    theirs = services.impose(
        site=foreign_visitor.site,
        visitor_id=foreign_visitor.public_id,
        kind="ban",
        seconds=60,
        by=SYSTEM,
    )
    with pytest.raises(NotFound):
        services.lift(site=site, sanction_id=theirs.pk, by=MORRIS)
    theirs.refresh_from_db()
    assert theirs.lifted_at is None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", {"kind": "exile"}),
        ("scope", {"scope": "planet"}),
        ("seconds", {"seconds": 0}),
        ("seconds", {"seconds": services.MOST_SECONDS + 1}),
        ("reason", {"reason": "x" * 201}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    site: Site, visitor: Visitor, field: str, wrong: dict[str, Any]
) -> None:
    right: dict[str, Any] = {"kind": "mute", "seconds": 60, "reason": ""}
    with pytest.raises(Invalid) as refused:
        services.impose(site=site, visitor_id=visitor.public_id, by=MORRIS, **(right | wrong))
    assert refused.value.field == field
    assert not Sanction.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_failure_between_the_steps_leaves_nothing(site: Site, visitor: Visitor) -> None:
    before = version(site)
    with (
        mock.patch.object(services, "bump_access_version", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        services.impose(
            site=site, visitor_id=visitor.public_id, kind="ban", seconds=None, by=MORRIS
        )
    assert not Sanction.objects.exists()
    assert not AuditEntry.objects.exists()
    assert version(site) == before


def test_it_costs_the_same_queries_however_much_came_before(
    site: Site, visitor: Visitor, django_assert_num_queries: Any
) -> None:
    """A savepoint each for the act and the version, and eight statements; one for the lock."""
    for _ in range(20):
        with time_machine.travel(timezone.now() - timedelta(days=1)):
            services.impose(
                site=site, visitor_id=visitor.public_id, kind="mute", seconds=1, by=MORRIS
            )
    with django_assert_num_queries(13 if connection.vendor == "postgresql" else 12):
        services.impose(
            site=site, visitor_id=visitor.public_id, kind="mute", seconds=None, by=MORRIS
        )


def test_the_command_lines_ban_is_on_record_too(site: Site, visitor: Visitor) -> None:
    services.ban_visitor(site=site, visitor_id=visitor.public_id)
    services.unban_visitor(site=site, visitor_id=visitor.public_id)
    assert [(entry.actor, entry.action) for entry in AuditEntry.objects.order_by("pk")] == [
        (SYSTEM, "sanction.create"),
        (SYSTEM, "sanction.lift"),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_act_is_not_recorded_outside_its_transaction(site: Site) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(site_id=site.pk, by=SYSTEM, action="site.update", target=("site", "1"))
    assert not AuditEntry.objects.exists()
