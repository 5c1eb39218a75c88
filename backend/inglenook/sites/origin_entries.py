"""The two shapes of an origin: what a browser sends, and one line of the list an owner writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from .hosts import HostError, canonical_host, is_address, is_shared_suffix

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# A host has at most 253 characters; what is longer is not worth the work of IDNA.
_MAX_CHARS: Final = 300
# A site's pages have a handful of origins, and each handshake and call brings one of them.
_ORIGINS_KEPT: Final = 1024
# `a` keeps a long s (U+017F) from passing for the s of https.
_ORIGIN: Final = re.compile(
    r"(?ai:(https?))://(\[[^\[\]/?#@\s]*\]|[^\[\]/?#@:\s\\]+)(?::([1-9][0-9]{0,4}))?"
)

# What an owner may write, read generously, so that a mistake can be named instead of guessed at.
_TYPED: Final = re.compile(
    r"(?>(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*(?=:[/\\])"
    r"|(?i:https?|wss?|data|javascript|mailto)(?=:)):)?)"
    r"(?P<slashes>[/\\]*+)"
    r"(?:(?P<userinfo>[^/?#\\]*)@)?"
    r"(?P<host>\[[^\]/?#]*+\]?+|[^:/?#\\\[]*)(?P<port>:[^/?#\\]*)?(?P<tail>[/?#\\].*)?",
    re.DOTALL,
)
_WEB_SCHEMES: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_DEVELOPMENT_HOSTS: Final = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a page, in the form in which two of them compare."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{_port_suffix(self.scheme, self.port)}"


@dataclass(frozen=True, slots=True)
class OriginEntry:
    """One line of a site's list.

    `port` None means any port; `subdomains` means every name below `host`, not `host`.
    """

    scheme: str
    host: str
    port: int | None
    subdomains: bool = False

    def __str__(self) -> str:
        star = "*." if self.subdomains else ""
        port = ":*" if self.port is None else _port_suffix(self.scheme, self.port)
        return f"{self.scheme}://{star}{self.host}{port}"

    def matches(self, origin: Origin) -> bool:
        if origin.scheme != self.scheme or self.port not in (None, origin.port):
            return False
        if self.subdomains:
            return origin.host.endswith(f".{self.host}")
        return origin.host == self.host


class EntryError(ValueError):
    """A line that is no origin.

    `message` is for the owner; `suggestion` is the corrected line where one is plain.
    """

    def __init__(self, code: str, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class _Typed:
    """The parts of a line; each check may put one right before the next looks at it."""

    scheme: str
    host: str
    port: str
    subdomains: bool = False


def parse_origin(value: str | None) -> Origin | None:
    """The origin in a header, or None where it is missing, `null` or malformed. Never raises."""
    if value is None or len(value) > _MAX_CHARS:
        return None
    return _origin_in(value)


@lru_cache(_ORIGINS_KEPT)
def _origin_in(value: str) -> Origin | None:
    found = _ORIGIN.fullmatch(value)
    if found is None:
        return None
    scheme = found[1].lower()
    port = int(found[3]) if found[3] else _DEFAULT_PORTS[scheme]
    try:
        host = canonical_host(found[2])
    except HostError:
        return None
    return Origin(scheme, host, port) if port <= 65535 else None


def parse_entries(stored: Iterable[str]) -> tuple[OriginEntry, ...]:
    """The entries of a stored list.

    What is no entry lets nobody in, and must not shut the site down either.
    """
    entries = []
    for text in stored:
        try:
            entries.append(parse_entry(text))
        except EntryError:
            continue
    return tuple(entries)


def parse_entry(text: str) -> OriginEntry:
    """The entry that an owner wrote. Raises EntryError with the reason in the owner's words."""
    line = text.strip()
    _refuse_hopeless(line)
    found = _TYPED.fullmatch(line)
    if found is None:
        raise EntryError("invalid", _SHAPE)
    faults: list[tuple[str, str]] = []
    typed = _Typed(_scheme(found, faults), found["host"], found["port"] or "")
    _check_around(found, faults)
    typed = _check_host(typed, faults)
    typed = _check_port(typed, faults)
    if typed.subdomains and typed.scheme == "http":
        faults.append(("wildcard_http", "All subdomains can be listed for https only."))
        typed = replace(typed, scheme="https")
    entry = _build(typed)
    if faults:
        code, message = faults[0]
        raise EntryError(code, message, str(entry))
    return entry


_SHAPE: Final = (
    "An origin looks like https://shop.example, with a port only where your address has one."
)


def _refuse_hopeless(line: str) -> None:
    if not line:
        raise EntryError("empty", "Enter the address of your website, like https://shop.example.")
    if len(line) > _MAX_CHARS:
        raise EntryError("too_long", f"An origin has at most {_MAX_CHARS} characters.")
    if not line.isprintable() or any(map(str.isspace, line)) or "," in line or ";" in line:
        raise EntryError(
            "blank", "Enter one origin at a time, without blanks, commas or line breaks."
        )
    if line.lower() == "null":
        message = (
            "`null` is what files and sandboxed frames send, whosever they are, "
            "so it cannot be listed. "
            "Put the page on a website and list that."
        )
        raise EntryError("null", message)
    if line in ("*", "*:*", "*.*"):
        raise EntryError("wildcard_all", _NO_STAR)


_NO_STAR: Final = (
    "A bare * would let every website use your chat. "
    "List each origin, or https://*.shop.example for all subdomains."
)


def _scheme(found: re.Match[str], faults: list[tuple[str, str]]) -> str:
    typed = (found["scheme"] or "").lower()
    if not typed:
        # A bare address or localhost is somebody's own machine, where https is rare.
        is_own_machine = re.fullmatch(r"(?i:localhost)|[0-9.]+|\[.*", found["host"])
        scheme = "http" if is_own_machine else "https"
        faults.append(("no_scheme", f"Begin with {scheme}://, as in your browser's address line."))
        return scheme
    if typed not in _WEB_SCHEMES:
        message = "Only pages on http:// and https:// can have a chat."
        if typed == "file":
            message += " For a file on your machine, serve it on http://localhost and list that."
        raise EntryError("scheme", message)
    if typed not in _DEFAULT_PORTS:
        faults.append(
            ("scheme", "List the page's own address, which begins with https:// or http://.")
        )
    elif found["slashes"] != "//":
        faults.append(("slashes", f"After {typed}: come two slashes."))
    return _WEB_SCHEMES[typed]


def _check_around(found: re.Match[str], faults: list[tuple[str, str]]) -> None:
    if found["userinfo"] is not None:
        faults.append(
            ("userinfo", "An origin has no user name or password: leave out what is before the @.")
        )
    tail = found["tail"]
    if tail == "/":
        faults.append(("trailing_slash", "An origin has no slash at the end."))
    elif tail:
        faults.append(
            ("path", "An origin has no path: a whole website is listed, not one page of it.")
        )


def _check_host(typed: _Typed, faults: list[tuple[str, str]]) -> _Typed:
    host = typed.host
    if not host or host == ".":
        raise EntryError("host", "The name of the website is missing. " + _SHAPE)
    if host in ("*", "*."):
        raise EntryError("wildcard_all", _NO_STAR)
    if host.startswith("*."):
        typed = replace(typed, host=host[2:], subdomains=True)
    elif host.startswith("."):
        faults.append(("leading_dot", "All subdomains are written with a star before the dot."))
        typed = replace(typed, host=host[1:], subdomains=True)
    elif host.startswith("*"):
        faults.append(("wildcard", "The star stands for whole names and is followed by a dot."))
        typed = replace(typed, host=host[1:], subdomains=True)
    if "*" in typed.host:
        message = "A star can only stand first, for all subdomains: https://*.shop.example."
        raise EntryError("wildcard", message)
    if typed.host.endswith(".") and not typed.host.endswith(".."):
        faults.append(
            ("trailing_dot", "Leave out the dot at the end: browsers count it as another website.")
        )
        typed = replace(typed, host=typed.host[:-1])
    return typed


def _check_port(typed: _Typed, faults: list[tuple[str, str]]) -> _Typed:
    port = typed.port
    if not port:
        if typed.host.lower() == "localhost" and faults and faults[0][0] == "no_scheme":
            # Somebody who writes just `localhost` develops there, on a port that changes.
            return replace(typed, port=":*")
        return typed
    if port == ":":
        faults.append(("port", "A colon is followed by a port; leave it out where there is none."))
        return replace(typed, port="")
    if port == ":*":
        if (
            typed.scheme == "http"
            and typed.host.lower() in _DEVELOPMENT_HOSTS
            and not typed.subdomains
        ):
            return typed
        message = (
            "Any port is only possible for http://localhost:* and http://127.0.0.1:*. "
            "Name the port."
        )
        faults.append(("port_wildcard", message))
        return replace(typed, port="")
    if not re.fullmatch(":[0-9]{1,6}", port) or not 1 <= int(port[1:]) <= 65535:
        raise EntryError("port", "A port is a number from 1 to 65535.")
    if port[1] == "0":
        faults.append(("port", "Write the port without zeros in front."))
    return typed


def _build(typed: _Typed) -> OriginEntry:
    try:
        host = canonical_host(typed.host)
    except HostError:
        raise EntryError("host", f"{typed.host} is not the name of a website. " + _SHAPE) from None
    if typed.subdomains and is_address(host):
        raise EntryError("wildcard", "An IP address has no subdomains.")
    if typed.subdomains and is_shared_suffix(host):
        message = (
            f"Anybody can have a website below {host}, so all of them cannot be listed. "
            "Name your own."
        )
        raise EntryError("public_suffix", message)
    if typed.port == ":*":
        return OriginEntry(typed.scheme, host, None)
    port = int(typed.port[1:]) if typed.port else _DEFAULT_PORTS[typed.scheme]
    return OriginEntry(typed.scheme, host, port, typed.subdomains)


def _port_suffix(scheme: str, port: int) -> str:
    return "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
