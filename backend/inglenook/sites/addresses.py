"""Whose request it is: the key by which an address is counted and limited. Pure.

An address is the peer's, or what a configured proxy says; loopback is none by itself (protocol.md part 7).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def address_key(peer: str | None, forwarded_for: str, trusted: Sequence[Network]) -> str | None:
    """The IPv4 address, or the /64 of an IPv6 one; None where there is nothing to limit by.

    Of X-Forwarded-For only the part that our own proxies wrote counts: the last address that is not one of them.
    """
    address = _parse(peer or "")
    if address is None:
        return None
    if _is_trusted(address, trusted):
        for part in reversed(forwarded_for.split(",")):
            named = _parse(part.strip())
            if named is None:
                break
            address = named
            if not _is_trusted(named, trusted):
                break
    if address.is_loopback:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in trusted)
