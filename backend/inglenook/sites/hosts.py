"""Host names in the one form in which they compare.

Names are in lower case and IDNA, addresses as browsers write them.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import TYPE_CHECKING, Final

import idna

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
# To every browser a host whose last label looks like a number is an IPv4 address (WHATWG URL,
# "ends in a number").
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

# Anybody can get a website below these names, but their owners have not entered them in the public
# suffix list.
_SHARED_NAMES: Final = """
    github.dev gitpod.io glitch.me loca.lt neocities.org railway.app squarespace.com stackblitz.io
    tumblr.com weebly.com wordpress.com wpengine.com
    """
_SHARED_SUFFIXES: Final = frozenset(_SHARED_NAMES.split())
# Registries of two-letter domains sell names below these before the list has them.
_SECOND_LEVELS: Final = frozenset(("ac", "co", "com", "edu", "gov", "mil", "net", "org"))


class HostError(ValueError):
    """The text is no host name and no address."""


def canonical_host(text: str) -> str:
    """The canonical form of a name, an IPv4 address or a bracketed IPv6 address.

    Raises HostError.
    """
    if text.startswith("["):
        return _canonical_ipv6(text)
    host = text.lower() if text.isascii() else _to_ascii(text)
    labels = host.split(".")
    if len(host) > 253 or not all(map(_is_label, labels)):
        raise HostError(text)
    if _NUMBER.fullmatch(labels[-1]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise HostError(text) from None
    return host


def is_address(host: str) -> bool:
    """Whether a canonical host is an IP address and not a name."""
    return host.startswith("[") or _NUMBER.fullmatch(host.rpartition(".")[2]) is not None


def is_shared_suffix(host: str) -> bool:
    """Whether strangers can have names below a canonical host: a top level, `co.uk`, `github.io`.

    The public suffix list says so, as it was when the library was released. What it does not hold
    yet, the two lists above do.
    """
    if _public_suffixes().is_public(host) or host in _SHARED_SUFFIXES:
        return True
    labels = host.split(".")
    return len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVELS


@cache
def _public_suffixes() -> PublicSuffixList:
    """Read from the library's file (30 ms) when the first wildcard is judged."""
    # The import takes 8 ms, and most processes never judge a wildcard.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def _to_ascii(text: str) -> str:
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except ValueError:
        # Besides its own UnicodeErrors idna raises plain ValueErrors for malformed labels.
        raise HostError(text) from None


def _is_label(label: str) -> bool:
    if not _LABEL.fullmatch(label):
        return False
    if label.startswith("xn--"):
        # Browsers know more scripts and emoji than IDNA 2008 allows, so only the encoding itself is
        # checked.
        try:
            return not label[4:].encode().decode("punycode").isascii()
        except (ValueError, OverflowError):
            return False
    return True


def _canonical_ipv6(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text[1:-1] if text.endswith("]") else "")
    except ValueError:
        raise HostError(text) from None
    if address.scope_id is not None:
        raise HostError(text)
    mapped = address.ipv4_mapped
    if mapped is not None:
        # Newer Pythons print the last part dotted; browsers do not.
        high, low = divmod(int(mapped), 0x10000)
        return f"[::ffff:{high:x}:{low:x}]"
    return f"[{address.compressed}]"
