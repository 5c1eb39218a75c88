"""Whose request it is: the key by which an address is counted and limited.

An address is the peer's, or what a configured proxy says; loopback is none by itself.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# No installation has more proxies of its own in a row; a longer header is a stranger's, and is not
# read on.
MOST_HOPS: Final = 20
_PORT: Final = re.compile(r"(:[0-9]{1,5})?", re.ASCII)


def address_of_request(request: HttpRequest) -> str | None:
    forwarded_for = request.META.get("HTTP_X_FORWARDED_FOR")
    return address_key(request.META.get("REMOTE_ADDR"), forwarded_for, settings.TRUSTED_PROXIES)


def address_key(
    peer: str | None, forwarded_for: str | None, trusted: Sequence[Network]
) -> str | None:
    """The IPv4 address, or the /64 of an IPv6 one; None where there is nothing to limit by.

    Of X-Forwarded-For only the part that our own proxies wrote counts: the last address that is not
    one of them. Where one of them wrote what is no address, the request counts as that proxy's own,
    loopback or not: what stands further left is whatever the client made up.
    """
    address = parse_address(peer or "")
    if address is None:
        return None
    if forwarded_for is not None and _is_trusted(address, trusted):
        for part in reversed(forwarded_for.rsplit(",", MOST_HOPS)[-MOST_HOPS:]):
            named = parse_address(part)
            if named is None:
                _say_that_it_cannot_be_read(str(address))
                return _key(address)
            address = named
            if not _is_trusted(named, trusted):
                break
    return None if address.is_loopback else _key(address)


def is_trusted_peer(peer: str | None, trusted: Sequence[Network]) -> bool:
    address = parse_address(peer or "")
    return address is not None and _is_trusted(address, trusted)


def parse_address(text: str) -> Address | None:
    """An address as proxies write it: alone or with a port, IPv6 with brackets or without, perhaps
    in quotes.
    """
    text = text.strip().strip('"')
    port = ""
    if text.startswith("["):
        text, bracket, port = text[1:].partition("]")
        if not bracket or ":" not in text:
            return None
    elif text.count(":") == 1:
        text, colon, port = text.partition(":")
        port = colon + port
    if not _PORT.fullmatch(port):
        return None
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def range_of(key: str) -> str:
    """The range round what `address_key` gives: the /24 of an IPv4 address, the /48 of an IPv6."""
    network = ipaddress.ip_network(key)
    return str(network.supernet(new_prefix=24 if network.version == 4 else 48))


def _key(address: Address) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in trusted)


@lru_cache(maxsize=100)
def _say_that_it_cannot_be_read(proxy: str) -> None:
    """Once for each proxy: it writes the same with every request."""
    logger.warning(
        "a trusted proxy sends an X-Forwarded-For that names no address; "
        "all its visitors share one address's limits",
        extra={"proxy": proxy},
    )
