"""The origins that an owner types, one a line.

Each is read, or explained with what was probably meant. Pure.
"""

from __future__ import annotations

from msgspec import Struct

from inglenook.sites.origins import EntryError, parse_entry


class OriginLine(Struct, frozen=True):
    """One line, and what it means as `entry`.

    Where it means nothing, `message` says why and `suggestion` what may have been meant.
    """

    number: int
    text: str
    entry: str | None = None
    message: str = ""
    suggestion: str | None = None


def read_lines(text: str) -> list[OriginLine]:
    """Every line that is not blank, numbered as the person sees them."""
    return [
        _read(number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]


def with_suggestions(text: str, numbers: set[int] | None = None) -> str:
    """The text with lines replaced by their suggestions: those of `numbers`, or all."""
    lines = text.splitlines()
    for line in read_lines(text):
        if line.suggestion and (numbers is None or line.number in numbers):
            lines[line.number - 1] = line.suggestion
    return "\n".join(lines)


def _read(number: int, text: str) -> OriginLine:
    try:
        return OriginLine(number, text, entry=str(parse_entry(text)))
    except EntryError as error:
        if error.suggestion and _is_as_browsers_show_it(text, error.suggestion):
            return OriginLine(number, text, entry=error.suggestion)
        return OriginLine(number, text, message=error.message, suggestion=error.suggestion)


def _is_as_browsers_show_it(text: str, suggestion: str) -> bool:
    """Whether nothing but the scheme is missing, and nothing but a slash at the end too much.

    An address line hides the one and copies the other, so neither is a mistake to explain.
    """
    whole = text.removesuffix("/")
    if "://" not in whole:
        whole = f"{suggestion.partition('://')[0]}://{whole}"
    try:
        parse_entry(whole)
    except EntryError:
        return False
    return True
