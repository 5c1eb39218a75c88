"""Of a visitor's last address two hashes are kept for 30 days, with no statement too many."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.sites.addresses import range_of
from inglenook.sites.models import Site
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.addresses import AddressHashes, hashes_of, note_address
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import open_session

HERE = AddressHashes("a" * 64, "b" * 64)
THERE = AddressHashes("c" * 64, "d" * 64)


@pytest.mark.parametrize(
    ("address", "its_range"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::/64", "::/48"),
    ],
)
def test_a_range_is_the_24_of_ipv4_and_the_48_of_ipv6(address: str, its_range: str) -> None:
    assert range_of(address) == its_range


def test_a_hash_is_hmac_sha_256_under_the_sites_key() -> None:
    found = hashes_of("203.0.113.77", key="key")
    assert found.address == hmac.new(b"key", b"203.0.113.77", hashlib.sha256).hexdigest()
    assert found.range == hmac.new(b"key", b"203.0.113.0/24", hashlib.sha256).hexdigest()
    assert hashes_of("203.0.113.77", key="other").address != found.address


def test_two_sites_have_two_keys(site: Site, other_site: Site) -> None:
    assert len(site.address_key) == len(other_site.address_key) == 40
    assert site.address_key != other_site.address_key


@pytest.mark.django_db
def test_somebody_new_is_stored_with_the_hashes(card: CachedSite) -> None:
    visitor, _ = open_session(site=card, token=None, came_from=HERE)
    visitor.refresh_from_db()
    assert (visitor.address_hash, visitor.range_hash) == (HERE.address, HERE.range)
    assert visitor.address_expires_at is not None
    assert visitor.address_expires_at - timezone.now() > timedelta(days=29, hours=23)


@pytest.mark.django_db
def test_the_hashes_are_written_when_they_changed_or_are_a_day_old(
    card: CachedSite, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        visitor, token = open_session(site=card, token=None, came_from=HERE)
        with django_assert_num_queries(1):  # who it is
            open_session(site=card, token=token, came_from=HERE)
        with django_assert_num_queries(2):
            open_session(site=card, token=token, came_from=THERE)
        visitor.refresh_from_db()
        assert visitor.address_hash == THERE.address
        clock.shift(timedelta(days=2))
        with django_assert_num_queries(2):  # when and where in one statement
            open_session(site=card, token=token, came_from=THERE)
        visitor.refresh_from_db()
        assert visitor.address_expires_at == timezone.now() + timedelta(days=30)


@pytest.mark.django_db
def test_an_unknown_address_leaves_what_is_known(card: CachedSite) -> None:
    visitor, token = open_session(site=card, token=None, came_from=HERE)
    open_session(site=card, token=token)
    visitor.refresh_from_db()
    assert visitor.address_hash == HERE.address


@pytest.mark.django_db
def test_an_erased_visitors_address_is_not_noted(visitor: Visitor) -> None:
    Visitor.objects.filter(pk=visitor.pk).update(erased_at=timezone.now())
    note_address(visitor.pk, HERE)
    visitor.refresh_from_db()
    assert visitor.address_hash == ""
