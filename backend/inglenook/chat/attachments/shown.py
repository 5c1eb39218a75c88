"""Files as a page that the server draws shows them: pictures, and links to what is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.template.defaultfilters import filesizeformat
from msgspec import Struct

# Of the longer side, as a conversation shows it, and as it is opened.
SHOWN_WIDTH: Final = 960
# How large it is drawn, before anybody opens it.
MOST_WIDE: Final = 320
MOST_HIGH: Final = 320


class ShownFile(Struct, frozen=True, kw_only=True):
    """`width` and `height` are those in which a picture is drawn; 0 for another file.

    `words` say what a picture shows, or that nobody said it.
    """

    id: str
    name: str
    words: str
    size: str
    width: int = 0
    height: int = 0


def shown_files(kept: Sequence[Mapping[str, Any]]) -> list[ShownFile]:
    """`kept` is a list of `Attachment.facts`."""
    return [_shown(facts) for facts in kept]


def _shown(facts: Mapping[str, Any]) -> ShownFile:
    width, height = facts.get("width", 0), facts.get("height", 0)
    # Its place is kept free while it loads, so that nothing jumps.
    scale = min(1.0, MOST_WIDE / max(1, width), MOST_HIGH / max(1, height))
    return ShownFile(
        id=facts["id"],
        name=facts["name"],
        words=facts["alt"] or facts["name"],
        size=str(filesizeformat(facts["bytes"])),
        width=round(width * scale) or int(width > 0),
        height=round(height * scale) or int(height > 0),
    )
