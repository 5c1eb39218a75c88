"""What a page says of itself, by its address: asked for once in a while, whoever links to it.

    address ─> remembered? ─> within the site's rate? ─> the page ─> its words ─> its picture, drawn
    anew (files/pictures.py) ─> remembered, also that there was nothing

For threads. What is remembered is in the memory of this process, some minutes, and holds no name.
"""

from __future__ import annotations

import logging
import threading
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from typing import Final
from urllib.parse import urljoin

from cachetools import TTLCache
from django.conf import settings
from msgspec import Struct

from inglenook.chat.previews.reading import read_page
from inglenook.files import kinds, pictures
from inglenook.limits.policy import may_look_up
from inglenook.outgoing.addresses import FetchRefused, Rules
from inglenook.outgoing.client import Deadline, Wanted, fetch
from inglenook.protocol.errors import ChatError
from inglenook.protocol.limits import PICTURE_BYTES

logger = logging.getLogger(__name__)

# For a page and its picture together.
SECONDS: Final = 6.0
# The head of nearly every page ends before this.
PAGE_BYTES: Final = 512 * 1024
KEPT_SECONDS: Final = 600
KEPT_BYTES: Final = 8 * 1024 * 1024
# One width: a card shows it small. What is smaller than a thumbnail is a mark or a counter.
SHAPE: Final = pictures.Shape((320,))
LEAST_SIDE: Final = 48
PAGES: Final = ("text/html", "application/xhtml+xml")
_AROUND_BYTES: Final = 2048


class Found(Struct, frozen=True):
    """What the card says. `picture` has one drawing, or is None."""

    title: str
    text: str
    picture: pictures.Drawings | None = None


def _bytes_of(found: Found | None) -> int:
    picture = found.picture if found else None
    return _AROUND_BYTES + (len(picture.all[0].content) if picture else 0)


_known: Final[TTLCache[str, Found | None]] = TTLCache(KEPT_BYTES, KEPT_SECONDS, getsizeof=_bytes_of)
_lock: Final = threading.Lock()


def look_up(url: str, site_id: int) -> Found | None:
    """None where there is nothing to show, or the site asks for too many."""
    with _lock:
        if url in _known:
            return _known[url]
    if not may_look_up(site_id):
        return None
    try:
        found = _asked(url)
    except FetchRefused as refused:
        # Neither address nor host: they are somebody's words.
        logger.info("no preview of a link", extra={"site": site_id, "why": refused.reason})
        found = None
    with _lock:
        _known[url] = found
    return found


def forget_all() -> None:
    with _lock:
        _known.clear()


def _asked(url: str) -> Found | None:
    """Raises FetchRefused."""
    deadline = Deadline(SECONDS)
    wanted = Wanted(kinds=PAGES, most_bytes=PAGE_BYTES, agent=_agent(), is_cut=True)
    page = fetch(url, wanted, deadline, _rules())
    says = read_page(page.content, page.charset)
    if says is None:
        return None
    picture = _picture(page.url, says.picture, deadline) if says.picture else None
    return Found(says.title, says.text, picture)


def _picture(page: str, address: str, deadline: Deadline) -> pictures.Drawings | None:
    """`address` is as the page has it. A card without a picture is a card."""
    wanted = Wanted(kinds=tuple(kinds.PICTURES), most_bytes=PICTURE_BYTES, agent=_agent())
    try:
        content = fetch(urljoin(page, address), wanted, deadline, _rules()).content
        drawn = pictures.draw(BytesIO(content), SHAPE, field="image")
    # ValueError: what cannot be joined.
    except (FetchRefused, ChatError, ValueError):
        return None
    first = drawn.all[0]
    return drawn if min(first.width, first.height) >= LEAST_SIDE else None


def _rules() -> Rules:
    return Rules(to_loopback=settings.PREVIEWS_TO_LOOPBACK)


def _agent() -> str:
    """Who asks, and where that is."""
    try:
        ours = version("inglenook")
    except PackageNotFoundError:  # run from a folder
        ours = "0"
    return f"Inglenook/{ours} (link preview; +{settings.BASE_URL})"
