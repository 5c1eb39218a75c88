"""The runs of a body: bold, italic, code, links and mentions, found in one pass from left to right.

    body -> the next sign (mark, backtick, at sign, scheme, word with a dot)
         -> what it begins or ends -> the next sign

What wins where two readings meet: code over all, then links and mentions, which no mark cuts, then
the mark that opened first. A doubled mark (`**`, `__init__`) is text. Every character is looked at
a bounded number of times.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from .characters import BIDI_CONTROLS, ZWJ, is_mark
from .links import SCHEME, WORD, Link, link_at_scheme, link_at_word

Kind = Literal["bold", "italic", "code", "link", "mention"]

_KIND_OF: Final[dict[str, Kind]] = {"*": "bold", "_": "italic"}
# More at signs than these in one message are noise; the bound also bounds how often the room's
# names are asked.
MAX_MENTIONS: Final = 50
# No name is longer than this under any setting.
_LONGEST_NAME: Final = 64

# What begins like a script is text as a whole: even a harmless address inside it would look like a
# link to a script.
_SCRIPT: Final = r"(?<![^\W_])(?ai:javascript|vbscript):[^\s*_`]*+"
_SIGN: Final = re.compile(
    rf"\n|`+|\*+|_+|@+|(?P<scheme>(?<![^\W_])(?<![/\\]){SCHEME.pattern})"
    rf"|(?P<script>{_SCRIPT})"
    rf"|(?P<word>(?<!\w)(?<![.@:/\\%+=&#-]){WORD.pattern})"
)
# One of these stands in every run. Most messages have none of them, and looking for these is twenty
# times cheaper.
_MAY_BE_A_SIGN: Final = re.compile(r"[`*_@:]|\.[A-Za-z0-9._%+@-]")
# Scripts without blanks between words: a name may end there before another letter.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


class Entity(Struct, frozen=True, omit_defaults=True):
    """One run of a body. `at` and `len` count UTF-16 code units, as JavaScript does."""

    kind: Kind
    at: int
    len: int
    url: str | None = None
    id: str | None = None


class _Run(Struct, frozen=True):
    start: int
    end: int
    kind: Kind
    url: str | None = None
    id: str | None = None


def parse_entities(body: str, mentionable: Callable[[str], str | None]) -> list[Entity]:
    """The runs of a cleaned body, properly nested, outer first.

    `mentionable` gives the id of somebody in the room by name, "" for a name without an id, None
    for no name.
    """
    if not _MAY_BE_A_SIGN.search(body) or not _SIGN.search(body):
        return []
    runs = _Reader(body, mentionable).read()
    runs.sort(key=lambda run: (run.start, -run.end))
    wide = [at for at, character in enumerate(body) if character > "\uffff"]

    def units(at: int) -> int:
        return at + bisect_left(wide, at)

    return [
        Entity(run.kind, units(run.start), units(run.end) - units(run.start), run.url, run.id)
        for run in runs
    ]


class _Reader:
    """One reading of one body.

    `_open` holds the marks that wait for their end, as pairs of mark and place.
    """

    def __init__(self, text: str, mentionable: Callable[[str], str | None]) -> None:
        self._text = text
        self._mentionable = mentionable
        self._runs: list[_Run] = []
        self._open: list[tuple[str, int]] = []
        self._line_end = self._end_of_line(0)
        self._mentions_left = MAX_MENTIONS
        self._code_ends = [m.start() for m in re.finditer("`+", text) if self._ends_code(m)]

    def read(self) -> list[_Run]:
        at = 0
        while sign := _SIGN.search(self._text, at):
            at = self._take(sign)
        return self._runs

    def _take(self, sign: re.Match[str]) -> int:
        """Handle one sign and say where to read on."""
        first = sign[0][0]
        if first == "\n":
            self._open.clear()
            self._line_end = self._end_of_line(sign.end())
        elif sign["scheme"]:
            scheme = SCHEME.match(self._text, sign.start())
            return self._add_link(
                sign, scheme and link_at_scheme(self._text, scheme, self._marks())
            )
        elif sign["word"]:
            return self._take_word(sign.start())
        elif sign["script"] or len(sign[0]) > 1:
            return sign.end()
        elif first == "`":
            return self._take_code(sign.start())
        elif first == "@":
            return self._take_mention(sign.start())
        else:
            return self._take_mark(first, sign.start())
        return sign.end()

    # --- code

    def _ends_code(self, ticks: re.Match[str]) -> bool:
        return len(ticks[0]) == 1 and self._may_close(ticks.start())

    def _take_code(self, at: int) -> int:
        if not self._may_open(at):
            return at + 1
        # At least one character stands between the two.
        index = bisect_left(self._code_ends, at + 2)
        if index == len(self._code_ends) or self._code_ends[index] > self._line_end:
            return at + 1
        end = self._code_ends[index] + 1
        self._runs.append(_Run(at, end, "code"))
        return end

    # --- marks

    def _take_mark(self, mark: str, at: int) -> int:
        if mark in self._marks():
            if self._may_close(at):
                waiting, start = self._open.pop()
                while waiting != mark:
                    waiting, start = self._open.pop()
                self._runs.append(_Run(start, at + 1, _KIND_OF[mark]))
        elif self._may_open(at):
            self._open.append((mark, at))
            if mark == "_":
                # An underscore is part of a word to the search, which therefore finds no word right
                # after it.
                return self._take_word(at + 1)
        return at + 1

    def _marks(self) -> str:
        return "".join(mark for mark, _ in self._open)

    def _may_open(self, at: int) -> bool:
        return self._is_begin(at) and at + 1 < len(self._text) and _is_ink(self._text[at + 1])

    def _may_close(self, at: int) -> bool:
        return at > 0 and not self._text[at - 1].isspace() and self._is_end(at + 1)

    def _is_begin(self, at: int) -> bool:
        """Whether a run may begin here: after a blank, a bracket, the start, or a mark that begins
        here as well.
        """
        if at == 0 or (self._open and self._open[-1][1] == at - 1):
            return True
        before = self._text[at - 1]
        return _is_edge(before) or before == "<" or unicodedata.category(before) == "Ps"

    def _is_end(self, at: int) -> bool:
        """Whether a run may end here: before a blank, a closing bracket, punctuation or the end."""
        if at == len(self._text):
            return True
        after = self._text[at]
        category = unicodedata.category(after)
        return _is_edge(after) or after == ">" or (category[0] == "P" and category != "Ps")

    # --- links

    def _take_word(self, at: int) -> int:
        word = WORD.match(self._text, at)
        if word is None:
            return at
        return self._add_link(word, link_at_word(self._text, word, self._marks()))

    def _add_link(self, sign: re.Match[str], link: Link | None) -> int:
        if link is None:
            # Read on inside: a mark in it may end a run. The search does not begin a word in the
            # middle of another.
            return sign.start() + 1
        self._runs.append(_Run(sign.start(), link.end, "link", link.url))
        return link.end

    # --- mentions

    def _take_mention(self, at: int) -> int:
        if not self._mentions_left or not self._may_open(at):
            return at + 1
        self._mentions_left -= 1
        start = at + 1
        stop = min(start + _LONGEST_NAME, self._line_end)
        tick = self._text.find("`", start, stop)
        for end in range(stop if tick < 0 else tick, start, -1):
            if self._is_end_of_name(end):
                found = self._mentionable(self._text[start:end])
                if found is not None:
                    self._runs.append(_Run(at, end, "mention", None, found or None))
                    return end
        return start

    def _is_end_of_name(self, end: int) -> bool:
        last = self._text[end - 1]
        if last.isspace():
            return False
        if end == len(self._text):
            return True
        after = self._text[end]
        if is_mark(after) or after == ZWJ:
            return False
        if after == "_":
            return self._is_end(end + 1)
        return not after.isalnum() or not last.isalnum() or bool(_UNSPACED.match(after))

    def _end_of_line(self, start: int) -> int:
        end = self._text.find("\n", start)
        return len(self._text) if end < 0 else end


def _is_edge(character: str) -> bool:
    return character.isspace() or character in BIDI_CONTROLS


def _is_ink(character: str) -> bool:
    """Whether a mark may stand before it: not a blank, and nothing that is drawn on the mark, as in
    a keycap.
    """
    return not character.isspace() and not is_mark(character)
