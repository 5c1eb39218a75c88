"""How colours stand out from one another, by WCAG 2."""

from __future__ import annotations

import re


def luminance(colour: str) -> float:
    """Of `#rrggbb`: 0 for black, 1 for white."""
    match = re.fullmatch(r"#([0-9a-f]{6})", colour.strip())
    assert match, f"{colour!r} is not a plain colour"
    channels = [int(match[1][i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
