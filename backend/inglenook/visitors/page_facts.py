"""What the site's own pages say of a visitor: the page that they are on, and attributes.

    session, page       ─► page, where the owner asks for it (`track_page`)
    me, attributes      ─► attributes, by the page's `track()`

Any visitor can make such a call with a program, so nothing of it is proven. Only the team reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from inglenook.protocol.errors import Empty, Invalid, InvalidText, TooLong
from inglenook.protocol.text import normalise_name
from inglenook.sites.origins import OriginEntry, allows_origin
from inglenook.visitors.models import Visitor

MOST_ATTRIBUTES: Final = 20
KEY_CHARS: Final = 40
VALUE_CHARS: Final = 200
URL_CHARS: Final = 2000
TITLE_CHARS: Final = 200

Value = str | int | float | bool | None


class Tracking(Protocol):
    """What a site says of its pages; a `CachedSite` is one."""

    @property
    def track_page(self) -> bool: ...
    @property
    def entries(self) -> Sequence[OriginEntry]: ...


class Page(Protocol):
    """A page as the widget names it."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def referrer(self) -> str: ...


def note_page(*, visitor: Visitor, site: Tracking, page: Page | None) -> None:
    """Stores the page that the visitor is on, `{url, title, referrer}`.

    Takes away what is stored where the owner asks for it no more. An address that is none of the
    site's changes nothing.
    """
    if not site.track_page:
        _store(visitor, None)
    elif page is not None and (url := _address(page.url)) and _is_of(site, url):
        found = {"url": url, "title": _title(page.title), "referrer": _address(page.referrer)}
        _store(visitor, found)


def with_attributes(visitor: Visitor, said: Mapping[str, Value]) -> dict[str, str]:
    """The visitor's attributes with these over them; None and an empty text take one away.

    Raises Invalid where there are too many, and as `normalise_name`, with the field attributes.
    """
    found: dict[str, str] = dict(visitor.attributes or {})
    for key, value in said.items():
        name = normalise_name(key, KEY_CHARS, field="attributes")
        text = _text(value)
        if text.strip():
            found[name] = normalise_name(text, VALUE_CHARS, field="attributes")
        else:
            found.pop(name, None)
    if len(found) > MOST_ATTRIBUTES:
        raise Invalid(f"A visitor has {MOST_ATTRIBUTES} attributes at most.", field="attributes")
    return found


def _text(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _store(visitor: Visitor, page: dict[str, Any] | None) -> None:
    if visitor.page == page:
        return
    Visitor.objects.filter(pk=visitor.pk, erased_at__isnull=True).update(page=page)
    visitor.page = page


def _address(typed: str) -> str:
    """Without its fragment, and one that is too long without its query; empty where it is none."""
    url = typed.strip().partition("#")[0]
    if len(url) > URL_CHARS:
        url = url.partition("?")[0]
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    is_plain = url.isprintable() and " " not in url and "@" not in parts.netloc
    return url if is_address and is_plain and len(url) <= URL_CHARS else ""


def _is_of(site: Tracking, url: str) -> bool:
    parts = urlsplit(url)
    return allows_origin(site.entries, f"{parts.scheme}://{parts.netloc}", own_origin=None)


def _title(title: str) -> str:
    try:
        return normalise_name(title[:1000], TITLE_CHARS * 5)[:TITLE_CHARS].strip()
    except (Empty, InvalidText, TooLong):
        return ""
