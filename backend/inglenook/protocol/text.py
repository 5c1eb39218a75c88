"""Text as people type it, made safe to store and to show beside other people's: bodies and names.

Pure.

    raw --normalise_body--> body --parse_entities--> runs of bold, italic, code, link, mention
    raw --normalise_name--> name --name_skeleton--> what it looks like

Nothing here makes or escapes HTML: a body stays plain text, and clients build nodes.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from .characters import (
    BIDI_EMBEDDERS,
    BIDI_ISOLATORS,
    FILLER,
    PDF,
    PDI,
    UNSEEN,
    has_ink,
    is_mark,
    limit_marks,
)
from .emoji import JOINED_EMOJI, is_reaction_emoji
from .entities import Entity, parse_entities
from .errors import Empty, InvalidText, TooLong
from .lookalikes import is_reserved, name_skeleton
from .offices import speaks_for_the_site

__all__ = [
    "Entity",
    "is_reaction_emoji",
    "is_reserved",
    "name_skeleton",
    "normalise_body",
    "normalise_name",
    "parse_entities",
    "speaks_for_the_site",
]

MAX_BODY_CHARS: Final = 2000
MAX_NAME_CHARS: Final = 40
# Enough for every living script; more are piled up to spill over the neighbours' lines.
MAX_MARKS: Final = 4
# What is this many times as long as it may be is not cleaned first: a form may bring a megabyte of
# marks.
RAW_SHARE: Final = 32
# Composing sorts the marks of one character by swapping neighbours: a run of thousands would take
# seconds. Unicode's own bound for a run is 30 (UAX 15, stream-safe text), and a text this short
# takes no time whatever is in it.
_MOST_TO_SORT: Final = 30
_SHORT_CHARS: Final = 256

# PostgreSQL refuses NUL in text, and half a surrogate pair has no UTF-8.
_IMPOSSIBLE: Final = re.compile("[\x00\ud800-\udfff]")
_CONTROLS: Final = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_LEADING_BLANK_LINES: Final = re.compile(r"\A(?:[^\S\n]*+\n)++")
_BIDI: Final = re.compile(f"[{BIDI_EMBEDDERS}{BIDI_ISOLATORS}{PDF}{PDI}\n\u2029]")
_BLANKS_OF_NAME: Final = re.compile(r"[\s\x01-\x1f\x7f-\x9f]+")


def normalise_body(raw: str, max_chars: int = MAX_BODY_CHARS, *, field: str = "body") -> str:
    """A message's text as it is stored, or another of many lines: as typed, but for what could
    break a page, a database or a neighbour.

    NFC; line ends as `\\n`; other controls than `\\n` and `\\t` dropped; marks limited; direction
    kept within each line; blank lines around it and blanks at its end trimmed.

    Raises Empty, TooLong or InvalidText, of that `field`.
    """
    what = "A message" if field == "body" else f"`{field}`"
    _refuse_longer(raw, max_chars, what, field, RAW_SHARE)
    if raw.isascii() and raw.isprintable():  # one line of English; a tenth of the time
        text = raw.rstrip()
    else:
        text = _cleaned_body(raw, field)
    if not text:
        raise Empty(field=field)
    _refuse_longer(text, max_chars, what, field)
    return text


def _cleaned_body(raw: str, field: str) -> str:
    """Empty where nothing of it can be seen."""
    _refuse_impossible(raw, field)
    text = _CONTROLS.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.isascii():
        text = limit_marks(_composed(_close_directions(text)), MAX_MARKS)
    text = _LEADING_BLANK_LINES.sub("", text).rstrip()
    return text if has_ink(text) else ""


def normalise_name(raw: str, max_chars: int = MAX_NAME_CHARS, *, field: str = "name") -> str:
    """A name, or another text of one line, without anything unseen but what holds an emoji
    together.

    Raises Empty, TooLong or InvalidText, of that `field`.
    """
    what = "A name" if field == "name" else f"`{field}`"
    _refuse_longer(raw, max_chars, what, field, RAW_SHARE)
    _refuse_impossible(raw, field)
    text = FILLER.sub(" ", _BLANKS_OF_NAME.sub(" ", raw))
    if not text.isascii():
        text = limit_marks(_composed(_drop_unseen(text)), MAX_MARKS)
    text = " ".join(text.split())
    # A mark in front would be drawn on whatever stands before the name.
    start = 0
    while start < len(text) and (is_mark(text[start]) or text[start] == " "):
        start += 1
    text = text[start:]
    if not text:
        raise Empty(f"{what} needs a character that can be seen.", field=field)
    _refuse_longer(text, max_chars, what, field)
    return text


def _refuse_impossible(text: str, field: str) -> None:
    if _IMPOSSIBLE.search(text):
        raise InvalidText("The text has a character that cannot be stored.", field=field)


def _composed(text: str) -> str:
    if len(text) > _SHORT_CHARS:
        text = limit_marks(text, _MOST_TO_SORT)
    return unicodedata.normalize("NFC", text)


def _refuse_longer(text: str, most: int, what: str, field: str, share: int = 1) -> None:
    if len(text) > most * share:
        raise TooLong(f"{what} may have {most} characters.", field=field)


def _drop_unseen(text: str) -> str:
    """Remove zero-width and direction characters, but keep emoji whole: their joiners, selectors
    and tags.
    """
    kept: list[str] = []
    at = 0
    for emoji in JOINED_EMOJI.finditer(text):
        kept += UNSEEN.sub("", text[at : emoji.start()]), emoji[0]
        at = emoji.end()
    kept.append(UNSEEN.sub("", text[at:]))
    return "".join(kept)


def _close_directions(text: str) -> str:
    """Close on each line what it opens, and drop what closes nothing: either would turn text
    outside of it.

    The writer's own directions inside the line stay as they are.
    """
    if not _BIDI.search(text):
        return text
    kept: list[str] = []
    opened: list[str] = []
    isolates = 0
    at = 0
    for found in _BIDI.finditer(text):
        kept.append(text[at : found.start()])
        at = found.end()
        control = found[0]
        if control in BIDI_EMBEDDERS:
            opened.append(PDF)
        elif control in BIDI_ISOLATORS:
            opened.append(PDI)
            isolates += 1
        elif control == PDF:
            if not opened or opened[-1] != PDF:
                continue
            opened.pop()
        elif control == PDI:
            if not isolates:
                continue
            isolates -= 1
            while opened.pop() != PDI:
                pass  # an isolate ends together with the embeddings inside it
        else:
            kept.extend(reversed(opened))
            opened.clear()
            isolates = 0
        kept.append(control)
    kept += text[at:], *reversed(opened)
    return "".join(kept)
