"""Who comes from where a sanction reaches: new visitors from there wait for approval.

    impose, scope address or range ─► copy_for_sanction: the hash of the sanctioned person, and
                                      how long it is kept
    somebody comes ─► arrive ─► a visitor of a genuine token is let be, whatever the address
                            └─► a new one is `held_by_address` when a sanction in force has its
                                hash, the operator's list has its address, or the site has
                                `new_visitors_per_hour` and it is one too many

Others at that address notice nothing: only making a visitor asks.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import accumulate
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inglenook.moderation.models import Sanction
from inglenook.sites.addresses import Network
from inglenook.sites.models import Site, new_address_key
from inglenook.sites.selectors import CachedSite
from inglenook.visitors.addresses import KEPT_FOR, AddressHashes, hashes_of
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import open_session

_HOUR: Final = timedelta(hours=1)


def arrive(*, site: CachedSite, token: str | None, address: str | None) -> tuple[Visitor, str]:
    """`visitors.services.open_session` for somebody at `address`; None where it is not known."""
    if address is None:
        return open_session(site=site, token=token)
    hashes = hashes_of(address, key=site.address_key or made_address_key(site.id))
    # Two that come at once must not both be the last whom the hour allows.
    together: AbstractContextManager[Any] = (
        transaction.atomic() if site.new_visitors_per_hour else nullcontext()
    )
    with together:
        return open_session(
            site=site,
            token=token,
            came_from=hashes,
            is_held=partial(_is_held, site, address, hashes),
        )


def copy_for_sanction(
    visitor: Visitor, scope: str, until: datetime | None
) -> tuple[str, datetime | None]:
    """The columns `address_hash` and `address_expires_at` of a sanction with this scope.

    The copy is kept to the sanction's end, and 30 days at most. ("", None) for the scope `person`,
    and where nothing is known of the visitor's address any more: the sanction of the person stands
    without it. Whoever lifts or replaces the sanction need not empty them: only those in force
    count.
    """
    now = timezone.now()
    ends = visitor.address_expires_at
    if scope == Sanction.Scope.PERSON or ends is None or ends <= now:
        return "", None
    kept = visitor.address_hash if scope == Sanction.Scope.ADDRESS else visitor.range_hash
    most = now + KEPT_FOR
    return kept, most if until is None else min(until, most)


def made_address_key(site_id: int) -> str:
    """The key of a site of an older release, made when it is needed first."""
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site_id)
        if not site.address_key:
            site.address_key = new_address_key()
            site.save(update_fields=["address_key"])
    return site.address_key


def _is_held(site: CachedSite, address: str, hashes: AddressHashes) -> bool:
    if _in_networks(address, tuple(settings.HELD_NETWORKS)):
        return True
    return _sanction_reaches(site.id, hashes) or _is_one_too_many(site, hashes)


def _sanction_reaches(site_id: int, hashes: AddressHashes) -> bool:
    now = timezone.now()
    in_force = Q(until__isnull=True) | Q(until__gt=now)
    return (
        Sanction.objects.filter(
            in_force,
            site_id=site_id,
            address_hash__in=(hashes.address, hashes.range),
            address_expires_at__gt=now,
            lifted_at__isnull=True,
        )
        .exclude(address_hash="")
        .exists()
    )


def _is_one_too_many(site: CachedSite, hashes: AddressHashes) -> bool:
    most = site.new_visitors_per_hour
    if not most:
        return False
    Site.objects.select_for_update().get(pk=site.id)
    came = Visitor.objects.filter(
        site_id=site.id, address_hash=hashes.address, created_at__gt=timezone.now() - _HOUR
    )
    return came.count() >= most


def _in_networks(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address, or a part of an IPv6 /64, is in one of them."""
    where = ipaddress.ip_network(address)
    first, last = int(where.network_address), int(where.broadcast_address)
    starts, ends = _sorted_ranges(networks, where.version)
    before = bisect_right(starts, last)
    return before > 0 and ends[before - 1] >= first


@lru_cache(maxsize=8)
def _sorted_ranges(networks: tuple[Network, ...], version: int) -> tuple[list[int], list[int]]:
    """The networks' first addresses in order, and how far those up to each reach: a list of VPN
    exits has thousands.
    """
    found = sorted(
        (int(each.network_address), int(each.broadcast_address))
        for each in networks
        if each.version == version
    )
    return [first for first, _ in found], list(accumulate((last for _, last in found), max))
