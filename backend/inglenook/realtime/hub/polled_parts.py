"""What the last long poll of a reader said to them alone, in each room.

A cursor tells which changes a client has, and not what it has seen of its own part. So a mute, or
an approval, that comes between two polls would stay unsaid until the second one's wait is over.
"""

from __future__ import annotations

from typing import Any, Final

from cachetools import LRUCache

from inglenook.chat.own_part import OwnPart
from inglenook.visitors.participants import Participant

# Some hundred bytes each.
_REMEMBERED: Final = 10_000


class PolledParts:
    """Of this process. Where another one answered last, a poll may be answered once too often."""

    def __init__(self) -> None:
        self._seen: LRUCache[tuple[int, str, str], Any] = LRUCache(_REMEMBERED)

    def remember(self, reader: Participant, slug: str, own: OwnPart) -> None:
        self._seen[reader.site_id, slug, reader.id] = own.as_seen()

    def is_news(self, reader: Participant, slug: str, own: OwnPart) -> bool:
        """Whether the reader has seen something else, or nothing yet of what keeps them back."""
        seen = self._seen.get((reader.site_id, slug, reader.id))
        if seen is None:
            return own.may.send is not None or bool(own.held)
        return bool(own.as_seen() != seen)
