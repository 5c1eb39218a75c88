"""Who may write where, as one table: facts in, a verdict out."""

from __future__ import annotations

import pytest

from inglenook.moderation.policy import Allow, Refuse, RoomFacts, SpeakerFacts, verdict_on

OPEN = RoomFacts(archived=False, locked=False, slow_s=0)
LOCKED = RoomFacts(archived=False, locked=True, slow_s=0)
ARCHIVED = RoomFacts(archived=True, locked=True, slow_s=30)
SLOW = RoomFacts(archived=False, locked=False, slow_s=30)


def speaker(
    *, team: bool = False, muted: bool = False, quiet_s: float | None = None
) -> SpeakerFacts:
    return SpeakerFacts(is_team=team, is_muted=muted, quiet_s=quiet_s)


@pytest.mark.parametrize(
    ("room", "who", "code"),
    [
        (OPEN, speaker(), None),
        (OPEN, speaker(muted=True), "muted"),
        (LOCKED, speaker(), "room_locked"),
        (LOCKED, speaker(muted=True), "muted"),
        (LOCKED, speaker(team=True), None),
        (ARCHIVED, speaker(), "room_archived"),
        (ARCHIVED, speaker(team=True), "room_archived"),
        (SLOW, speaker(), None),
        (SLOW, speaker(quiet_s=30), None),
        (SLOW, speaker(quiet_s=29.9), "slow_mode"),
        (SLOW, speaker(team=True, quiet_s=0), None),
    ],
)
def test_the_first_rule_against_it_refuses(
    room: RoomFacts, who: SpeakerFacts, code: str | None
) -> None:
    verdict = verdict_on(room, who)
    if code is None:
        assert verdict == Allow()
    else:
        assert isinstance(verdict, Refuse)
        assert verdict.refusal.code == code


def test_slow_mode_says_when_the_next_message_may_come() -> None:
    verdict = verdict_on(SLOW, speaker(quiet_s=10.5))
    assert isinstance(verdict, Refuse)
    assert verdict.refusal.retry_ms == 19_500
