"""New visitors from where a sanction reaches are held; whoever was there before notices nothing."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from inglenook.moderation.addresses import arrive, copy_for_sanction
from inglenook.moderation.models import Sanction
from inglenook.sites.models import Site
from inglenook.sites.selectors import CachedSite, forget_sites, site_by_id
from inglenook.visitors.models import Visitor

pytestmark = pytest.mark.django_db

SPAMMER = "203.0.113.7"
NEIGHBOUR = "203.0.113.8"
FAR = "198.51.100.7"


def newcomer(card: CachedSite, address: str | None) -> Visitor:
    return arrive(site=card, token=None, address=address)[0]


def sanction(
    visitor: Visitor, scope: str, until: datetime | None = None, kind: str = "ban"
) -> Sanction:
    kept, expires_at = copy_for_sanction(visitor, scope, until)
    return Sanction.objects.create(
        site_id=visitor.site_id,
        visitor_id=visitor.public_id,
        kind=kind,
        scope=scope,
        until=until,
        address_hash=kept,
        address_expires_at=expires_at,
    )


@pytest.mark.parametrize("kind", ["mute", "ban", "shadow"])
@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        ("person", set()),
        ("address", {SPAMMER}),
        ("range", {SPAMMER, NEIGHBOUR}),
    ],
)
def test_a_scope_reaches_those_who_come_from_there(
    card: CachedSite, kind: str, scope: str, reached: set[str]
) -> None:
    sanction(newcomer(card, SPAMMER), scope, kind=kind)
    held = {it for it in (SPAMMER, NEIGHBOUR, FAR) if newcomer(card, it).held_by_address}
    assert held == reached
    assert not newcomer(card, None).held_by_address


def test_ipv6_is_held_by_64_and_48(card: CachedSite) -> None:
    sanction(newcomer(card, "2001:db8:1:2::/64"), "address")
    assert newcomer(card, "2001:db8:1:2::/64").held_by_address
    assert not newcomer(card, "2001:db8:1:3::/64").held_by_address
    sanction(newcomer(card, "2001:db8:1:2::/64"), "range")
    assert newcomer(card, "2001:db8:1:3::/64").held_by_address
    assert not newcomer(card, "2001:db8:2:2::/64").held_by_address


def test_whoever_was_there_before_notices_nothing(card: CachedSite) -> None:
    there, token = arrive(site=card, token=None, address=SPAMMER)
    sanction(newcomer(card, SPAMMER), "address")
    again, _ = arrive(site=card, token=token, address=SPAMMER)
    again.refresh_from_db()
    assert (again.pk, again.held_by_address) == (there.pk, False)


def test_somebody_who_moves_there_notices_nothing(card: CachedSite) -> None:
    _, token = arrive(site=card, token=None, address=FAR)
    sanction(newcomer(card, SPAMMER), "range")
    moved, _ = arrive(site=card, token=token, address=SPAMMER)
    moved.refresh_from_db()
    assert not moved.held_by_address
    assert moved.address_hash == newcomer(card, SPAMMER).address_hash


def test_another_sites_sanction_reaches_nobody_here(card: CachedSite, other_site: Site) -> None:
    sanction(newcomer(site_by_id(other_site.pk), SPAMMER), "address")
    assert not newcomer(card, SPAMMER).held_by_address


def test_a_sanction_that_was_lifted_or_ran_out_reaches_nobody(card: CachedSite) -> None:
    spammer = newcomer(card, SPAMMER)
    lifted = sanction(spammer, "address")
    Sanction.objects.filter(pk=lifted.pk).update(lifted_at=timezone.now())
    assert not newcomer(card, SPAMMER).held_by_address
    sanction(spammer, "address", timezone.now() + timedelta(hours=1))
    assert newcomer(card, SPAMMER).held_by_address
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert not newcomer(card, SPAMMER).held_by_address


def test_a_sanction_for_good_keeps_the_address_for_30_days(card: CachedSite) -> None:
    made = sanction(newcomer(card, SPAMMER), "address")
    assert made.address_expires_at is not None
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert newcomer(card, SPAMMER).held_by_address
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert not newcomer(card, SPAMMER).held_by_address


def test_a_visitor_without_a_known_address_is_sanctioned_alone(card: CachedSite) -> None:
    nowhere = newcomer(card, None)
    assert copy_for_sanction(nowhere, "address", None) == ("", None)
    sanction(nowhere, "address")
    assert not newcomer(card, SPAMMER).held_by_address
    old = newcomer(card, SPAMMER)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert copy_for_sanction(old, "range", None) == ("", None)


def test_more_new_visitors_of_an_address_than_an_hour_allows_are_held(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(new_visitors_per_hour=2)
    card = site_by_id(site.pk)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        held = [newcomer(card, SPAMMER).held_by_address for _ in range(4)]
        assert held == [False, False, True, True]
        assert not newcomer(card, NEIGHBOUR).held_by_address
        assert not any(newcomer(card, None).held_by_address for _ in range(4))
        clock.shift(timedelta(minutes=61))
        assert not newcomer(card, SPAMMER).held_by_address


@pytest.mark.parametrize(
    ("address", "is_held"),
    [
        ("192.0.2.1", True),
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("192.0.1.255", False),
        ("198.51.100.9", True),
        ("198.51.100.10", False),
        ("2001:db8:ffff:1::/64", True),
        ("2001:db9::/64", False),
        ("2001:db7::/64", True),  # an address of the /64 is listed
        ("2001:db6::/64", False),
    ],
)
def test_the_operators_networks_hold_new_visitors(
    card: CachedSite, settings: Settings, address: str, is_held: bool
) -> None:
    listed = ["192.0.2.0/25", "192.0.2.128/25", "198.51.100.9", "2001:db8::/32", "2001:db7::5"]
    settings.HELD_NETWORKS = [ipaddress.ip_network(each) for each in listed]
    assert newcomer(card, address).held_by_address == is_held


def test_a_site_of_an_older_release_gets_its_key_once(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(address_key="")
    card = site_by_id(site.pk)
    first, second = newcomer(card, SPAMMER), newcomer(card, SPAMMER)
    assert len(Site.objects.get(pk=site.pk).address_key) == 40
    assert first.address_hash == second.address_hash != ""


def test_coming_back_costs_no_statement_more(
    card: CachedSite, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    forget_sites()
    _, token = arrive(site=card, token=None, address=SPAMMER)
    with django_assert_num_queries(1):
        arrive(site=card, token=token, address=SPAMMER)
