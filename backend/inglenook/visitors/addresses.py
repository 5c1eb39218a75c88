"""What is kept of a visitor's last address: two hashes under the site's own key, for 30 days.

    address as sites.addresses names it ─► HMAC-SHA-256 of it        IPv4, or IPv6 /64
                                       └─► HMAC-SHA-256 of its range  IPv4 /24, IPv6 /48

The key is random and the site's, so two sites cannot compare their visitors.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from msgspec import Struct

from inglenook.sites.addresses import range_of
from inglenook.visitors.models import Visitor

KEPT_FOR: Final = timedelta(days=30)
# The end moves on at most once a day, so that coming back costs no statement.
_MOVES_ON_AFTER: Final = timedelta(days=1)


class AddressHashes(Struct, frozen=True):
    address: str
    range: str


def hashes_of(address: str, *, key: str) -> AddressHashes:
    """`address` is what `sites.addresses.address_key` gives, `key` the site's."""
    return AddressHashes(_hash(address, key), _hash(range_of(address), key))


def columns_to_change(visitor: Visitor, hashes: AddressHashes | None) -> dict[str, Any]:
    """What to store of where a visitor is now; empty where the row says it already."""
    if hashes is None:
        return {}
    now = timezone.now()
    ends = visitor.address_expires_at
    is_same = visitor.address_hash == hashes.address
    if is_same and ends is not None and ends - now > KEPT_FOR - _MOVES_ON_AFTER:
        return {}
    return new_columns(hashes, now)


def new_columns(hashes: AddressHashes, now: datetime) -> dict[str, Any]:
    return {
        "address_hash": hashes.address,
        "range_hash": hashes.range,
        "address_expires_at": now + KEPT_FOR,
    }


def note_address(visitor_pk: int, hashes: AddressHashes) -> None:
    """Stores where a visitor is now; one statement."""
    Visitor.objects.filter(pk=visitor_pk, erased_at__isnull=True).update(
        **new_columns(hashes, timezone.now())
    )


def _hash(text: str, key: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
