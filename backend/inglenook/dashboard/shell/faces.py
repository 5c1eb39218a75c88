"""Faces: initials in the colour that a person speaks in, and the mark of a site."""

from __future__ import annotations

import re
from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inglenook.sites.models import Site

# In the order of the voices of tokens.css.
VOICES: Final = ("clay", "amber", "moss", "fern", "tide", "slate", "plum", "rose")
_ACCENT: Final = "#a8431f"
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
# Above it black text can be read better, below it white.
_HALFWAY_LUMINANCE: Final = 0.179


def voice_of(person_id: str | None) -> str:
    """The colour of a person: the sum of the id's characters, modulo eight.

    An id is random text, so eight people get about eight colours, and the same on every page.
    """
    return VOICES[sum(map(ord, person_id or "")) % len(VOICES)]


def initials(name: str) -> str:
    """Two letters of a name of two words or more, else one; a dot where there is no letter."""
    words = [word for word in re.split(r"[\W_]+", name) if word]
    letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "") if words else "·"
    return letters.upper()


def face(
    name: str,
    person_id: str | None = None,
    *,
    is_team: bool = False,
    size: str = "",
    picture: str = "",
) -> str:
    """A face: the person's picture by its name, else initials.

    Screen readers do not get it: the name stands beside it as text.
    """
    kind = "team" if is_team else f"voice-{voice_of(person_id)}"
    if picture:
        width = 256 if size in ("large", "huge") else 64
        return format_html(
            '<span class="face {} {}" aria-hidden="true"><img src="{}" alt=""></span>',
            kind,
            size,
            reverse("picture", args=[picture, width]),
        )
    return format_html(
        '<span class="face {} {}" aria-hidden="true">{}</span>',
        kind,
        size,
        # Two letters do not fit under the arch of a small face.
        initials(name)[:1] if is_team else initials(name),
    )


def site_mark(site: Site, size: int = 40) -> SafeString:
    """Two letters on the site's own colour, drawn: the page's policy allows no style of its own."""
    theme = site.theme if isinstance(site.theme, dict) else {}
    colour = str(theme.get("accent") or "")
    ground = colour if _COLOUR.fullmatch(colour) else _ACCENT
    return format_html(
        '<svg class="site-mark" width="{0}" height="{0}" viewBox="0 0 40 40" aria-hidden="true">'
        '<rect width="40" height="40" rx="12" fill="{1}"/>'
        '<text x="20" y="25" text-anchor="middle" fill="{2}">{3}</text></svg>',
        size,
        ground,
        ink_on(ground),
        initials(site.name),
    )


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on the colour."""
    return "#000000" if luminance(colour) > _HALFWAY_LUMINANCE else "#ffffff"


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
