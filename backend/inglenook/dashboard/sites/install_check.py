"""Whether the tag works, and where it does not: why, as far as can be seen from here.

sightings, refusals, troubles, the list of websites ─> Check ─> _check.html
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone
from msgspec import Struct

from inglenook.sites import selectors
from inglenook.sites.models import InstallTrouble, OriginSighting, Site
from inglenook.sites.origins import (
    EntryError,
    OriginEntry,
    allows_origin,
    origin_of_url,
    parse_entry,
)

SHOWN_FOR: Final = timedelta(days=7)
MOST_FINDINGS: Final = 5
_Kind = InstallTrouble.Kind
# The chat works in a slower way. Each page there is seen, so one that was seen proves nothing; a
# trouble that goes on is written again within a minute.
SLOWER: Final = frozenset({_Kind.SOCKET, _Kind.SOCKET_POLICY, _Kind.NO_UPGRADE})
_SLOWER_IS_OVER: Final = timedelta(seconds=90)


class Refusal(Struct, frozen=True):
    """An origin that was sent away. `entry` is what would let it in, None where nothing can."""

    origin: str
    count: int
    last_at: datetime
    entry: str | None


class Website(Struct, frozen=True):
    entry: str
    seen_at: datetime | None


class Finding(Struct, frozen=True):
    """Why pages of an origin have no chat, or a slower one. `kind` is a trouble's, or `mixed`."""

    kind: str
    origin: str
    count: int = 0
    last_at: datetime | None = None

    @property
    def is_slower(self) -> bool:
        return self.kind in SLOWER


class Check(Struct, frozen=True):
    seen: OriginSighting | None
    others: list[OriginSighting]
    refused: list[Refusal]
    findings: list[Finding]
    older: list[OriginSighting]

    @property
    def mark(self) -> str:
        """Changes when what is shown changes, so that an open page is only redrawn then."""
        parts = [
            f"{row.origin}@{row.last_at:%Y%m%d%H%M}"
            for row in [self.seen, *self.others, *self.refused]
            if row
        ]
        parts += [f"{each.kind}:{each.origin}" for each in self.findings]
        parts += [f"{row.origin}@older" for row in self.older]
        return "-".join(parts)[:600]


def install_check(site: Site) -> Check:
    seen = selectors.newest_sightings(site.pk, refused=False, limit=100)
    entries = [parse_entry(entry) for entry in selectors.origins_of_site(site)]
    shown_since = timezone.now() - SHOWN_FOR
    older = [row for row in seen if row.older_look_at and row.older_look_at >= shown_since]
    return Check(
        seen=seen[0] if seen else None,
        others=seen[1:6],
        refused=_refused(site, entries),
        findings=[*_mixed(entries), *_troubles(site, seen, shown_since)][:MOST_FINDINGS],
        older=older[:MOST_FINDINGS],
    )


def websites_of(site: Site) -> list[Website]:
    """The list of who may use the chat, each with when a page of it did."""
    seen = selectors.newest_sightings(site.pk, refused=False, limit=100)
    return [
        Website(text, next((row.last_at for row in seen if _is_of(text, row.origin)), None))
        for text in selectors.origins_of_site(site)
    ]


def _is_of(entry: str, origin: str) -> bool:
    return allows_origin([parse_entry(entry)], origin, own_origin=None)


def _refused(site: Site, entries: list[OriginEntry]) -> list[Refusal]:
    own = origin_of_url(settings.BASE_URL)
    found = [
        Refusal(row.origin, row.count, row.last_at, _entry_for(row.origin))
        for row in selectors.newest_sightings(site.pk, refused=True, limit=20)
        # What was listed since is no longer news.
        if not allows_origin(
            entries, row.origin, own_origin=own, allow_null=site.allows_null_origin
        )
    ]
    return found[:MOST_FINDINGS]


def _mixed(entries: Iterable[OriginEntry]) -> list[Finding]:
    """Browsers load nothing by http into pages with https, but from the same machine."""
    own = origin_of_url(settings.BASE_URL)
    if own is None or own.scheme == "https" or own.host in ("localhost", "127.0.0.1", "::1"):
        return []
    return [Finding("mixed", str(each)) for each in entries if str(each).startswith("https:")][:1]


def _troubles(site: Site, seen: list[OriginSighting], since: datetime) -> list[Finding]:
    """The newest first; of one origin only what is nearer to the cause."""
    last_seen = {row.origin: row.last_at for row in seen}
    rows = InstallTrouble.objects.filter(site=site, last_at__gte=since).order_by("-last_at", "-pk")
    open_ones = [row for row in rows if not _is_over(row, last_seen.get(row.origin))]
    explained = {row.origin for row in open_ones if row.kind == _Kind.NO_UPGRADE}
    return [
        Finding(row.kind, row.origin, row.count, row.last_at)
        for row in open_ones
        if row.kind != _Kind.SOCKET or row.origin not in explained
    ]


def _is_over(trouble: InstallTrouble, seen_at: datetime | None) -> bool:
    """Whether pages of its origin opened the chat since."""
    if seen_at is None:
        return False
    delay = _SLOWER_IS_OVER if trouble.kind in SLOWER else timedelta(0)
    return seen_at > trouble.last_at + delay


def _entry_for(origin: str) -> str | None:
    try:
        return str(parse_entry(origin))
    except EntryError:
        return None
