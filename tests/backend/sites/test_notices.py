"""When a member wants to notice something of a site."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inglenook.protocol.errors import Invalid
from inglenook.sites.models import Member, Site
from inglenook.sites.notices import change_notices, is_noticing

# A Monday, 10:30 in Berlin.
MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
HOURS = {"mon": [["08:00", "10:00"], ["10:30", "24:00"]]}


@pytest.mark.parametrize(
    ("when", "is_away", "at", "expected"),
    [
        ("always", True, SUNDAY, True),
        ("never", False, MONDAY, False),
        ("here", False, SUNDAY, True),
        ("here", True, MONDAY, False),
        ("open", True, MONDAY, True),
        ("open", False, SUNDAY, False),
    ],
)
def test_a_member_says_when(when: str, is_away: bool, at: datetime, expected: bool) -> None:
    site = Site(time_zone="Europe/Berlin", opening_hours=HOURS)
    member = Member(site=site, notices_when=when)
    assert is_noticing(member, is_away=is_away, now=at) is expected


@pytest.mark.django_db
def test_a_time_that_there_is_not_is_refused(site: Site) -> None:
    member = site.members.get()
    with pytest.raises(Invalid) as refused:
        change_notices(member=member, lines=False, review=False, sound=True, when="later")
    assert refused.value.field == "when"
    member.refresh_from_db()
    assert member.notices_lines
