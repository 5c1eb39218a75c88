"""Moments in words: "2 minutes ago". Pure; `dashboard.js` says the same while a page stays open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, as people say it; a date where it is more than a week."""
    seconds = (now - moment).total_seconds()
    if seconds < MINUTE:
        # Also the future: a clock that is a little off is not worth telling.
        return "just now"
    if seconds < HOUR:
        return _count(int(seconds // MINUTE), "minute")
    if seconds < DAY:
        return _count(int(seconds // HOUR), "hour")
    if seconds < 7 * DAY:
        return _count(int(seconds // DAY), "day")
    return day(moment)


def day(moment: datetime) -> str:
    local = moment.astimezone(UTC)
    return f"{local.day} {local:%b %Y}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"
