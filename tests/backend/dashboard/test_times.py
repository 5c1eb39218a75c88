"""Moments in few letters, and by the reader's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from inglenook.chat.models import Message, Room
from inglenook.dashboard.times import ZONE_COOKIE, by_clock, short_words, shortly_ago, zone_of
from inglenook.sites.models import Site

from .conftest import Says

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-30, "now"),
        (59, "now"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86399, "23 h"),
        (86400, "1 day"),
        (7 * 86400 - 1, "6 days"),
        (7 * 86400, "22 Nov"),
    ],
)
def test_a_list_says_moments_in_few_letters(seconds: int, words: str) -> None:
    assert shortly_ago(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_that_stays_open_has_the_same_words(language: str) -> None:
    with translation.override(language):
        now, minutes, hours, *days = short_words()
        said = [shortly_ago(NOW - timedelta(seconds=each), NOW) for each in (0, 300, 7200)]
        assert said == [now, minutes % 5, hours % 2]
        for number, words in enumerate(days, start=1):
            assert shortly_ago(NOW - timedelta(days=number), NOW) == words
        assert len(days) == 6


@pytest.mark.django_db
def test_every_page_of_an_owner_has_these_words(as_owner: Client, client: Client) -> None:
    words = 'data-shortly="now|%d min|%d h|1 day|2 days|3 days|4 days|5 days|6 days"'
    assert words in as_owner.get(reverse("dashboard:home")).content.decode()
    assert "data-shortly" not in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    ("zone", "moment", "words"),
    [
        ("UTC", NOW.replace(hour=0, minute=5), "00:05"),
        ("Europe/Berlin", NOW.replace(hour=0, minute=5), "01:05"),
        ("America/Lima", NOW.replace(hour=0, minute=5), "Sat 19:05"),
        ("UTC", NOW - timedelta(days=6), "Mon 09:30"),
        ("UTC", NOW - timedelta(days=7), "22 Nov, 09:30"),
        ("UTC", NOW - timedelta(days=365), "29 Nov 2025, 09:30"),
        ("UTC", NOW + timedelta(days=1), "30 Nov, 09:30"),
    ],
)
def test_a_stream_says_them_by_the_clock(zone: str, moment: datetime, words: str) -> None:
    assert by_clock(moment, NOW, ZoneInfo(zone)) == words


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "\0", "x" * 5000])
def test_a_zone_that_there_is_not_is_utc(name: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[ZONE_COOKIE] = name
    assert zone_of(request) is UTC


@pytest.mark.django_db
def test_a_room_shows_the_clock_of_the_reader(
    as_owner: Client, site: Site, room: Room, says: Says
) -> None:
    says("Hello")
    at = Message.objects.get().at
    for zone in ("Asia/Tokyo", "America/Lima"):
        as_owner.cookies[ZONE_COOKIE] = zone
        page = as_owner.get(reverse("dashboard:room", args=[site.pk, room.slug])).content.decode()
        assert f"data-clock>{at.astimezone(ZoneInfo(zone)):%H:%M}</time>" in page
