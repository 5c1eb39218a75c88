"""The rules of origins once more, written plainly and slowly: for comparison only."""

from __future__ import annotations

import ipaddress

import idna

PORTS = {"http": 80, "https": 443}
Parsed = tuple[str, str, int]


def parsed(header: str) -> Parsed | None:
    """Scheme, host, port; None for what is no origin."""
    scheme, mark, rest = header.partition("://")
    if not mark or not scheme.isascii() or scheme.lower() not in PORTS or len(header) > 300:
        return None
    scheme = scheme.lower()
    for character in rest:
        if character in "/?#@\\" or character.isspace():
            return None
    if rest.startswith("["):
        host, _, port = rest.partition("]")
        host += "]"
        if "]" not in rest or (port and not port.startswith(":")):
            return None
        port = port[1:] if port else None
    else:
        host, colon, port = rest.partition(":")
        port = port if colon else None
    if port is not None:
        digits = all(character in "0123456789" for character in port)
        if not digits or not 1 <= len(port) <= 5 or port[0] == "0" or int(port) > 65535:
            return None
    canonical = host_of(host)
    return None if canonical is None else (scheme, canonical, int(port or PORTS[scheme]))


def host_of(host: str) -> str | None:
    if host.startswith("["):
        try:
            address = ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            return None
        # What a browser shows: groups in hexadecimal, the longest row of zeros left out; never a
        # zone.
        return None if address.scope_id is not None else f"[{int(address):032x}]"
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except ValueError:
            return None
    host = host.lower()
    labels = host.split(".")
    for label in labels:
        if not 1 <= len(label) <= 63:
            return None
        if not all(c in "abcdefghijklmnopqrstuvwxyz0123456789-_" for c in label):
            return None
        if label.startswith("xn--") and not is_punycode(label[4:]):
            return None
    last = labels[-1]
    is_number = last.isdigit() or (
        last.startswith("0x") and all(c in "0123456789abcdef" for c in last[2:])
    )
    if is_number and not is_dotted_four(labels):
        return None
    return host if len(host) <= 253 else None


def is_dotted_four(labels: list[str]) -> bool:
    return len(labels) == 4 and all(
        label.isdigit() and str(int(label)) == label and int(label) <= 255 for label in labels
    )


def is_punycode(text: str) -> bool:
    try:
        return not text.encode().decode("punycode").isascii()
    except (ValueError, OverflowError):
        return False


def allows(entries: list[tuple[str, str, int | None, bool]], header: str) -> bool:
    """`entries` are scheme, host, port (None: any) and whether subdomains are meant."""
    origin = parsed(header)
    if origin is None:
        return False
    scheme, host, port = origin
    for entry_scheme, entry_host, entry_port, below in entries:
        if scheme != entry_scheme or entry_port not in (None, port):
            continue
        if host == entry_host and not below:
            return True
        if (
            below
            and host != entry_host
            and host.split(".")[-len(entry_host.split(".")) :] == (entry_host.split("."))
        ):
            return True
    return False
