"""When the team is there, and what visitors read while it is away."""

from __future__ import annotations

from datetime import UTC, datetime

from inglenook.sites.models import Site
from inglenook.sites.opening_hours import away_at, is_open

# A Monday, 10:30 in Berlin.
MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
HOURS = {"mon": [["08:00", "10:00"], ["10:30", "24:00"]]}


def test_a_site_is_open_by_its_own_clock_and_without_hours_always() -> None:
    site = Site(time_zone="UTC", opening_hours=HOURS)
    assert is_open(site, MONDAY)
    site.time_zone = "Europe/Berlin"
    assert is_open(site, MONDAY)
    # 9:15 in Berlin and 10:15, in the pause.
    assert is_open(site, MONDAY.replace(hour=8, minute=15))
    assert not is_open(site, MONDAY.replace(minute=15))
    assert is_open(Site(), SUNDAY)


def test_away_is_the_owners_text_and_empty_without_one() -> None:
    site = Site(opening_hours=HOURS, away_text="Back on Monday.")
    assert away_at(site, MONDAY.replace(hour=8)) is None
    assert away_at(site, SUNDAY) == "Back on Monday."
    site.away_text = ""
    assert away_at(site, SUNDAY) == ""
    assert away_at(Site(away_text="Back on Monday."), SUNDAY) is None
