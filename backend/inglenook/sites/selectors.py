"""Reads about sites.

Every request and socket starts from a site's cached card. The other reads are for the site's owner.

    key -> cache (≤ 1 s old) -> CachedSite          on every request, socket and preflight
            '-> database -> cache                   at most once a second and key

`access_changed` drops the cache of this process; another process's change is seen after a second.
"""

from __future__ import annotations

import re
import threading
import time
from enum import Enum
from typing import Any, Final, Literal

from cachetools import TTLCache
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone
from msgspec import Struct

from inglenook.protocol.errors import NotFound
from inglenook.sites.look import theme_for_widget
from inglenook.sites.models import Account, Member, OriginSighting, Site, SiteKey
from inglenook.sites.origins import OriginEntry, allows_origin, parse_entries
from inglenook.sites.signals import access_changed

CACHE_SECONDS: Final = 1.0
# Unknown keys are kept too, so a scan of made-up keys must not fill the memory.
CACHE_KEYS: Final = 10_000
_KEY = re.compile(r"[A-Za-z0-9_]{1,60}")


class Missing(Enum):
    MISSING = "missing"


MISSING: Final = Missing.MISSING


class CachedSite(Struct, frozen=True, kw_only=True):
    """What the edges need to know of a site.

    `key` is the one that was asked for, `keys` are all that work now.
    """

    id: int
    name: str
    key: str
    keys: tuple[str, ...]
    access_version: int
    look_version: int
    is_enabled: bool
    entries: tuple[OriginEntry, ...]
    allows_null_origin: bool
    default_room: str
    theme: dict[str, Any]
    texts: dict[str, Any]
    consent: dict[str, Any] | None
    prechat: dict[str, Any] | None
    opening_hours: dict[str, Any] | None
    time_zone: str
    away_text: str
    track_page: bool
    new_visitors_per_hour: int
    address_key: str


def new_cache(most_keys: int = CACHE_KEYS) -> TTLCache[str, CachedSite | None]:
    """Keeps a card for CACHE_SECONDS, and of too many those that were asked for last."""
    # `time.monotonic` is looked up at each call, so that a test can move the clock.
    return TTLCache(most_keys, CACHE_SECONDS, timer=lambda: time.monotonic())


# TTLCache is no safer among threads than a dict that is cleaned up while it is read.
_lock = threading.Lock()
_cards = new_cache()
_generation = 0


def site_for_key(key: str) -> CachedSite | None:
    """The site of a public key; None where there is none or the key has expired.

    It may ask the database.
    """
    # Inside a transaction the caller's own changes count, and the signal has not been sent yet.
    if not connection.in_atomic_block:
        found = cached_site_for_key(key)
        if found is not MISSING:
            return found
    with _lock:
        generation = _generation
    card = _load(key)
    with _lock:
        # Something changed while we read: what we hold may be old already, so it is not kept.
        if generation == _generation:
            _cards[key] = card
    return card


def cached_site_for_key(key: str) -> CachedSite | Literal[Missing.MISSING] | None:
    """As `site_for_key`, from memory alone; MISSING where it would have to ask the database."""
    if not _KEY.fullmatch(key):
        return None
    with _lock:
        return _cards.get(key, MISSING)


def forget_sites() -> None:
    """Drops every card, whatever changed.

    Changes are rare, and a wrong card lets the wrong page in.
    """
    global _generation
    with _lock:
        _generation += 1
        _cards.clear()


@receiver(access_changed, dispatch_uid="inglenook.sites.selectors")
def _forget_changed(**_: object) -> None:
    forget_sites()


def site_by_id(site_id: int) -> CachedSite:
    """The card of a site under its newest key. Raises NotFound."""
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound("There is no such site.")
    return _card(site, None)


def _load(key: str) -> CachedSite | None:
    if not _KEY.fullmatch(key):
        return None
    row = _live(SiteKey.objects.filter(key=key)).select_related("site").first()
    return _card(row.site, key) if row else None


def _card(site: Site, key: str | None) -> CachedSite:
    keys = live_keys(site)
    return CachedSite(
        id=site.pk,
        name=site.name,
        key=key or (keys[0] if keys else ""),
        keys=tuple(keys),
        access_version=site.access_version,
        look_version=site.look_version,
        is_enabled=site.is_enabled,
        entries=parse_entries(row.entry for row in site.origins.order_by("created_at", "pk")),
        allows_null_origin=site.allows_null_origin,
        default_room=site.default_room,
        theme=theme_for_widget(site.theme, settings.BASE_URL),
        texts=site.texts,
        consent=site.consent,
        prechat=site.prechat,
        opening_hours=site.opening_hours,
        time_zone=site.time_zone,
        away_text=site.away_text,
        track_page=site.track_page,
        new_visitors_per_hour=site.new_visitors_per_hour,
        address_key=site.address_key,
    )


def _live(keys: QuerySet[SiteKey]) -> QuerySet[SiteKey]:
    return keys.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()))


def live_keys(site: Site) -> list[str]:
    """The public keys that work now, newest first; the first is the one to hand out."""
    rows = _live(SiteKey.objects.filter(site=site)).order_by("-created_at", "-pk")
    return list(rows.values_list("key", flat=True))


def origins_of_site(site: Site) -> list[str]:
    return list(site.origins.order_by("created_at", "pk").values_list("entry", flat=True))


def websites_of_site(site: Site) -> list[str]:
    """Origins that one can go to: those that the site lists by name, then those of its patterns
    that were seen with the chat.
    """
    entries = parse_entries(origins_of_site(site))
    named = [str(entry) for entry in entries if entry.port is not None and not entry.subdomains]
    seen = [row.origin for row in newest_sightings(site.pk, refused=False)]
    allowed = [one for one in seen if allows_origin(entries, one, own_origin=None)]
    return list(dict.fromkeys([*named, *allowed]))


def memberships_of(account: Account) -> QuerySet[Member]:
    """The account's places on teams: without invitations, and without sites that are deleted."""
    return Member.objects.filter(account=account, state=Member.State.ACTIVE, site__deleted_at=None)


def sites_of_account(account: Account) -> QuerySet[Site]:
    """The sites on whose team the account is, by name."""
    return Site.objects.filter(
        members__account=account, members__state=Member.State.ACTIVE, deleted_at=None
    ).order_by("name", "pk")


def site_of_account(account: Account, site_id: int) -> Site:
    """The site, if the account is on its team.

    Raises NotFound otherwise: others' sites do not exist for the account.
    """
    site = sites_of_account(account).filter(pk=site_id).first()
    if site is None:
        raise NotFound("There is no such site.")
    return site


def member_of(site_id: int, account: Account) -> Member | None:
    """The account's membership; None for a stranger and for somebody who is only invited."""
    return Member.objects.filter(
        site_id=site_id, account=account, state=Member.State.ACTIVE
    ).first()


def newest_sightings(site_id: int, refused: bool, limit: int = 20) -> list[OriginSighting]:
    """Origins that asked for the site and were let in, or refused; the last to ask first."""
    rows = OriginSighting.objects.filter(site_id=site_id, was_refused=refused)
    return list(rows.order_by("-last_at", "-pk")[:limit])
