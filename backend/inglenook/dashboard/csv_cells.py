"""Cells of CSV files that no program takes for a formula."""

from __future__ import annotations

from typing import Final

# Also their full widths, which some programs read alike.
_STARTS: Final = tuple("=+-@\t\r＝＋－＠")


def cell(value: object) -> str:
    """The value as text, with `'` before what would be a formula."""
    text = "" if value is None else str(value)
    is_formula = text.lstrip(" ").startswith(_STARTS)
    return f"'{text}" if is_formula else text
