"""Makes the table of the widget's emoji picker: which there are, in which order, and their names.

    emoji_words.txt (order, short names)  ─┐
    unicodedata (names), Babel (countries) ├─►  widget/src/features/emoji/names.json
    protocol/emoji.py (what is an emoji)  ─┘

    python -m scripts.emoji_names

A row of the table is `👍~ thumbs_up +1 thumbsup/yes ok`: the emoji, "~" where it may have a skin
tone, its name, its short names, and after "/" words that find it. A row `[nature 🐻` begins a
category. Names that Unicode gives never change, so each Python makes the same table.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from inglenook.protocol import emoji

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "scripts/emoji_words.txt"
TABLE = ROOT / "widget/src/features/emoji/names.json"

PICTURE: Final = "\ufe0f"
JOINER: Final = "\u200d"
TONES: Final = range(0x1F3FB, 0x1F400)
HAIR: Final = range(0x1F9B0, 0x1F9B4)
# What is text without the variation selector: the property Emoji without Emoji_Presentation.
TEXT_SIGNS: Final = """
    a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 2328 23cf 23ed-23ef 23f1-23f2 23f8-23fa 24c2
    25aa-25ab 25b6 25c0 25fb-25fc 2600-2604 260e 2611 2618 261d 2620 2622-2623 2626 262a 262e-262f
    2638-263a 2640 2642 265f-2660 2663 2665-2666 2668 267b 267e 2692 2694-2697 2699 269b-269c 26a0
    26a7 26b0-26b1 26c8 26cf 26d1 26d3 26e9 26f0-26f1 26f4 26f7-26f9 2702 2708-2709 270c-270d 270f
    2712 2714 2716 271d 2721 2733-2734 2744 2747 2763-2764 27a1 2934-2935 2b05-2b07 3030 303d 3297
    3299 1f170-1f171 1f17e-1f17f 1f202 1f237 1f321 1f324-1f32c 1f336 1f37d 1f396-1f397 1f399-1f39b
    1f39e-1f39f 1f3cb-1f3ce 1f3d4-1f3df 1f3f3 1f3f5 1f3f7 1f43f 1f441 1f4fd 1f549-1f54a
    1f56f-1f570 1f573-1f579 1f587 1f58a-1f58d 1f590 1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4
    1f5d1-1f5d3 1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa 1f6cb 1f6cd-1f6cf 1f6e0-1f6e5
    1f6e9 1f6f0 1f6f3
    """
# People that are drawn as a woman or a man with this sign behind them.
GENDERED: Final = """
    1f46e 1f46f 1f470 1f471 1f473 1f477 1f481 1f482 1f486 1f487 1f575 1f645-1f647 1f64b 1f64d
    1f64e 1f6a3 1f6b4-1f6b6 1f926 1f935 1f937-1f939 1f93c-1f93e 1f9b8 1f9b9 1f9cd-1f9cf 1f9d4
    1f9d6-1f9df 1f3c3 1f3c4 1f3ca-1f3cc 26f9
    """
GENDERS: Final = {"woman": "\u2640\ufe0f", "man": "\u2642\ufe0f"}
PEOPLE: Final = {"": "\U0001f9d1", "woman_": "\U0001f469", "man_": "\U0001f468"}
# Joined to one of the people.
WORK: Final = {
    "⚕️": "health_worker",
    "🎓": "student",
    "🏫": "teacher",
    "⚖️": "judge",
    "🌾": "farmer",
    "🍳": "cook",
    "🔧": "mechanic",
    "🏭": "factory_worker",
    "💼": "office_worker",
    "🔬": "scientist",
    "💻": "technologist",
    "🎤": "singer",
    "🎨": "artist",
    "✈️": "pilot",
    "🚀": "astronaut",
    "🚒": "firefighter",
    "🍼": "feeding_baby",
    "🦯": "with_white_cane",
    "🦼": "in_motorized_wheelchair",
    "🦽": "in_manual_wheelchair",
    "🦰": "with_red_hair",
    "🦱": "with_curly_hair",
    "🦳": "with_white_hair",
    "🦲": "bald",
}
AFTER_WORK: Final = 0x1F46E  # those people stand before the police officer
DIGITS: Final = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
NATIONS: Final = {"gbeng": "England", "gbsct": "Scotland", "gbwls": "Wales"}


@dataclass
class Words:
    """What the file of words says of one emoji."""

    name: str = ""
    codes: list[str] = field(default_factory=list)
    finds: list[str] = field(default_factory=list)


def numbers(text: str) -> Iterator[int]:
    """Of `1f600-1f603 263a`."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


_TEXT_SIGNS: Final = frozenset(numbers(TEXT_SIGNS))
_TONED: Final = frozenset(numbers(emoji.TONED))
_KNOWN: Final = frozenset(numbers(emoji.EMOJI)) - set(TONES) - set(HAIR)


def drawn(number: int) -> str:
    return chr(number) + (PICTURE if number in _TEXT_SIGNS else "")


def code_of(name: str) -> str:
    """`Côte d’Ivoire` is `cote_d_ivoire`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9+-]+", "_", plain.lower().replace("'", "_")).strip("_")


def name_of(character: str) -> str:
    return re.sub("_(sign|symbol)$", "", code_of(unicodedata.name(character[0]).replace("-", " ")))


def read_words() -> tuple[list[tuple[str, str, list[int]]], dict[str, Words]]:
    """The categories (name, sign of the tab, characters in order), and words by emoji."""
    categories: list[tuple[str, str, list[int]]] = []
    words: dict[str, Words] = {}
    for line in WORDS.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            name, sign = line[1:].split()
            categories.append((name, sign, []))
        elif re.match("[0-9a-f]", line):
            categories[-1][2].extend(numbers(line))
        else:
            sign, *rest = line.split()
            entry = words[sign] = Words()
            target = entry.codes
            for word in rest:
                if word == "/":
                    target = entry.finds
                elif word.startswith("="):
                    entry.name = word[1:]
                else:
                    target.append(word)
    return categories, words


def row(sign: str, name: str, words: Words | None = None, more: str = "") -> str:
    """One line of the table. A word that the names have already is left out."""
    words = words or Words()
    name = words.name or name
    codes = [name, *(code for code in words.codes if code != name), *more.split()]
    known = set("_".join(codes).split("_"))
    finds = [word for word in words.finds if word not in known]
    first = ord(sign[0])
    tone = "~" if first in _TONED and not _has_two_people(sign) else ""
    return f"{sign}{tone} {' '.join(codes)}" + (f"/{' '.join(finds)}" if finds else "")


def _has_two_people(sign: str) -> bool:
    return any(ord(character) in _TONED for character in sign[1:])


def rows_of(number: int, words: dict[str, Words]) -> Iterator[str]:
    """An emoji, and those that are joined to it."""
    sign = drawn(number)
    entry = words.get(sign)
    name = entry.name if entry and entry.name else name_of(sign)
    if number == AFTER_WORK:
        yield from _work()
    yield row(sign, name, entry)
    if number in frozenset(numbers(GENDERED)):
        base = re.sub("^(person|man|woman)_(with_)?|_(person|man|woman)$", "", name)
        finds = Words(finds=entry.codes + entry.finds if entry else [])
        for gender, mark in GENDERS.items():
            yield row(sign + JOINER + mark, f"{gender}_{base}", finds)
    for joined, own in words.items():
        if joined != sign and joined.startswith(sign) and JOINER in joined:
            yield row(joined, own.name, own)


def _work() -> Iterator[str]:
    for tool, work in WORK.items():
        for who, person in PEOPLE.items():
            prefix = who or ("person_" if re.match("with|in_|bald|feed", work) else "")
            yield row(person + JOINER + tool, prefix + work)


def keycaps() -> Iterator[str]:
    for key in "0123456789":
        yield row(f"{key}{PICTURE}\u20e3", f"keycap_{key}", Words(codes=[DIGITS[int(key)]]))
    yield row(f"#{PICTURE}\u20e3", "keycap_number", Words(finds=["hash"]))
    yield row(f"*{PICTURE}\u20e3", "keycap_asterisk", Words(finds=["star"]))


def flags() -> Iterator[str]:
    # A development dependency: only whoever makes the table needs it.
    from babel import Locale

    names = dict(Locale("en").territories) | {"AC": "Ascension Island", "EU": "European Union"}
    found = []
    for letters in emoji.FLAGS.split():
        for second in letters[1:]:
            code = letters[0] + second
            sign = "".join(emoji.regional(letter) for letter in code)
            found.append((names.get(code, code), code.lower(), sign))
    for tag, name in NATIONS.items():
        sign = "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in tag) + "\U000e007f"
        found.append((name, tag, sign))
    for name, code, sign in sorted(found):
        yield f"{sign} flag_{code_of(name)} flag_{code}"


def table() -> list[str]:
    categories, words = read_words()
    rows: list[str] = []
    taken: set[int] = set()
    for name, sign, order in categories:
        rows.append(f"[{name} {sign}")
        for number in order:
            if number in taken or number not in _KNOWN:
                continue
            taken.add(number)
            rows.extend(rows_of(number, words))
        if name == "symbols":
            rows.extend(keycaps())
            rows.extend(flags())
    return rows


def as_json() -> str:
    return json.dumps({"rows": table()}, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    TABLE.write_text(as_json(), "utf-8")
    sys.stdout.write(f"{TABLE.relative_to(ROOT)}: {len(table())} rows\n")
