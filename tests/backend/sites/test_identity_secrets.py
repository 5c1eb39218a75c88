"""The secret that signs identities: one a site, made at first use, rotated with an overlap."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.utils import timezone

from inglenook.sites.identity_secrets import (
    identity_secret_of,
    identity_secrets_that_hold,
    rotate_identity_secret,
)
from inglenook.sites.models import IdentitySecret, Site


def test_the_first_call_makes_it_and_each_site_has_its_own(site: Site, other_site: Site) -> None:
    first = identity_secret_of(site=site)
    assert identity_secret_of(site=site) == first
    assert identity_secret_of(site=other_site) != first
    assert identity_secrets_that_hold(site) == [first]


def test_the_old_one_holds_for_the_overlap(site: Site) -> None:
    old = identity_secret_of(site=site)
    new = rotate_identity_secret(site=site, overlap=timedelta(hours=24))
    assert identity_secret_of(site=site) == new
    assert identity_secrets_that_hold(site) == [new, old]
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert identity_secrets_that_hold(site) == [new]


def test_another_rotation_makes_no_end_later(site: Site) -> None:
    old = identity_secret_of(site=site)
    rotate_identity_secret(site=site, overlap=timedelta(hours=1))
    new = rotate_identity_secret(site=site, overlap=timedelta(hours=24))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        holding = identity_secrets_that_hold(site)
    assert new in holding
    assert old not in holding


def test_without_an_overlap_the_old_one_ends_and_is_removed_by_the_next(site: Site) -> None:
    identity_secret_of(site=site)
    new = rotate_identity_secret(site=site, overlap=timedelta(0))
    assert identity_secrets_that_hold(site) == [new]
    rotate_identity_secret(site=site, overlap=timedelta(0))
    assert IdentitySecret.objects.filter(site=site).count() == 2
