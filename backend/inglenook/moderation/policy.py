"""May this be said here, by this person, now? Pure: facts in, a verdict out.

Approval and filters of words or links belong here too: as more facts, and as verdicts that hold or
refuse.
"""

from __future__ import annotations

from msgspec import Struct

from inglenook.protocol.errors import ChatError, Muted, RoomArchived, RoomLocked, SlowMode
from inglenook.protocol.refusals import whole_seconds


class RoomFacts(Struct, frozen=True):
    archived: bool
    locked: bool
    slow_s: int


class SpeakerFacts(Struct, frozen=True):
    """`quiet_s` is how long ago the speaker's last message in this room was, in seconds.

    None for never.
    """

    is_team: bool
    is_muted: bool
    quiet_s: float | None


class Allow(Struct, frozen=True):
    """It is stored and everybody sees it."""


class Hold(Struct, frozen=True):
    """It is stored, and nobody but its author sees it until the team approves it."""


class Refuse(Struct, frozen=True):
    """It is not stored. The author gets `refusal`."""

    refusal: ChatError


Verdict = Allow | Hold | Refuse
ALLOW = Allow()


def verdict_on(room: RoomFacts, speaker: SpeakerFacts) -> Verdict:
    """Refuses by the first rule that stands against it. The team is bound by `archived` alone."""
    if room.archived:
        return Refuse(RoomArchived())
    if speaker.is_team:
        return ALLOW
    if speaker.is_muted:
        return Refuse(Muted())
    if room.locked:
        return Refuse(RoomLocked())
    if room.slow_s and speaker.quiet_s is not None and speaker.quiet_s < room.slow_s:
        left_ms = max(1, round((room.slow_s - speaker.quiet_s) * 1000))
        seconds = whole_seconds(left_ms)
        text = f"This room is in slow mode: one message every {room.slow_s} s. Next in {seconds} s."
        return Refuse(SlowMode(text, retry_ms=left_ms))
    return ALLOW
