"""Reads about what the team decided: who may not be here, who may not speak."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from inglenook.moderation.models import Sanction


def in_force(site_id: int) -> QuerySet[Sanction]:
    """What is in force now."""
    in_time = Q(until__isnull=True) | Q(until__gt=timezone.now())
    return Sanction.objects.filter(in_time, site_id=site_id, lifted_at__isnull=True)


def active_ban(site_id: int, visitor_id: str) -> Sanction | None:
    """The newest ban of a visitor that is in force now."""
    bans = in_force(site_id).filter(visitor_id=visitor_id, kind=Sanction.Kind.BAN)
    return bans.order_by("-pk").first()


def banned_among(site_id: int, visitor_ids: Iterable[str]) -> set[str]:
    """Which of these may not be here now.

    A plain statement: every `hello` asks for it, and a queryset cost 350 µs where this costs 25.
    """
    ids = list(visitor_ids)
    if not ids:
        return set()
    statement = (
        "SELECT visitor_id FROM moderation_sanction "  # noqa: S608  only constants are put in
        f"WHERE site_id = %s AND visitor_id IN ({', '.join(['%s'] * len(ids))}) "
        "AND kind = %s AND lifted_at IS NULL AND (until IS NULL OR until > %s)"
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(statement, [site_id, *ids, Sanction.Kind.BAN.value, now])
        return {visitor_id for (visitor_id,) in cursor.fetchall()}


def sanctions_in_force(site_id: int, visitor_ids: Iterable[str]) -> list[Sanction]:
    """All of these visitors, in the order in which they were made."""
    return list(in_force(site_id).filter(visitor_id__in=list(visitor_ids)).order_by("pk"))


def is_muted(site_id: int, visitor_id: str) -> bool:
    return in_force(site_id).filter(visitor_id=visitor_id, kind=Sanction.Kind.MUTE).exists()


# The kinds of sanction that are in force, as the sum of these.
FLAGS: Final = {Sanction.Kind.MUTE: 1, Sanction.Kind.BAN: 2, Sanction.Kind.SHADOW: 4}


def flags_where(site_id: str, visitor_id: str) -> str:
    """SQL of the flags of what is in force at a moment, which is its one parameter; of two columns
    of a statement. NULL where nothing is.
    """
    bits = " ".join([f"WHEN '{kind.value}' THEN {bit}" for kind, bit in FLAGS.items()])
    return (
        f"(SELECT SUM(DISTINCT CASE sanction.kind {bits} END) "  # noqa: S608  names of columns
        "FROM moderation_sanction AS sanction "
        f"WHERE sanction.site_id = {site_id} AND sanction.visitor_id = {visitor_id} "
        "AND sanction.lifted_at IS NULL AND (sanction.until IS NULL OR sanction.until > %s))"
    )


def end_of_sanction(site_id: int, visitor_id: str, kind: str) -> datetime | None:
    """When the last sanction of this kind in force ends; None for one without an end."""
    ends = in_force(site_id).filter(visitor_id=visitor_id, kind=kind)
    found = list(ends.values_list("until", flat=True))
    lasting = [until for until in found if until is not None]
    return max(lasting) if found and len(lasting) == len(found) else None


def active_sanctions(site_id: int) -> dict[str, Sanction]:
    """What is in force now, by visitor; where somebody is muted and banned, the ban."""
    found: dict[str, Sanction] = {}
    for sanction in in_force(site_id).order_by("pk"):
        known = found.get(sanction.visitor_id)
        if known is None or known.kind == Sanction.Kind.MUTE or sanction.kind == Sanction.Kind.BAN:
            found[sanction.visitor_id] = sanction
    return found
