"""Strangers cause sightings, so they are counted often and written seldom."""

from __future__ import annotations

import pytest

from inglenook.sites import seldom, selectors, services, sightings
from inglenook.sites.models import OriginSighting, Site, SiteKey

pytestmark = pytest.mark.django_db


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(seldom.time, "monotonic", clock)
    return clock


def test_one_origin_is_written_once_a_minute_and_nothing_is_uncounted(
    site: Site, clock: Clock
) -> None:
    for _ in range(5):
        services.note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    assert OriginSighting.objects.get().count == 1
    clock.now += 61
    services.note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    assert OriginSighting.objects.get().count == 6


def test_each_key_says_to_the_minute_when_it_was_last_seen(
    site: Site, site_key: str, clock: Clock
) -> None:
    new = services.rotate_key(site=site).key
    about = {"site_id": site.pk, "origin": "https://shop.example", "refused": False}
    assert SiteKey.objects.filter(last_seen_at=None).count() == 2
    services.note_sighting(key=site_key, **about)
    first = SiteKey.objects.get(key=site_key).last_seen_at
    assert first is not None
    services.note_sighting(key=new, **about)
    services.note_sighting(key=site_key, **about)
    assert SiteKey.objects.get(key=new).last_seen_at is not None
    assert SiteKey.objects.get(key=site_key).last_seen_at == first
    clock.now += 61
    services.note_sighting(key=site_key, **about)
    assert SiteKey.objects.get(key=site_key).last_seen_at > first


def test_seen_and_refused_are_distinguished(site: Site, clock: Clock) -> None:
    services.note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    clock.now += 1
    services.note_sighting(site_id=site.pk, origin="http://shop.example", refused=True)
    (seen,) = selectors.newest_sightings(site.pk, refused=False)
    (refused,) = selectors.newest_sightings(site.pk, refused=True)
    assert (seen.origin, refused.origin) == ("https://shop.example", "http://shop.example")


def test_many_origins_at_once_cost_few_writes(site: Site, clock: Clock) -> None:
    for number in range(100):
        services.note_sighting(site_id=site.pk, origin=f"https://s{number}.example", refused=True)
    assert OriginSighting.objects.count() == seldom.WRITES_A_GROUP


def test_the_rows_of_a_kind_are_bounded_and_the_oldest_go(site: Site, clock: Clock) -> None:
    services.note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    for number in range(150):
        clock.now += 61
        services.note_sighting(site_id=site.pk, origin=f"https://s{number}.example", refused=True)
    assert (
        len(selectors.newest_sightings(site.pk, refused=True, limit=1000))
        == sightings.ROWS_OF_A_KIND
    )
    assert (
        selectors.newest_sightings(site.pk, refused=True, limit=1)[0].origin
        == "https://s149.example"
    )
    assert len(selectors.newest_sightings(site.pk, refused=False)) == 1


def test_an_odd_origin_is_kept_as_harmless_text(site: Site, clock: Clock) -> None:
    services.note_sighting(site_id=site.pk, origin="null\x00\x1b[31m" + "x" * 500, refused=True)
    origin = OriginSighting.objects.get().origin
    assert origin.isprintable()
    assert len(origin) == 300


def test_foreign_origins_do_not_hide_one_that_works(site: Site, clock: Clock) -> None:
    for number in range(seldom.WRITES_A_GROUP + 5):
        services.note_sighting(site_id=site.pk, origin=f"https://s{number}.example", refused=True)
    services.note_sighting(site_id=site.pk, origin="https://shop.example", refused=False)
    (seen,) = selectors.newest_sightings(site.pk, refused=False)
    assert seen.origin == "https://shop.example"
