"""Whether a text holds a word that a rule names, however it is disguised. Pure.

    text ─► symbols (`letters.py`) ─► one automaton of all rules, loosely: the candidates
                                        └─► of each, exactly, its places, one by one

Three or more of a letter are one or two. What stands between single letters goes: `b a d` and
`b.a.d` are `bad`, wherever in such a run it stands.

The automaton takes any number of a letter for one, i for l, and m for rn. It finds all that the
exact look finds, and some more, so nearly every text ends at the automaton: its time grows with the
text and hardly with the rules.
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
AUTOMATON_BYTES: Final = 128 << 20
# Digits and signs alone are a word from this length on: 55 is a number, 80085 is not.
LEAST_WITHOUT_A_LETTER: Final = 3
_SIGN: Final = re.escape(SIGNS)
_EDGE: Final = f"[{BLANK}{_SIGN}]"
_GAP: Final = f"{_EDGE}+"
# A single letter, perhaps stretched: the m of `rnrnrn`, too.
_SINGLE: Final = r"(?:(?:rn|m){{3,}}|(?:vv|w){{3,}}|rn|vv|([^ ])\{group}{{2,}}|[^ ])"
_PARTED: Final = str.maketrans(dict.fromkeys(SIGNS, BLANK))
_SIGN_ALONE: Final = re.compile(rf"(?<={BLANK})[{_SIGN}]+(?={BLANK})")
_ALIKE: Final = str.maketrans("lL1!w", "iiiiv")
_UNIT: Final = re.compile("rn|.", re.DOTALL)
_SINGLE_TOKEN: Final = re.compile(_SINGLE.format(group=1))
# Single letters, in a row, with more than one.
_SPELLED: Final = re.compile(
    rf"(?<= )({_SINGLE.format(group=2)}(?: +{_SINGLE.format(group=3)}(?= ))+)(?= )"
)
_SIGN_AT_LETTER: Final = re.compile(
    rf"(?<=[^ {_SIGN}])[{_SIGN}]|[{_SIGN}](?=[{_SIGN}]*[^ {_SIGN}])"
)
# In a rule's sketch: what each letter of it may be in the automaton.
_LOOSE: Final = {
    BLANK: _GAP,
    "rn": "[rnm]+",
    "v": "[vw]+",
    "i": "[il1L!]+",
    **{
        one: f"[{letter}{re.escape(sign)}]+"
        for letter, sign in SIGN_OF.items()
        if letter != "i"
        for one in (letter, sign)
    },
}


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
        self._spelled: re2.Set | None = None
        self._least_letters = max(2, min((it.letters for it in self._needles), default=2))
        # Behind the needles, what nearly every text without single letters has not.
        singles = _single_letters(min(self._least_letters, 3))
        self._words = _automaton([*(needle.loose for needle in self._needles), singles])

    def candidates(self, text: str) -> list[tuple[int, Iterator[Span]]]:
        """The rules whose pattern may be in a text, in their order, and the places of each.

        The places are those of the text as it was typed, in code points. They are looked for when
        they are asked for, so whoever wants to know only whether there is one asks for one.
        """
        if not self._needles:
            return []
        read = _Reading(text)
        places_in_text = _in(self._words, read)
        has_singles = len(self._needles) in places_in_text
        places_in_text.discard(len(self._needles))
        found = {place: self._needles[place].places(read) for place in places_in_text}
        if has_singles and _may_be_spelled(read.symbols, self._least_letters):
            spelled = _Spelled(read)
            for place in _in(self._spelling_automaton(), spelled):
                places = self._needles[place].places_spelled(spelled)
                found[place] = chain(found.get(place, ()), places)
        return [(self._needles[place].rule, found[place]) for place in sorted(found)]

    def _spelling_automaton(self) -> re2.Set:
        """Made when the first text asks for it: most sites never see one."""
        if self._spelled is None:
            self._spelled = _automaton([needle.loose_spelled for needle in self._needles])
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
    def loose(self) -> str:
        body = "".join(_loosely(self.symbols))
        return f"{_EDGE}{body}{_EDGE}" if self.is_word else body

    @property
    def loose_spelled(self) -> str:
        return "".join(_loosely(self.symbols.replace(BLANK, "")))

    @property
    def letters(self) -> int:
        """How many single letters it is at least, when it is spelled."""
        return len(list(_loosely(self.symbols.replace(BLANK, ""))))

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

    @cached_property
    def encoded(self) -> EncodedText:
        return EncodedText(self.symbols)

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
    return set(automaton.Match(read.symbols) or ())


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


def _loosely(text: str) -> Iterator[str]:
    """A pattern for each letter of a rule, those that look alike beside each other as one."""
    sketch = text.translate(_ALIKE).replace("m", "rn")
    while "rnrn" in sketch:
        sketch = sketch.replace("rnrn", "rn")
    for one in _UNIT.findall(_without_doubles(sketch)):
        yield _LOOSE.get(one) or f"{re.escape(one)}+"


def _without_doubles(text: str) -> str:
    return "".join(symbol for symbol, _ in groupby(text))


def _single_letters(least: int) -> str:
    """A pattern of RE2 for so many beside each other, or a sign alone beside one of them, or beside
    a sign. Too much, never too little.

    Letters beyond ASCII count by the word: RE2 cannot say that they are one letter, stretched.
    """
    stretched = "|".join(f"{letter}+" for letter in f"{string.ascii_lowercase}{string.digits}L")
    single = rf"(?:[rnm]+|[vw]+|[^ -~]+|{stretched})"
    sign = rf"{BLANK}[{_SIGN}]+{BLANK}"
    beside_a_sign = rf"{_EDGE}{single}{_EDGE}*{sign}|{sign}{_EDGE}*{single}{_EDGE}"
    signs = rf"{sign}{BLANK}*[{_SIGN}]+{BLANK}"
    return rf"{beside_a_sign}|{signs}|(?:{_EDGE}+{single}){{{least}}}{_EDGE}"


def _may_be_spelled(text: str, least: int) -> bool:
    """Whether so many single letters stand beside each other, or a sign that may be one."""
    in_a_row = 0
    for token in text.translate(_PARTED).split():
        # Nearly every word ends at the first two looks.
        is_single = len(token) == 1 or (
            (token[0] == token[-1] or token[0] in "rmvw") and bool(_SINGLE_TOKEN.fullmatch(token))
        )
        in_a_row = in_a_row + 1 if is_single else 0
        if in_a_row == least:
            return True
    return _SIGN_ALONE.search(text) is not None
