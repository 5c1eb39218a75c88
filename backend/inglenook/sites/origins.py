"""Which web origins may use a site's chat: one set of rules for sockets, CORS and views. Pure.

    header --parse_origin--> Origin --allows_origin(entries)--> bool
    what an owner types --parse_entry--> OriginEntry, or an EntryError that explains

An origin is scheme, host and port as a browser sends it. Compared after lower-casing, IDNA and
dropping the default port. A script outside a browser sends whatever it likes, so passing here
grants nothing beyond an anonymous visitor's rights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .origin_entries import (
    EntryError,
    Origin,
    OriginEntry,
    parse_entries,
    parse_entry,
    parse_origin,
)

__all__ = [
    "Decision",
    "EntryError",
    "Origin",
    "OriginEntry",
    "allows_origin",
    "judge_request",
    "origin_of_url",
    "parse_entries",
    "parse_entry",
    "parse_origin",
]

Reason = Literal[
    "own", "listed", "null_allowed", "missing", "null", "malformed", "twice", "not_listed"
]


@dataclass(frozen=True, slots=True)
class Decision:
    """May this request pass, and why.

    `origin` is what a CORS answer names, also to a refused well-formed origin.
    """

    allowed: bool
    reason: Reason
    origin: str | None = None


def origin_of_url(url: str) -> Origin | None:
    """The origin of one of our own addresses, which may have a path."""
    return parse_origin("/".join(url.strip().split("/", 3)[:3]))


def allows_origin(
    entries: Iterable[OriginEntry],
    origin: Origin | str | None,
    *,
    own_origin: Origin | None,
    allow_null: bool = False,
) -> bool:
    """Whether a page of `origin` (parsed, or the header as it came) may use the site.

    Our own origin always may.
    """
    if origin == "null":
        return allow_null
    parsed = parse_origin(origin) if isinstance(origin, str) else origin
    if parsed is None:
        return False
    return parsed == own_origin or any(entry.matches(parsed) for entry in entries)


def judge_request(
    origin_headers: Sequence[bytes | str],
    sec_fetch_site: bytes | str | None,
    method: str,
    entries: Iterable[OriginEntry],
    own_base_url: str,
    allow_null: bool = False,
) -> Decision:
    """Judge a request by all its Origin headers.

    A GET or HEAD without Origin but with `Sec-Fetch-Site: same-origin` counts as our own page. A
    WebSocket handshake always carries an Origin: its caller passes None as `sec_fetch_site`.
    """
    own = origin_of_url(own_base_url)
    if len(origin_headers) > 1:
        return Decision(False, "twice")
    if not origin_headers:
        same_origin = sec_fetch_site is not None and _text(sec_fetch_site) == "same-origin"
        if same_origin and method.upper() in ("GET", "HEAD"):
            return Decision(True, "own", str(own) if own else None)
        return Decision(False, "missing")
    header = _text(origin_headers[0])
    if header == "null":
        return Decision(allow_null, "null_allowed" if allow_null else "null", "null")
    origin = parse_origin(header)
    if origin is None:
        return Decision(False, "malformed")
    if origin == own:
        return Decision(True, "own", str(origin))
    if allows_origin(entries, origin, own_origin=own):
        return Decision(True, "listed", str(origin))
    return Decision(False, "not_listed", str(origin))


def _text(header: bytes | str) -> str:
    # latin-1, as Django decodes headers, so that sockets and calls read the same bytes alike. It
    # cannot fail.
    return header.decode("latin-1") if isinstance(header, bytes) else header
