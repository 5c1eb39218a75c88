"""Whether a text holds a word that a rule names, however it is disguised. Pure.

Pattern and text are read as letters: without case, marks and zero-width characters, look-alikes and
digits as the letter they look like. Three or more of a letter are one or two. What stands between
single letters goes: `b a d` and `b.a.d` are `bad`. All patterns are one tree of letters, which is
walked from each letter of the text, so a text costs about the same with two rules and with
thousands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from inglenook.protocol.lookalikes import SIGN_LETTERS, fold

GAP: Final = " "


class WordPattern(Struct, frozen=True):
    """`word` finds whole words, `part` also what stands inside one."""

    rule: int
    pattern: str
    match: Literal["word", "part"] = "word"


class Match(Struct, frozen=True):
    """Where a rule's pattern stands, in code points of the text as it was typed."""

    rule: int
    at: int
    end: int


class _Letter(Struct):
    """`at` to `end` is where it was typed; `can_double` stands for three or more of it."""

    letter: str
    at: int
    end: int
    starts: bool = False
    ends: bool = False
    can_double: bool = False
    is_sign: bool = False


class _Node(Struct):
    children: dict[str, _Node]
    words: list[int]
    parts: list[int]


class WordMatcher:
    """The patterns of one site, made ready once. Patterns without a letter match nothing."""

    def __init__(self, patterns: Iterable[WordPattern]) -> None:
        self._root = _node()
        for one in patterns:
            letters = "".join(
                letter.letter * (2 if letter.can_double else 1) for letter in _letters(one.pattern)
            )
            if letters:
                self._add(letters, one)

    def matches(self, text: str) -> list[Match]:
        """Every place of every pattern, in the order of the text."""
        letters = _letters(text)
        found: set[tuple[int, int, int]] = set()
        for start, letter in enumerate(letters):
            if letter.letter in self._root.children:
                for end, node in self._walk(self._root, letters, start):
                    last = letters[end]
                    rules = list(node.parts)
                    if letter.starts and (last.ends or _only_signs_follow(letters, end)):
                        rules += node.words
                    found.update((letter.at, last.end, rule) for rule in rules)
        return [Match(rule, at, end) for at, end, rule in sorted(found)]

    def _add(self, letters: str, one: WordPattern) -> None:
        node = self._root
        for letter in letters:
            node = node.children.setdefault(letter, _node())
        (node.words if one.match == "word" else node.parts).append(one.rule)

    def _walk(self, node: _Node, letters: list[_Letter], at: int) -> Iterator[tuple[int, _Node]]:
        """Each pattern that begins here: the place of its last letter, and its node."""
        open_ways = [(node, at)]
        while open_ways:
            here, place = open_ways.pop()
            if place >= len(letters):
                continue
            letter = letters[place]
            once = here.children.get(letter.letter)
            twice = once.children.get(letter.letter) if once and letter.can_double else None
            for reached in (once, twice):
                if reached is not None:
                    if reached.words or reached.parts:
                        yield place, reached
                    open_ways.append((reached, place + 1))


def masked(text: str, matches: Iterable[Match]) -> str:
    """The text with `•` for each letter that was matched."""
    shown = list(text)
    for match in matches:
        for place in range(match.at, match.end):
            if _reading(shown[place]):
                shown[place] = "•"
    return "".join(shown)


def _node() -> _Node:
    return _Node({}, [], [])


def _only_signs_follow(letters: list[_Letter], end: int) -> bool:
    """Whether a word ends here but for signs that could be letters: the `!` of `bad!`."""
    for letter in letters[end + 1 :]:
        if letter.letter == GAP:
            return True
        if not letter.is_sign:
            return False
        if letter.ends:
            return True
    return True


def _letters(text: str) -> list[_Letter]:
    """The text as letters, with a gap between words."""
    words = _words(text)
    letters: list[_Letter] = []
    was_single = False
    for word in words:
        is_single = len(word) == 1
        if letters and not (is_single and was_single):
            letters.append(_Letter(GAP, word[0].at, word[0].at))
        word[0].starts = word[-1].ends = True
        letters += word
        was_single = is_single
    return _squeezed(letters)


def _words(text: str) -> list[list[_Letter]]:
    words: list[list[_Letter]] = []
    is_open = False
    for at, character in enumerate(text):
        reading = _reading(character)
        if reading:
            if not is_open:
                words.append([])
            is_sign = character in SIGN_LETTERS
            words[-1] += [_Letter(letter, at, at + 1, is_sign=is_sign) for letter in reading]
            is_open = True
        elif not _is_unseen(character):
            is_open = False
    return words


def _squeezed(letters: list[_Letter]) -> list[_Letter]:
    """Three or more of a letter become one that can be two."""
    squeezed: list[_Letter] = []
    place = 0
    while place < len(letters):
        last = place
        while last + 1 < len(letters) and letters[last + 1].letter == letters[place].letter:
            last += 1
        run = letters[place : last + 1]
        if len(run) >= 3 and not any(letter.is_sign for letter in run):
            first = run[0]
            first.end, first.ends, first.can_double = run[-1].end, run[-1].ends, True
            squeezed.append(first)
        else:
            squeezed += run
        place = last + 1
    return squeezed


@lru_cache(maxsize=4096)
def _reading(character: str) -> str:
    """The letters that one character can be read as; none for a mark, a blank or another sign."""
    return fold(unicodedata.normalize("NFKC", character))


@lru_cache(maxsize=4096)
def _is_unseen(character: str) -> bool:
    """Marks and zero-width characters: they stand between letters and part nothing."""
    return unicodedata.category(character) in ("Mn", "Me", "Cf")
