"""Patterns of owners, run by RE2: their time grows with the text and never faster.

The text is read as it was typed, in any case. Patterns have the syntax of RE2, which has neither
back references nor look-around.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import re2

# A pattern with large counts (`(a{100}){100}`) would take this much of each process otherwise.
MAX_BYTES: Final = 1 << 20


class BadPattern(ValueError):
    """The text says what is wrong with the pattern."""


class Pattern:
    """One pattern, ready to search with. Raises BadPattern."""

    def __init__(self, pattern: str) -> None:
        try:
            self._compiled = re2.compile(pattern, _options())
        except re2.error as error:
            raise BadPattern(_words_of(error)) from None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it matches, in code points. What matches nothing but a place is no match."""
        for match in self._compiled.finditer(text):
            at, end = match.span()
            if end > at:
                yield at, end


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MAX_BYTES
    return options


def _words_of(error: re2.error) -> str:
    found = error.args[0] if error.args else ""
    return found.decode(errors="replace") if isinstance(found, bytes) else str(found)
