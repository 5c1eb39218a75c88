"""The time zones that there are."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> set[str]:
    """Their names, such as `Europe/Berlin`. The library looks through its folders each time."""
    return available_timezones()
