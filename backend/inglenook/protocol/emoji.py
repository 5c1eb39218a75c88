"""Which text is one emoji, and so may be a reaction.

Data of Unicode 17; Python's own tables do not know emoji.
"""

from __future__ import annotations

import re
from typing import Final

MAX_REACTION_BYTES: Final = 32

# The property Emoji above ASCII, without regional indicators and skin tones, which count only
# within a sequence. The last block is reserved for emoji, so that those of the coming years pass.
EMOJI: Final = """
    a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23e9-23f3 23f8-23fa 24c2
    25aa-25ab 25b6 25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 261d 2620 2622-2623 2626
    262a 262e-262f 2638-263a 2640 2642 2648-2653 265f-2660 2663 2665-2666 2668 267b 267e-267f
    2692-2697 2699 269b-269c 26a0-26a1 26a7 26aa-26ab 26b0-26b1 26bd-26be 26c4-26c5 26c8
    26ce-26cf 26d1 26d3-26d4 26e9-26ea 26f0-26f5 26f7-26fa 26fd 2702 2705 2708-270d 270f 2712
    2714 2716 271d 2721 2728 2733-2734 2744 2747 274c 274e 2753-2755 2757 2763-2764 2795-2797
    27a1 27b0 27bf 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f004 1f0cf
    1f170-1f171 1f17e-1f17f 1f18e 1f191-1f19a 1f201-1f202 1f21a 1f22f 1f232-1f23a 1f250-1f251
    1f300-1f321 1f324-1f393 1f396-1f397 1f399-1f39b 1f39e-1f3f0 1f3f3-1f3f5 1f3f7-1f3fa
    1f400-1f4fd 1f4ff-1f53d 1f549-1f54e 1f550-1f567 1f56f-1f570 1f573-1f57a 1f587 1f58a-1f58d
    1f590 1f595-1f596 1f5a4-1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3 1f5dc-1f5de
    1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa-1f64f 1f680-1f6c5 1f6cb-1f6d2 1f6d5-1f6d8 1f6dc-1f6e5
    1f6e9 1f6eb-1f6ec 1f6f0 1f6f3-1f6fc 1f7e0-1f7eb 1f7f0 1f90c-1f93a 1f93c-1f945 1f947-1f9ff
    1fa70-1faff
    """
# The property Emoji_Modifier_Base: what may have a skin tone.
TONED: Final = """
    261d 26f9 270a-270d 1f385 1f3c2-1f3c4 1f3c7 1f3ca-1f3cc 1f442-1f443 1f446-1f450 1f466-1f478
    1f47c 1f481-1f483 1f485-1f487 1f48f 1f491 1f4aa 1f574-1f575 1f57a 1f590 1f595-1f596
    1f645-1f647 1f64b-1f64f 1f6a3 1f6b4-1f6b6 1f6c0 1f6cc 1f90c 1f90f 1f918-1f91f 1f926
    1f930-1f939 1f93c-1f93e 1f977 1f9b5-1f9b6 1f9b8-1f9b9 1f9bb 1f9cd-1f9cf 1f9d1-1f9dd
    1fac3-1fac5 1faf0-1faf8
    """
# A first letter and the second letters that make a flag with it.
FLAGS: Final = """
    ACDEFGILMOQRSTUWXZ BABDEFGHIJLMNOQRSTVWYZ CACDFGHIKLMNOPQRUVWXYZ DEGJKMOZ EACEGHRSTU FIJKMOR
    GABDEFGHILMNPQRSTUWY HKMNRTU ICDELMNOQRST JEMOP KEGHIMNPRWYZ LABCIKRSTUVY
    MACDEFGHKLMNOPQRSTUVWXYZ NACEFGILOPRUZ OM PAEFGHKLMNRSTWY QA REOSUW SABCDEGHIJKLMNORSTVXYZ
    TACDFGHJKLMNORTVWZ UAGMNSYZ VACEGINU WFS XK YET ZAMW
    """
# Flags of England, Scotland and Wales, spelt in tag characters.
_SUBDIVISIONS: Final = ("gbeng", "gbsct", "gbwls")


def _characters(ranges: str) -> str:
    """A list of hexadecimal ranges as the inside of a character class."""
    as_characters = re.sub("[0-9a-f]+", lambda number: chr(int(number[0], 16)), ranges)
    return "".join(as_characters.split())


def regional(letter: str) -> str:
    return chr(0x1F1E6 + ord(letter) - ord("A"))


def _flag_pattern() -> str:
    rows = FLAGS.split()
    pairs = "|".join(regional(r[0]) + "[" + "".join(map(regional, r[1:])) + "]" for r in rows)
    tags = "|".join("".join(chr(0xE0000 + ord(c)) for c in name) for name in _SUBDIVISIONS)
    return f"{pairs}|\U0001f3f4(?:{tags})\U000e007f"


_KEYCAP: Final = "[0-9#*]\ufe0f?\u20e3"
_TONES: Final = "\U0001f3fb-\U0001f3ff"
_ONE: Final = f"(?:[{_characters(TONED)}][{_TONES}]|[{_characters(EMOJI)}{_TONES}]\ufe0f?)"
# Any emoji may be joined to any other: a list of the joined ones that fonts draw would be old by
# next year.
JOINED_EMOJI: Final = re.compile(f"{_flag_pattern()}|{_KEYCAP}|{_ONE}(?:\u200d{_ONE})*")
# These are signs of writing; only the variation selector makes a picture of them.
_SIGNS: Final = re.compile("[\xa9\xae\u203c-\u25ff\u3030-\u3299]")
# Of the signs, those that are pictures without a selector (the property Emoji_Presentation).
_SIGNS_THAT_ARE_PICTURES: Final = "\u231a\u231b\u23e9\u23ea\u23eb\u23ec\u23f0\u23f3\u25fd\u25fe"


def is_reaction_emoji(text: str) -> bool:
    """Whether a text is exactly one emoji of at most 32 bytes: also a flag, a keycap, toned or
    joined ones.
    """
    # Four bytes is the most that a character can take, so the length bounds the work before
    # anything is encoded.
    if len(text) > MAX_REACTION_BYTES or not JOINED_EMOJI.fullmatch(text):
        return False
    if len(text) == 1 and _SIGNS.match(text) and text not in _SIGNS_THAT_ARE_PICTURES:
        return False
    return len(text.encode()) <= MAX_REACTION_BYTES
