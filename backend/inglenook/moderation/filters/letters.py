"""A text as the letters that it can be read as, one symbol each.

    “B4d, rn!”  ─►  " bad  rn!"     no case, accents, zero-width characters or look-alikes

What is no letter is a blank. Three kinds of symbol stay apart, because they can be read in two
ways, and `letter_class` has both:

    l, L and 1   a small l and a 1 can stand for an i, a capital L cannot; a capital I is a 1
    @ ( = ! $ +  signs: the letter that they look like, or a sign that parts words
    rn and vv    as they are; a pattern's m or w finds them, too (`letter_class`)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from inglenook.protocol.characters import FILLER
from inglenook.protocol.lookalikes import SIGN_LETTERS, fold, plain

BLANK: Final = " "
# The symbol of each letter that a sign can stand for.
SIGN_OF: Final = {"a": "@", "c": "(", "e": "=", "i": "!", "s": "$", "t": "+", "x": "*"}
SIGNS: Final = "".join(SIGN_OF.values())
# Of what `fold` reads as an i: what is an l or could be either.
_I_OR_L: Final = {**dict.fromkeys("1IΙІӀӏ\u01c0", "1"), "l": "l", **dict.fromkeys("LłŁʟ", "L")}
_SAME_SHAPE: Final = {"m": "rn", "w": "vv"}
# A text of made-up characters must not fill the memory.
MOST_KNOWN: Final = 10_000


class _Symbols(dict[int, str]):
    """The symbols of each character that was met so far, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = self[code] = _symbols_of(chr(code))
        return found


_SYMBOLS: Final = _Symbols()


def symbols(text: str) -> str:
    """The symbols of a text. A blank for each character that parts words, nothing for a mark."""
    return text.translate(_SYMBOLS)


def places_of_symbols(text: str) -> Sequence[int]:
    """For each symbol of a text the place of its character."""
    if text.isascii():
        return range(len(text))  # one each
    places: list[int] = []
    for place, character in enumerate(text):
        places += [place] * len(_SYMBOLS[ord(character)])
    return places


def is_letter(character: str) -> bool:
    """Whether it is read as a letter: signs and digits that look like one are, too."""
    return _SYMBOLS[ord(character)].strip() != ""


def is_unseen(character: str) -> bool:
    """Marks and zero-width characters: they stand between letters and part nothing."""
    return _SYMBOLS[ord(character)] == ""


def is_plain_letter(character: str) -> bool:
    """Whether it is a letter and nothing else: no digit, no sign."""
    read = _SYMBOLS[ord(character)].strip()
    return read != "" and not character.isdigit() and read not in SIGNS


@lru_cache(maxsize=1024)
def letter_class(symbol: str) -> str:
    """A pattern of RE2 for everything that can be read as the letter that a rule has here."""
    if symbol == "i":
        return "[i1l!]"
    if symbol in "lL":
        return "[lL1!]"
    if symbol in "1!":
        return "[i1lL!]"
    letter = next((letter for letter, sign in SIGN_OF.items() if sign == symbol), symbol)
    if letter in _SAME_SHAPE:
        return f"(?:{letter}|{_SAME_SHAPE[letter]})"
    sign = SIGN_OF.get(letter)
    return f"[{letter}{re.escape(sign)}]" if sign else re.escape(letter)


def _symbols_of(character: str) -> str:
    if FILLER.match(character):
        return BLANK
    spelled = plain(character)
    whole = fold(character)
    if whole and "i" not in whole and SIGN_LETTERS.isdisjoint(spelled):
        return whole  # spelled first, some are other letters: a lunate sigma is like a c
    found = "".join(map(_symbol, spelled))
    if found:
        return found
    unseen = unicodedata.category(character) in ("Mn", "Me", "Cf")
    return "" if unseen else BLANK


def _symbol(character: str) -> str:
    letters = fold(character)
    if character in SIGN_LETTERS:
        return SIGN_OF[letters]
    return _I_OR_L.get(character, "i") if letters == "i" else letters
