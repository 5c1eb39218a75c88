"""What a time of retention would take, for `dashboard/rooms/_retention.html` below its field."""

from __future__ import annotations

from typing import Any

from inglenook.chat.models import Room
from inglenook.chat.room_settings import MOST_DAYS
from inglenook.jobs.retention import count_below
from inglenook.sites.models import Site


def going_after(days: str, *, site: Site, room: Room | None = None) -> dict[str, Any]:
    """How many messages would go; nothing where the days, as they were typed, are none.

    Without a room: those of rooms without days of their own.
    """
    if not (days.isascii() and days.isdigit() and len(days) <= 4 and 1 <= int(days) <= MOST_DAYS):
        return {}
    return {"going": count_below(site=site, room=room, days=int(days)), "days": days}
