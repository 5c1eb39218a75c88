"""A room's short name, made from its name: "Café & Friends" -> `cafe-friends`. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

from inglenook.protocol.ids import NEW_SLUG_CHARS, RESERVED_SLUGS

# Of what is made from a name: a number may follow.
_BASE_CHARS: Final = 60
# Letters that have no decomposition, and stand in many European names.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)


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
        re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:_BASE_CHARS].strip("-")
        or "room"
    )
    slug, number = base, 2
    while slug in taken or slug in RESERVED_SLUGS:
        end = f"-{number}"
        slug, number = base[: NEW_SLUG_CHARS - len(end)] + end, number + 1
    return slug
