"""Renames that the hub sends to the other processes more than once.

A rename has no number, so a process cannot notice that it missed one. Without the repetition it
would have the new name only after READ_AGAIN_SECONDS (admission/access.py).
"""

from __future__ import annotations

from typing import Final

from inglenook.chat.events import VisitorRenamed

TIMES_AGAIN: Final = 2


class Renames:
    """The newest rename of each visitor, and how often it is still to be sent."""

    def __init__(self) -> None:
        self._left: dict[tuple[int, str], tuple[VisitorRenamed, int]] = {}

    def note(self, event: VisitorRenamed) -> None:
        self._left[(event.site_id, event.visitor_id)] = (event, TIMES_AGAIN)

    def take_due(self) -> list[VisitorRenamed]:
        """The renames to send at this check; each is given at TIMES_AGAIN checks."""
        due = list(self._left.items())
        self._left = {key: (event, left - 1) for key, (event, left) in due if left > 1}
        return [event for _, (event, _) in due]
