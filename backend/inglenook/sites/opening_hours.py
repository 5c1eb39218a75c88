"""When the team is there: by the opening hours of a site, in its time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

# As `Site.opening_hours` names them, from Monday on.
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_TIMES: Final = 10  # of one day
AWAY_CHARS: Final = 500


class Opens(Protocol):
    """A site, or its cached card. `opening_hours` has the times of each day as pairs of `HH:MM`."""

    @property
    def opening_hours(self) -> dict[str, Any] | None: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def away_text(self) -> str: ...


def is_open(site: Opens, now: datetime) -> bool:
    """A site without hours is always open."""
    if not site.opening_hours:
        return True
    there = now.astimezone(ZoneInfo(site.time_zone))
    clock = f"{there:%H:%M}"
    times = site.opening_hours.get(DAYS[there.weekday()], ())
    return any(opens <= clock < closes for opens, closes in times)


def away_at(site: Opens, now: datetime) -> str | None:
    """What visitors read while the team is away; None while it is there.

    The owner's words; empty where there are none, and the visitor's client has its own.
    """
    return None if is_open(site, now) else site.away_text
