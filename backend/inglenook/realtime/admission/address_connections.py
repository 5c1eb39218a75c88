"""How many connections an address has open with this process, counted from accept.

No byte is read before. The quotas of sockets and streams (limits/connection_quota.py) count only
connections that got as far as a handshake. Here every connection counts: one that says nothing, one
whose head comes byte by byte, one that became a WebSocket.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.conf import settings

from inglenook.sites.addresses import Network, address_key

LOOPBACK = "127.0.0.1"


class TooManyConnections(Exception):
    """The address has as many connections as it may have."""


class AddressConnections:
    """The connections of one process by address. `most` of 0 is no limit."""

    def __init__(self, most: int, trusted: Sequence[Network]) -> None:
        self._most = most
        self._trusted = trusted
        self._counts: dict[str, int] = {}

    def enter(self, peer: str | None) -> str | None:
        """The key under which a connection counts; None where it does not count.

        Raises TooManyConnections.
        """
        key = self._key_of(peer) if self._most else None
        if key is None:
            return None
        count = self._counts.get(key, 0)
        if count >= self._most:
            raise TooManyConnections
        self._counts[key] = count + 1
        return key

    def leave(self, key: str | None) -> None:
        """The connection that was counted under `key` has ended."""
        if key is None:
            return
        count = self._counts[key] - 1
        if count:
            self._counts[key] = count
        else:
            del self._counts[key]

    def _key_of(self, peer: str | None) -> str | None:
        # A proxy of ours brings the connections of all clients. Like loopback it is not counted.
        return address_key(peer, LOOPBACK, self._trusted)


@cache
def address_connections() -> AddressConnections:
    """Made on first use."""
    return AddressConnections(settings.LIMITS.connections_per_address, settings.TRUSTED_PROXIES)
