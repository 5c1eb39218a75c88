"""A room's short name, made from its name: "Café & Friends" -> `cafe-friends`. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

MAX_CHARS: Final = 64
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# Letters that have no decomposition, and stand in many European names.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)


def is_slug(text: str) -> bool:
    return _SLUG.fullmatch(text) is not None


def suggest_slug(name: str, taken: Container[str] = ()) -> str:
    """A free slug for the name, with a number where that is taken.

    A name in another script gets `room`.
    """
    plain = (
        unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
        .encode("ascii", "ignore")
        .decode()
    )
    base = (
        re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[: MAX_CHARS - 4].strip("-")
        or "room"
    )
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
