"""Rooms of pages: `data-room="auto"` gives a page its room, where the owner allows its address.

    page ─> its address without query and fragment ─> of an origin of the site, and a pattern that
            the owner set ─> the room of that address; the first visitor makes it, within limits

Who asks for any other address gets no room, and nothing is stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.db import IntegrityError, transaction

from inglenook.chat.models import Room
from inglenook.chat.room_settings import NAME_CHARS
from inglenook.limits.policy import may_make_page_room
from inglenook.protocol import text
from inglenook.sites.models import Site
from inglenook.sites.origins import allows_origin
from inglenook.sites.selectors import SiteCard

TITLE_CHARS: Final = 200
MOST_PAGE_ROOMS: Final = 10_000
_WORD_CHARS: Final = 40
_NOT_OF_A_SLUG: Final = re.compile(r"[^a-z0-9]+")


def page_room(*, site: SiteCard, url: str, title: str, address: str | None) -> Room | None:
    """The room of a page, made where there is none. None where the page gets none.

    `address` is whose call it is, for the limits.
    """
    canonical = canonical_address(site, url)
    if canonical is None or not _is_allowed(site.id, urlsplit(canonical).path):
        return None
    slug = slug_of(canonical)
    found = Room.objects.filter(site_id=site.id, slug=slug).first()
    if found is None:
        found = _make(site.id, slug, canonical, title, address)
    return None if found is None or found.gone else found


def canonical_address(site: SiteCard, url: str) -> str | None:
    """The address that names the page; None where it is none of the site's."""
    try:
        parts: SplitResult = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        return None
    named = f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else ""
    origin = f"{parts.scheme}://{host}{named}"
    if not allows_origin(site.entries, origin, own_origin=None):
        return None
    try:
        path = quote(unquote(parts.path, errors="strict"), safe="/~!$&'()*+,;=:@-._")
    except UnicodeDecodeError:
        return None
    return origin + (path.rstrip("/") or "/")


def slug_of(canonical: str) -> str:
    """A word of the address, for people, and its hash."""
    last = unquote(urlsplit(canonical).path).rsplit("/", 1)[-1].lower()
    word = _NOT_OF_A_SLUG.sub("-", last).strip("-")[:_WORD_CHARS].strip("-")
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:12]
    return "-".join(part for part in ("page", word, digest) if part)


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern of the owner's allows the path; `*` stands for any characters."""
    words = [re.escape(part) for part in pattern.rstrip("/").split("*")]
    return re.fullmatch(".*".join(words) or "/", path) is not None


def _is_allowed(site_id: int, path: str) -> bool:
    patterns: Sequence[str] | None = (
        Site.objects.filter(pk=site_id).values_list("page_patterns", flat=True).first()
    )
    return any(matches(pattern, path) for pattern in patterns or ())


def _make(site_id: int, slug: str, canonical: str, title: str, address: str | None) -> Room | None:
    pages = Room.objects.filter(site_id=site_id, kind=Room.Kind.PAGE)
    if not may_make_page_room(site_id, address) or pages.count() >= MOST_PAGE_ROOMS:
        return None
    shown = _title(title) or unquote(urlsplit(canonical).path)
    room = Room(
        site_id=site_id,
        slug=slug,
        kind=Room.Kind.PAGE,
        name=shown[:NAME_CHARS].strip() or slug,
        page_title=shown[:TITLE_CHARS],
        page_url=canonical,
    )
    try:
        with transaction.atomic():
            room.save(force_insert=True)
    except IntegrityError:  # another visitor was a moment earlier
        return Room.objects.filter(site_id=site_id, slug=slug).first()
    return room


def _title(title: str) -> str:
    try:
        return text.normalise_name(title[:1000], TITLE_CHARS * 5)
    except text.TextError:
        return ""
