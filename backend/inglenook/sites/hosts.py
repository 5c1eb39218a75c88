"""Host names in the one form in which they compare: lower case, IDNA, addresses as browsers write them."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

import idna

_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
# A host whose last label looks like a number is an IPv4 address to every browser (WHATWG URL, "ends in a number").
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

# Second levels under which registries of two-letter domains sell names, as in `co.uk` or `com.au`.
_SECOND_LEVELS: Final = frozenset(("ac", "co", "com", "edu", "gov", "mil", "net", "org"))
# Everybody can get a name below these, so a wildcard over them would let strangers in.
_SHARED_NAMES: Final = """
    asso.fr gob.es gob.mx gouv.fr go.id go.jp go.kr go.th govt.nz gv.at id.au ltd.uk me.uk ne.jp nhs.uk nom.br or.at
    or.id or.jp or.kr or.th plc.uk sch.uk web.id
    co.com uk.com us.com eu.com de.com eu.org
    amplifyapp.com azureedge.net azurestaticapps.net azurewebsites.net bitbucket.io blogspot.com bubbleapps.io
    cloudapp.net cloudfront.net codeberg.page deno.dev elasticbeanstalk.com firebaseapp.com fly.dev framer.app
    framer.website github.dev github.io gitlab.io gitpod.io glitch.me hatenablog.com herokuapp.com loca.lt
    lovable.app myshopify.com neocities.org netlify.app ngrok.app ngrok.dev ngrok.io ngrok-free.app ngrok-free.dev
    notion.site now.sh onrender.com pages.dev pythonanywhere.com railway.app readthedocs.io repl.co replit.app
    replit.dev run.app s3.amazonaws.com squarespace.com stackblitz.io streamlit.app surge.sh trycloudflare.com
    tumblr.com vercel.app vercel.dev web.app webflow.io weebly.com wixsite.com wordpress.com workers.dev wpengine.com
    """
_SHARED_SUFFIXES: Final = frozenset(_SHARED_NAMES.split())


class HostError(ValueError):
    """The text is no host name and no address."""


def canonical_host(text: str) -> str:
    """The canonical form of a name, an IPv4 address or a bracketed IPv6 address. Raises HostError."""
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

    The list holds the common ones; it cannot be complete.
    """
    labels = host.split(".")
    if len(labels) == 1 or host in _SHARED_SUFFIXES:
        return True
    return len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _SECOND_LEVELS


def _to_ascii(text: str) -> str:
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except ValueError:
        # idna's errors are UnicodeErrors; it also lets plain ValueErrors of malformed labels through.
        raise HostError(text) from None


def _is_label(label: str) -> bool:
    if not _LABEL.fullmatch(label):
        return False
    if label.startswith("xn--"):
        # Browsers know more scripts and emoji than IDNA 2008 allows, so only the encoding itself is checked.
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
