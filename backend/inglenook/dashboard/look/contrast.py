"""How well text can be read on a colour (WCAG 2.2, 1.4.3), as the widget draws it."""

from __future__ import annotations

from typing import Final

# Black and white stand out equally well from a colour of this luminance, as
# widget/src/parts/accent.ts has it.
MIDDLE: Final = 0.179


def luminance(accent: str) -> float:
    shares = (int(accent[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_on(accent: str) -> tuple[str, float]:
    """What is written on it, black or white, and how many times brighter one is than the other."""
    found = luminance(accent)
    if found > MIDDLE:
        return "black", (found + 0.05) / 0.05
    return "white", 1.05 / (found + 0.05)
