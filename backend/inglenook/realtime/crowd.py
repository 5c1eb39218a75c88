"""How many connections an address has open with this process, counted from accept.

No byte of them is read before. The quotas of sockets and streams (limits/connection_quota.py) count
who got as far as a handshake. Here every connection counts: one that says nothing, one that drips a
head, one that became a WebSocket.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.conf import settings

from inglenook.sites.addresses import Network, address_key

LOOPBACK = "127.0.0.1"


class Crowded(Exception):
    """The address has as many connections as anybody may."""


class Crowd:
    """The connections of one process by address. `most` of 0 is no limit."""

    def __init__(self, most: int, trusted: Sequence[Network]) -> None:
        self._most = most
        self._trusted = trusted
        self._counts: dict[str, int] = {}

    def enter(self, peer: str | None) -> str | None:
        """The key under which a connection counts; None where it does not count. Raises Crowded."""
        key = self._key_of(peer) if self._most else None
        if key is None:
            return None
        count = self._counts.get(key, 0)
        if count >= self._most:
            raise Crowded
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
        # A proxy of ours brings everybody's connections: it counts as loopback does, which is not counted.
        return address_key(peer, LOOPBACK, self._trusted)


@cache
def crowd_of_this_process() -> Crowd:
    """Made on first use."""
    return Crowd(settings.LIMITS.connections_per_address, settings.TRUSTED_PROXIES)
