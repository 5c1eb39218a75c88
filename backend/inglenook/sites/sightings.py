"""Which origins asked for a site.

An owner reads "seen on shop.example two minutes ago" and "refused: http://shop.example".

Strangers cause these writes, so there are few: one a minute for an origin, and of each kind (let
in, refused) thirty a minute for a site, and a hundred rows. Memory counts what comes between, and
the next write adds it.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from cachetools import LRUCache
from django.db.models import F
from django.utils import timezone

from inglenook.sites.models import OriginSighting

WRITE_EVERY_SECONDS: Final = 60.0
WRITES_A_SITE: Final = 30
ROWS_OF_A_KIND: Final = 100
_REMEMBERED: Final = 10_000
_ORIGIN_CHARS: Final = 300

_lock = threading.Lock()
# (site, origin, refused) -> (when it was last written, how often it came since)
_seen: LRUCache[tuple[int, str, bool], tuple[float, int]] = LRUCache(_REMEMBERED)
# (site, refused) -> (start of its minute, writes in it). Each kind has its own, so that foreign
# origins cannot hide one that works.
_budget: LRUCache[tuple[int, bool], tuple[float, int]] = LRUCache(_REMEMBERED)


def note_sighting(
    *, site_id: int, origin: str, refused: bool, has_older_look: bool = False
) -> None:
    """Counts a request of `origin`; writes seldom, never raises for an odd origin.

    `has_older_look`: the tag on its page carries a look that is not the site's any more.
    """
    origin = "".join(c if c.isprintable() else "\ufffd" for c in origin)[:_ORIGIN_CHARS]
    count = _due(site_id, origin, refused, time.monotonic())
    if not count:
        return
    now = timezone.now()
    same = OriginSighting.objects.filter(site_id=site_id, origin=origin, was_refused=refused)
    found = {"older_look_at": now} if has_older_look else {}
    if same.update(count=F("count") + count, last_at=now, **found):
        return
    row = OriginSighting(
        site_id=site_id,
        origin=origin,
        was_refused=refused,
        count=count,
        first_at=now,
        last_at=now,
        **found,
    )
    OriginSighting.objects.bulk_create([row], ignore_conflicts=True)
    _trim(site_id, refused)


def forget_sightings() -> None:
    """Empties the memory of what was written when."""
    with _lock:
        _seen.clear()
        _budget.clear()


def _due(site_id: int, origin: str, refused: bool, now: float) -> int:
    """How many requests to write now; 0 means to wait."""
    key = (site_id, origin, refused)
    with _lock:
        written_at, waiting = _seen.get(key, (float("-inf"), 0))
        start, writes = _budget.get((site_id, refused), (now, 0))
        if now - start >= WRITE_EVERY_SECONDS:
            start, writes = now, 0
        is_due = now - written_at >= WRITE_EVERY_SECONDS and writes < WRITES_A_SITE
        _seen[key] = (now, 0) if is_due else (written_at, waiting + 1)
        _budget[site_id, refused] = (start, writes + is_due)
        return waiting + 1 if is_due else 0


def _trim(site_id: int, refused: bool) -> None:
    # Each kind has its own hundred: a flood of refused origins must not push out those that work.
    rows = OriginSighting.objects.filter(site_id=site_id, was_refused=refused)
    old = list(rows.order_by("-last_at", "-pk").values_list("pk", flat=True)[ROWS_OF_A_KIND:])
    if old:
        OriginSighting.objects.filter(pk__in=old).delete()
