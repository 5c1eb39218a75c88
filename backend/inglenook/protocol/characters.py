"""Classes of characters that the rules of text share, ready for use inside `[…]` of a pattern."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# What opens and closes a stretch of text in another direction (Unicode Bidirectional Algorithm, X1
# to X8).
BIDI_EMBEDDERS: Final = "\u202a\u202b\u202d\u202e"
BIDI_ISOLATORS: Final = "\u2066\u2067\u2068"
PDF: Final = "\u202c"
PDI: Final = "\u2069"
BIDI_CONTROLS: Final = f"{BIDI_EMBEDDERS}{BIDI_ISOLATORS}{PDF}{PDI}\u200e\u200f\u061c"

ZWJ: Final = "\u200d"
# Drawn as nothing, or as an empty space that no program takes for a blank.
_FILLERS: Final = "\u115f\u1160\u2800\u3164\uffa0"
_SELECTORS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNSEEN_MARKS: Final = "\u034f\u17b4\u17b5"
_RESERVED_UNSEEN: Final = "\u2065\ufff0-\ufff8\U000e0000-\U000e0fff"
# Format characters (category Cf) but for the Arabic, Syriac, Kaithi and Egyptian ones, which are
# drawn.
FORMATS: Final = (
    "\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
FILLER: Final = re.compile(f"[{_FILLERS}]")
UNSEEN: Final = re.compile(f"[{FORMATS}{_FILLERS}{_SELECTORS}{_UNSEEN_MARKS}{_RESERVED_UNSEEN}]")


def is_mark(character: str) -> bool:
    """Whether a character is drawn on the one before it."""
    return unicodedata.category(character)[0] == "M"


def has_ink(text: str) -> bool:
    """Whether anything of the text can be seen."""
    return bool(UNSEEN.sub("", text).strip())


def limit_marks(text: str, most: int) -> str:
    """Drop the combining marks beyond `most` on one character.

    A zero-width character does not count as the next one: the marks on it would be drawn in the
    same place.
    """
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        category = "L" if character < "\x80" else unicodedata.category(character)
        if category[0] == "M":
            marks += 1
            if marks > most:
                continue
        elif category not in ("Cf", "Cn"):
            marks = 0
        kept.append(character)
    return "".join(kept)
