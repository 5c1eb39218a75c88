"""Moments in words: "2 minutes ago".

`widget/src/dashboard/ago.ts` says the same while a page stays open.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

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


def day(moment: datetime) -> str:
    local = moment.astimezone(UTC)
    return date_format(local, "j M Y")
