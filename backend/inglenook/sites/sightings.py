"""Which origins asked for a site, and what kept a page of one from the chat.

An owner reads "seen on shop.example two minutes ago", "refused: http://shop.example", "a policy of
shop.example forbids it", and of a public key when it was last seen.

Strangers cause these writes, so there are few: one a minute for an origin or a key, and of each
kind (let in, refused, troubles) thirty a minute for a site, and a hundred rows. Memory counts what
comes between, and the next write adds it.
"""

from __future__ import annotations

from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone

from inglenook.sites.models import InstallTrouble, OriginSighting, SiteKey
from inglenook.sites.seldom import SeldomWrites

ROWS_OF_A_KIND: Final = 100
# A key that nobody has may belong to any site that lists the origin.
_MOST_SITES: Final = 5
_ORIGIN_CHARS: Final = 300
# Each kind has its own budget, so that foreign origins cannot hide one that works.
_writes: Final = SeldomWrites()


def note_sighting(
    *, site_id: int, origin: str, refused: bool, key: str = "", has_older_look: bool = False
) -> None:
    """Counts a request of `origin`; writes seldom, never raises for an odd origin.

    `key` is the public key on its page. `has_older_look`: the tag there carries a look that is not
    the site's any more.
    """
    if key and _writes.due((site_id, key, "key"), (site_id, "keys")):
        keys = SiteKey.objects.filter(site_id=site_id, key=key)
        keys.update(last_seen_at=timezone.now())
    origin = _printable(origin)
    count = _writes.due((site_id, origin, refused), (site_id, refused))
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
    # Each kind has its own hundred: a flood of refused origins must not push out those that work.
    _trim(OriginSighting.objects.filter(site_id=site_id, was_refused=refused))


def note_trouble(*, site_id: int, origin: str, kind: InstallTrouble.Kind) -> None:
    """Counts that a page of `origin` could not use the chat, and why."""
    origin = _printable(origin)
    count = _writes.due((site_id, origin, kind), (site_id, "troubles"))
    # What is mended shall be seen as soon as the page comes again.
    _writes.write_next((site_id, origin, False))
    if not count:
        return
    now = timezone.now()
    rows = InstallTrouble.objects.filter(site_id=site_id)
    if rows.filter(origin=origin, kind=kind).update(count=F("count") + count, last_at=now):
        return
    row = InstallTrouble(
        site_id=site_id, origin=origin, kind=kind, count=count, first_at=now, last_at=now
    )
    InstallTrouble.objects.bulk_create([row], ignore_conflicts=True)
    _trim(rows)


def note_wrong_key(*, key: str, origin: str) -> None:
    """A page of `origin` has a key that is no site's: one that has ended, or one mistyped.

    The owner of the ended key reads it, or those who list the origin.
    """
    if not key.isprintable():
        return  # no database looks for a NUL
    # Else it would take longer to refuse a key that is nobody's.
    if not _writes.due((key, origin, "wrong key"), ("wrong key", origin)):
        return
    ended = SiteKey.objects.filter(key=key, site__deleted_at=None).first()
    if ended is not None:
        note_trouble(site_id=ended.site_id, origin=origin, kind=InstallTrouble.Kind.OLD_KEY)
        return
    listing = SiteKey.objects.filter(site__origins__entry=origin, site__deleted_at=None)
    for site_id in listing.order_by("site_id").values_list("site_id").distinct()[:_MOST_SITES]:
        note_trouble(site_id=site_id[0], origin=origin, kind=InstallTrouble.Kind.UNKNOWN_KEY)


def forget_sightings() -> None:
    """Empties the memory of what was written when."""
    _writes.forget()


def _printable(origin: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in origin)[:_ORIGIN_CHARS]


def _trim(rows: QuerySet[OriginSighting] | QuerySet[InstallTrouble]) -> None:
    old = list(rows.order_by("-last_at", "-pk").values_list("pk", flat=True)[ROWS_OF_A_KIND:])
    if old:
        rows.filter(pk__in=old).delete()
