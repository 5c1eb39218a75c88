"""Whether a name can be taken for another one: letters that look alike count as one, what is small
or unseen as nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from .characters import UNSEEN

# Each line: a Latin letter, then characters that can be read as it, of Latin, Greek, Cyrillic,
# Armenian and Cherokee, and digits. Capitals stand beside small letters where only one of the two
# looks alike. Accents are gone before this table is asked.
_LOOKALIKES: Final = """
a ΑαАаɑᴀᎪ4@∂
b ΒВвЪЬьЂЉɓᏼᏴ8ʙ
c СсϲϹᴄᏟⅽ¢©
d ԁԀđɖɗᎠðÐᴅ
e ΕЕеєЄҽᎬ3€ɘəᴇɛε
f ƒғҒϜꜰ
g ɡɢԍԌցᏀ9ǥ
h ΗНнһҺհᎻħʜĥ
i ΙІіıɩɪӀӏᎥ1!|¡ιłlʟ\u2223\u01c0
j ЈјյϳᎫɉȷᴊ
k ΚКкκĸᏦқҚƙӃᴋ
m ΜМмᎷϺɱᴍ
n ΝոռηɲŋпПɴ
o ΟОоοσՕօӨө0øØᴏʘ
p ΡРрρϱᏢþÞƿᴘ
q ԛԚգզɋ
r ᎡгГɼɽʀᎱ
s ЅѕՏᏚ5$ʂſꜱ§
t ΤТтτᎢ7ŧŦƭ+†
u ՍսυʋᴜцμµЦ
v ѴѵνᏙᴠ
w ԜԝωѡШшᏔɯᴡщЩ
x ΧХхχᕁ×
y ΥҮүУуγᎩʏყ
z ΖᏃʐᴢ2ƶ
"""
# Two letters that together look like one.
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("æ", "ae"), ("œ", "oe"))


def _table() -> dict[int, str]:
    rows = (line.split(" ", 1) for line in _LOOKALIKES.strip().splitlines())
    return {ord(character): letter for letter, alike in rows for character in alike}


_LETTER_OF: Final = _table()
# Signs of the table are letters in disguise, or what they seem: `@nna`, `Anna @ work`.
SIGN_LETTERS: Final = frozenset(chr(code) for code in _LETTER_OF if not chr(code).isalnum())
# Letters in brackets, circles, boxes and of flags, each row from A to Z, which normalisation leaves
# or puts into brackets.
_ENCLOSED: Final = {
    first + place: chr(ord("A") + place)
    for first in (0x249C, 0x1F110, 0x1F150, 0x1F170, 0x1F1E6)
    for place in range(26)
}
_TATWEEL: Final = "\u0640"  # lengthens an Arabic word, and means nothing
# Signs that look like an i or a t, but at the ends of a name more often are what they seem.
_SIGNS: Final = "!¡|∣+†. "


def name_skeleton(name: str) -> str:
    """What is left of a name for the eye: two names with one skeleton can be taken for each other.

    Blanks, signs and what is unseen are left out. Empty where a name has neither letters nor
    digits.
    """
    return fold("".join(filter(_counts, plain(name))))


def plain(name: str) -> str:
    """A name in plain letters, its accents apart."""
    return unicodedata.normalize("NFKD", name.translate(_ENCLOSED))


def is_reserved(name: str, taken: Iterable[str]) -> bool:
    """Whether a name can be taken for one of those that are taken."""
    readings = _readings(name)
    if not readings:
        return name in taken
    return any(not readings.isdisjoint(_readings(other)) for other in taken)


def _readings(name: str) -> set[str]:
    """A name without its signs, and with signs read as letters: `@nna!` is Anna, whose `!` is no
    letter.
    """
    spelled = plain(name)
    from_start = spelled.lstrip(_SIGNS)
    spellings = (spelled, spelled.rstrip(_SIGNS), from_start, from_start.rstrip(_SIGNS))
    skeleton = name_skeleton(name)
    return {skeleton, *map(fold, spellings)} if skeleton else set()


def fold(text: str) -> str:
    """Letters that look alike as one, signs of the table as the letters they look like, the rest
    left out.
    """
    # Once for capitals, before folding makes them letters that look different, and once for what
    # folding brings forth.
    text = text.translate(_LETTER_OF).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_LETTER_OF)
    text = "".join(filter(_counts, text))
    for pair, single in _PAIRS:
        text = text.replace(pair, single)
    return text


def _counts(character: str) -> bool:
    """Whether a character tells names apart: letters, digits and the vowel signs of scripts that
    write them as marks.
    """
    if character.isalnum():
        return character != _TATWEEL
    # Accents have a combining class; vowel signs have none. A joined-on mark that is not seen has
    # none either.
    is_vowel_sign = unicodedata.category(character) in ("Mn", "Mc") and not unicodedata.combining(
        character
    )
    return is_vowel_sign and not UNSEEN.match(character)
