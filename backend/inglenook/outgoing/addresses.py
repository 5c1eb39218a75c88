"""Which places a stranger may have the server ask: public addresses on the web's own ports.

    address in text ─> target_of: scheme, host, port, path ─> addresses_of: the name is resolved,
    once; every address is judged ─> the client connects to one of these and to nothing else

A name that is resolved twice could answer with a public address first and a private one then. What
is public is asked of `ipaddress`, and beyond it of what carries another address inside.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

import idna
from msgspec import Struct

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Reason = Literal[
    "address",  # no address of the web, or one that is not public
    "name",  # no such host
    "unreachable",  # nobody answers there, or breaks off
    "certificate",  # it is not valid for this host
    "time",  # it took too long
    "redirects",  # too many, or one that leads nowhere
    "status",  # any other answer than 200
    "kind",  # not of a media type that was asked for
    "encoding",  # compressed in another way than gzip
    "size",  # larger than was asked for
    "broken",  # no answer as HTTP has it
]

MOST_CHARS: Final = 2048
PORTS: Final = {"http": 80, "https": 443}
LOOPBACK: Final = "127.0.0.1"
_LONGEST_HOST: Final = 253
# What `getaddrinfo` would read as a number: decimal, octal, hexadecimal, or with parts left out.
_NUMBER: Final = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)")
# Of a path and query: what may stand there as it is.
_PLAIN: Final = "/%:=&?~+!$,;'@()*[]|"
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
# Where other addresses stand for what is inside a network, though `is_global` has them.
_NOT_PUBLIC: Final = tuple(
    ipaddress.IPv4Network(each)
    for each in (
        "192.0.0.0/24",  # of the protocol itself
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # the host of a machine in Azure
    )
)


class FetchRefused(Exception):
    """Nothing is fetched from there. `reason` says why, and holds no text of anybody's."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Target(Struct, frozen=True):
    """Where a request goes. `host` is in the form of DNS; `path` with its query, in ASCII.

    `is_own`: it is on this machine, and the rules allow that.
    """

    scheme: str
    host: str
    port: int
    path: str
    is_own: bool = False

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"


class Rules(Struct, frozen=True):
    """`to_loopback`: for development, `http://127.0.0.1:<port>/` may be asked, too, in just that
    form. `resolve` gives the addresses of a name within so many seconds.
    """

    to_loopback: bool = False
    resolve: Callable[[str, float], list[Address]] | None = None


def target_of(url: str, rules: Rules) -> Target:
    """Raises FetchRefused("address")."""
    refused = FetchRefused("address")
    if len(url) > MOST_CHARS or not url.isprintable() or " " in url or "\\" in url:
        raise refused
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise refused
    host = _host(parts.hostname)
    is_own = rules.to_loopback and url.startswith(f"http://{LOOPBACK}:{port}/")
    if not is_own and port not in (None, *PORTS.values()):
        raise refused
    path = quote(parts.path or "/", safe=_PLAIN)
    if parts.query:
        path += "?" + quote(parts.query, safe=_PLAIN)
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path, is_own)


def addresses_of(target: Target, seconds: float, rules: Rules) -> list[Address]:
    """Every address of the target's host; all of them are public.

    Raises FetchRefused: address, name, time.
    """
    if target.is_own:
        return [ipaddress.ip_address(LOOPBACK)]
    literal = _literal(target.host)
    if literal is not None:
        found = [literal]
    else:
        found = (rules.resolve or resolve)(target.host, seconds)
    # One that is not public makes all of them suspect: the name is somebody's who tries.
    if not found or not all(is_public(each) for each in found):
        raise FetchRefused("address")
    return found


def is_public(address: Address) -> bool:
    """Whether anybody on the internet reaches the same machine under it."""
    if isinstance(address, ipaddress.IPv4Address):
        return (
            address.is_global
            and not address.is_multicast
            and not address.is_reserved
            and not any(address in network for network in _NOT_PUBLIC)
        )
    inside = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inside is not None:
        return is_public(inside)
    return address in _UNICAST and address.is_global and not address.is_multicast


def resolve(host: str, seconds: float) -> list[Address]:
    """Raises FetchRefused: name, time.

    The system's resolver has no time limit, so a thread of its own waits for it, which does not
    keep the process from ending.
    """
    found: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            found.put(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            found.put(None)

    threading.Thread(target=ask, name="name of a host", daemon=True).start()
    try:
        rows = found.get(timeout=seconds)
    except Empty:
        raise FetchRefused("time") from None
    if rows is None:
        raise FetchRefused("name")
    # A zone such as `%eth0` is of this machine alone; `ipaddress` keeps it, and it is not public.
    return list(dict.fromkeys(ipaddress.ip_address(row[4][0]) for row in rows))


def _host(name: str) -> str:
    """In the form of DNS, or as a literal address. Raises FetchRefused("address")."""
    literal = _literal(name)
    if literal is not None:
        return str(literal)
    try:
        host = idna.encode(name.rstrip("."), uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise FetchRefused("address") from None
    last = host.rpartition(".")[2]
    # One label is a name of the own network.
    if "." not in host or len(host) > _LONGEST_HOST or _NUMBER.fullmatch(last):
        raise FetchRefused("address")
    return host


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
