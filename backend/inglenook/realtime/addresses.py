"""How many sockets, streams and long polls one address holds in this process."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings

from inglenook.protocol.errors import Rate
from inglenook.sites.addresses import address_key

AGAIN_MS = 5_000
_open = Counter[str]()


def address_of(scope: dict[str, Any]) -> str | None:
    """None for an address that is none: loopback, unless a proxy of ours says whose request it is."""
    client = scope.get("client")
    named = [value for key, value in scope["headers"] if key.lower() == b"x-forwarded-for"]
    forwarded = b",".join(named).decode("latin-1")
    return address_key(client[0] if client else None, forwarded, settings.TRUSTED_PROXIES)


def take_place(address: str | None) -> None:
    """Counts one more; whoever took a place gives it back. Raises Rate."""
    if address is None:
        return
    if _open[address] >= settings.LIMITS.sockets_per_address:
        raise Rate("Too many connections from this address.", retry_ms=AGAIN_MS)
    _open[address] += 1


def give_place_back(address: str | None) -> None:
    if address is None:
        return
    _open[address] -= 1
    if _open[address] <= 0:
        del _open[address]
