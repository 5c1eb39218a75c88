"""Moments in words: "2 minutes ago", shorter in lists: "2 min", and by the clock in a stream.

`widget/src/dashboard/ago.ts` and `clock.ts` say the same while a page stays open. A cookie of
`clock.ts` has the reader's time zone, so that pages have their clock from the first line on.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from inglenook.sites.time_zones import time_zones

ZONE_COOKIE: Final = "inglenook_zone"

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, as people say it; a date where it is more than a week."""
    seconds = (now - moment).total_seconds()
    minutes, hours, days = (int(seconds // unit) for unit in (MINUTE, HOUR, DAY))
    if seconds < MINUTE:
        # Also the future: a clock that is a little off is not worth telling.
        return gettext("just now")
    if seconds < HOUR:
        return ngettext("%d minute ago", "%d minutes ago", minutes) % minutes
    if seconds < DAY:
        return ngettext("%d hour ago", "%d hours ago", hours) % hours
    if seconds < 7 * DAY:
        return ngettext("%d day ago", "%d days ago", days) % days
    return day(moment)


def shortly_ago(moment: datetime, now: datetime) -> str:
    """The same in as few letters as a list has room for."""
    seconds = (now - moment).total_seconds()
    minutes, hours, days = (int(seconds // unit) for unit in (MINUTE, HOUR, DAY))
    if seconds < MINUTE:
        return gettext("now")
    if seconds < HOUR:
        return gettext("%d min") % minutes
    if seconds < DAY:
        return gettext("%d h") % hours
    if seconds < 7 * DAY:
        return ngettext("%d day", "%d days", days) % days
    return date_format(moment.astimezone(UTC), "j M")


def short_words() -> list[str]:
    """The words of `shortly_ago` for a page that stays open: now, `%d` minutes, `%d` hours, each
    day.
    """
    days = [ngettext("%d day", "%d days", number) % number for number in range(1, 7)]
    return [gettext("now"), gettext("%d min"), gettext("%d h"), *days]


def by_clock(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """The time of day, and before it which day, where it is not today's."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    days = (today.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    form = "D H:i" if 0 < days < 7 else "j M, H:i" if local.year == today.year else "j M Y, H:i"
    return date_format(local, form)


def zone_of(request: HttpRequest | None) -> tzinfo:
    """Of the reader, where their browser said it; else UTC."""
    name = request.COOKIES.get(ZONE_COOKIE, "") if request else ""
    return ZoneInfo(name) if name in time_zones() else UTC


def day(moment: datetime) -> str:
    local = moment.astimezone(UTC)
    return date_format(local, "j M Y")
