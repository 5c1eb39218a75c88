"""May this be said here, by this person, now? Pure: facts in, a refusal out (or None)."""

from __future__ import annotations

from msgspec import Struct

from inglenook.protocol.errors import ChatError, Muted, RoomArchived, RoomLocked, SlowMode


class RoomFacts(Struct, frozen=True):
    archived: bool
    locked: bool
    slow_s: int


class SpeakerFacts(Struct, frozen=True):
    """`quiet_s` is how long ago the speaker's last message in this room was, in seconds; None for never."""

    is_team: bool
    is_muted: bool
    quiet_s: float | None


def refusal_to_speak(room: RoomFacts, speaker: SpeakerFacts) -> ChatError | None:
    """The first rule that stands against it. The team is bound by `archived` alone."""
    if room.archived:
        return RoomArchived()
    if speaker.is_team:
        return None
    if speaker.is_muted:
        return Muted()
    if room.locked:
        return RoomLocked()
    if room.slow_s and speaker.quiet_s is not None and speaker.quiet_s < room.slow_s:
        left_ms = max(1, round((room.slow_s - speaker.quiet_s) * 1000))
        seconds = -(-left_ms // 1000)
        return SlowMode(
            f"This room is in slow mode: one message every {room.slow_s} s. Next in {seconds} s.",
            retry_ms=left_ms,
        )
    return None
