"""Whether a text holds a word that a rule names, however it is disguised. Pure.

    text ─► symbols (`letters.py`) ─► sketch: each letter once, i like l, m like rn
                                        └─► one automaton of all rules: the candidates
                                              └─► of each, exactly, its places, one by one

Three or more of a letter are one or two. What stands between single letters goes: `b a d` and
`b.a.d` are `bad`, wherever in such a run it stands.

The sketch forgets what the exact look tells apart, and never the other way round, so nearly every
text ends at the automaton: its time grows with the text and hardly with the rules.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, groupby
from typing import Final, Literal

import re2
from msgspec import Struct

from inglenook.moderation.filters.letters import (
    BLANK,
    MOST_KNOWN,
    SIGN_OF,
    SIGNS,
    is_letter,
    is_plain_letter,
    is_unseen,
    letter_class,
    places_of_symbols,
    symbols,
)
from inglenook.moderation.filters.spans import EncodedText, Span, search_set, spans

# What the automaton of a site may take, for its rules and for what it learns from texts.
AUTOMATON_BYTES: Final = 64 << 20
# Digits and signs alone are a word from this length on: 55 is a number, 80085 is not.
LEAST_WITHOUT_A_LETTER: Final = 3
_SIGN: Final = re.escape(SIGNS)
_EDGE: Final = f"[{BLANK}{_SIGN}]"
_GAP: Final = f"{_EDGE}+"
_DOUBLES: Final = tuple((2 * letter, letter) for letter in string.ascii_lowercase + BLANK + SIGNS)
_OTHER_DOUBLE: Final = re.compile(r"([^\x00-\x7f])\1+")
# A single letter, perhaps stretched: the m of `rnrnrn`, too.
_SINGLE: Final = r"(?:(?:rn|m){{3,}}|(?:vv|w){{3,}}|rn|vv|([^ ])\{group}{{2,}}|[^ ])"
_SINGLE_TOKEN: Final = re.compile(_SINGLE.format(group=1))
# Single letters, in a row, with more than one.
_SPELLED: Final = re.compile(
    rf"(?<= )({_SINGLE.format(group=2)}(?: +{_SINGLE.format(group=3)}(?= ))+)(?= )"
)
# Two single letters beside each other, in a sketch.
_TWO_SINGLES: Final = re.compile(rf"{_EDGE}(?:rn|[^ ]){_EDGE}+(?:rn|[^ ]){_EDGE}")
_SIGN_AT_LETTER: Final = re.compile(
    rf"(?<=[^ {_SIGN}])[{_SIGN}]|[{_SIGN}](?=[{_SIGN}]*[^ {_SIGN}])"
)
# A sign beside its own letter is a part of a stretched one: `ba@@d`.
_SIGNS_IN_RUNS: Final = tuple(
    (sign, letter, re.compile(rf"{re.escape(sign)}+(?={letter})|(?<={letter}){re.escape(sign)}+"))
    for letter, sign in SIGN_OF.items()
)


class WordPattern(Struct, frozen=True):
    """`word` finds whole words, `part` also what stands inside one."""

    rule: int
    pattern: str
    match: Literal["word", "part"] = "word"


class WordMatcher:
    """The patterns of one site, made ready once. Patterns without a letter match nothing."""

    def __init__(self, patterns: Iterable[WordPattern]) -> None:
        read = (_Needle(one) for one in patterns)
        self._needles = [needle for needle in read if needle.symbols]
        self._words = _automaton([needle.sketch for needle in self._needles])
        self._spelled: re2.Set | None = None

    def candidates(self, text: str) -> list[tuple[int, Iterator[Span]]]:
        """The rules whose pattern may be in a text, in their order, and the places of each.

        The places are those of the text as it was typed, in code points. They are looked for when
        they are asked for, so whoever wants to know only whether there is one asks for one.
        """
        if not self._needles:
            return []
        read = _Reading(text)
        found = {place: self._needles[place].places(read) for place in _in(self._words, read)}
        if read.may_be_spelled:
            spelled = _Spelled(read)
            for place in _in(self._spelling_automaton(), spelled):
                places = self._needles[place].places_spelled(spelled)
                found[place] = chain(found.get(place, ()), places)
        return [(self._needles[place].rule, found[place]) for place in sorted(found)]

    def _spelling_automaton(self) -> re2.Set:
        """Made when the first text asks for it: most sites never see one."""
        if self._spelled is None:
            self._spelled = _automaton([needle.sketch_spelled for needle in self._needles])
        return self._spelled


def masked(text: str, hidden: Iterable[Span]) -> str:
    """The text with `•` for each letter at the places, and without the marks on it."""
    shown: list[str] = []
    done = 0
    for at, end in sorted(hidden):
        if end > done:
            shown += [text[done:at], text[max(at, done) : end].translate(_MASKED)]
            done = end
    return "".join([*shown, text[done:]])


class _Masked(dict[int, str]):
    """What a mask makes of each character that was met so far, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        if len(self) >= MOST_KNOWN:
            self.clear()
        character = chr(code)
        shown = "•" if is_letter(character) else "" if is_unseen(character) else character
        self[code] = shown
        return shown


_MASKED: Final = _Masked()


class _Needle:
    """What is looked for because of one rule."""

    def __init__(self, one: WordPattern) -> None:
        self.rule = one.rule
        self.is_word = one.match == "word"
        self.edge = 1 if self.is_word else 0
        # Capitals of a rule disguise nothing: its I is an i.
        folded = one.pattern.casefold()
        self.symbols = _spelled_together(symbols(folded)).strip()
        self.has_letter = any(map(is_plain_letter, folded))

    @property
    def sketch(self) -> str:
        body = "".join(
            _GAP if each == BLANK else _letter_of_sketch(each) for each in _sketch(self.symbols)
        )
        return f"{_EDGE}{body}{_EDGE}" if self.is_word else body

    @property
    def sketch_spelled(self) -> str:
        return "".join(map(_letter_of_sketch, _sketch(self.symbols.replace(BLANK, ""))))

    def places(self, read: _Reading) -> Iterator[Span]:
        """Where the rule's pattern stands in the text, in code points."""
        return self._typed_places(self._exact, read, self.edge)

    def places_spelled(self, spelled: _Spelled) -> Iterator[Span]:
        return self._typed_places(self._exact_spelled, spelled, 0)

    @cached_property
    def _exact(self) -> re2._Regexp:
        body = "".join(_runs(self.symbols))
        return _compiled(f"{_EDGE}{body}{_EDGE}" if self.is_word else body)

    @cached_property
    def _exact_spelled(self) -> re2._Regexp:
        return _compiled("".join(_runs(self.symbols.replace(BLANK, ""))))

    def _typed_places(
        self, wanted: re2._Regexp, read: _Reading | _Spelled, edge: int
    ) -> Iterator[Span]:
        """`edge` is how much stands round the word in what `wanted` finds."""
        text, places = read.text, read.places
        for first, behind in spans(wanted, read.encoded, edge):
            at, end = places[first + edge], places[behind - edge - 1] + 1
            while end < len(text) and is_unseen(text[end]):
                end += 1
            if self._is_meant(text[at:end]):
                yield at, end

    def _is_meant(self, typed: str) -> bool:
        """Whether what was typed can be this word, and not a number or a row of signs."""
        if self.has_letter and typed.isalpha() and typed.isascii():
            return True  # nearly always, and a tenth of the work below
        letters = [character for character in typed if is_letter(character)]
        has_letter = any(map(is_plain_letter, letters))
        if not self.has_letter:
            return not all(map(is_plain_letter, letters))
        has_digit = any(letter.isalnum() for letter in letters)
        return has_letter or (has_digit and len(letters) >= LEAST_WITHOUT_A_LETTER)


class _Reading:
    """A text as symbols, with a blank at each end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.symbols = f" {symbols(text)} "
        self.sketches = _sketches(self.symbols)

    @cached_property
    def encoded(self) -> EncodedText:
        return EncodedText(self.symbols)

    @property
    def may_be_spelled(self) -> bool:
        return any(map(_TWO_SINGLES.search, self.sketches))

    @cached_property
    def places(self) -> Sequence[int]:
        return [0, *places_of_symbols(self.text), len(self.text)]


class _Spelled:
    """The single letters of a text, those beside each other put together."""

    def __init__(self, read: _Reading) -> None:
        self.text = read.text
        self._read = read
        # A sign at a letter parts, a sign between blanks is a letter: `b @ d!`.
        parted = _SIGN_AT_LETTER.sub(BLANK, read.symbols)
        self._runs = [(run.start(1), run[1]) for run in _SPELLED.finditer(parted)]
        self.symbols = BLANK.join(run.replace(BLANK, "") for _, run in self._runs)
        self.sketches = _sketches(self.symbols)

    @cached_property
    def encoded(self) -> EncodedText:
        return EncodedText(self.symbols)

    @cached_property
    def places(self) -> Sequence[int]:
        found: list[int] = []
        for start, run in self._runs:
            found += [self._read.places[start + at] for at, one in enumerate(run) if one != BLANK]
            found.append(0)  # of the blank behind it
        return found


def _in(automaton: re2.Set, read: _Reading | _Spelled) -> set[int]:
    """The places of the needles that may be in what was read."""
    return {place for sketch in read.sketches for place in automaton.Match(sketch) or ()}


def _automaton(patterns: Sequence[str]) -> re2.Set:
    options = re2.Options()
    options.max_mem = AUTOMATON_BYTES
    options.log_errors = False
    return search_set(patterns, options)


def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    return re2.compile(pattern, options)


def _spelled_together(text: str) -> str:
    """A rule's own single letters beside each other: `b.a.d` is the word `bad`."""
    kept: list[str] = []
    was_single = True
    for token in text.split():
        is_single = _SINGLE_TOKEN.fullmatch(token) is not None
        kept.append(token if is_single and was_single else f" {token}")
        was_single = is_single
    return "".join(kept)


def _runs(text: str) -> Iterator[str]:
    """A pattern for each letter: as often as the rule has it, or stretched."""
    for symbol, run in groupby(text):
        if symbol == BLANK:
            yield _GAP
        else:
            one = letter_class(symbol)
            yield f"{one}{{2,}}" if len(list(run)) > 1 else f"(?:{one}{{3,}}|{one})"


def _sketches(text: str) -> list[str]:
    """One sketch, or two where a sign may be a part of a stretched letter or part words."""
    first = _sketch(text)
    joined = first
    for sign, letter, pattern in _SIGNS_IN_RUNS:
        if sign in first:
            joined = pattern.sub(letter, joined)
    return [first] if joined == first else [first, _without_doubles(joined)]


def _sketch(text: str) -> str:
    text = text.replace("l", "i").replace("L", "i").replace("1", "i")
    text = text.replace("m", "rn").replace("w", "v")
    while "rnrn" in text:
        text = text.replace("rnrn", "rn")
    return _without_doubles(text)


def _without_doubles(text: str) -> str:
    # Many times faster than one pattern with a back reference.
    for twice, once in _DOUBLES:
        while twice in text:
            text = text.replace(twice, once)
    return text if text.isascii() else _OTHER_DOUBLE.sub(r"\1", text)


def _letter_of_sketch(symbol: str) -> str:
    """A pattern of RE2 for a letter of a rule's sketch: the letter, or its sign."""
    for sign, letter, _ in _SIGNS_IN_RUNS:
        if symbol in (letter, sign):
            return f"[{letter}{re.escape(sign)}]"
    return re.escape(symbol)
