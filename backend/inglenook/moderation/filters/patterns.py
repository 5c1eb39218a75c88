"""Patterns of owners, run by RE2: their time grows with the text and never faster.

The text is read as it was typed, in any case. Patterns have the syntax of RE2, which has neither
back references nor look-around.

    text ─► automata of many patterns each: which match at all ─► each of those, with its places
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import re2

from inglenook.moderation.filters.spans import EncodedText, Span, search_set, spans

# A pattern with large counts (`(a{100}){100}`) would take more than this of each process.
MAX_BYTES: Final = 1 << 18
# An automaton whose memory ends finds nothing and does not say so; with programs this long
# together, hundreds of its states fit.
AUTOMATON_BYTES: Final = 64 << 20
_PROGRAM_AT_MOST: Final = 20_000


class BadPattern(ValueError):
    """The text says what is wrong with the pattern."""


class Pattern:
    """One pattern, ready to search with. Raises BadPattern."""

    def __init__(self, rule: int, pattern: str) -> None:
        self.rule = rule
        self.text = pattern
        try:
            self._compiled = re2.compile(pattern, _options(MAX_BYTES))
        except re2.error as error:
            raise BadPattern(_words_of(error)) from None
        self.size = self._compiled.programsize

    def spans(self, text: EncodedText) -> Iterator[Span]:
        """Where it matches, in code points. What matches nothing but a place is no match."""
        return spans(self._compiled, text)


class PatternMatcher:
    """All patterns of a site."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._groups = [
            (group, search_set((it.text for it in group), _options(AUTOMATON_BYTES)))
            for group in _grouped(patterns)
        ]

    def candidates(self, text: str) -> Iterator[tuple[int, Iterator[Span]]]:
        """The rules that may match, and where each does; nobody has looked there yet."""
        encoded = EncodedText(text)
        for group, automaton in self._groups:
            for place in automaton.Match(text) or ():
                yield group[place].rule, group[place].spans(encoded)


def _grouped(patterns: Iterable[Pattern]) -> Iterator[list[Pattern]]:
    group: list[Pattern] = []
    size = 0
    for pattern in patterns:
        if group and size + pattern.size > _PROGRAM_AT_MOST:
            yield group
            group, size = [], 0
        group.append(pattern)
        size += pattern.size
    if group:
        yield group


def _options(max_bytes: int) -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.never_capture = True
    options.max_mem = max_bytes
    return options


def _words_of(error: re2.error) -> str:
    found = error.args[0] if error.args else ""
    return found.decode(errors="replace") if isinstance(found, bytes) else str(found)
