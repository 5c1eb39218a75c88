"""A socket's frames: read at once within what a widget needs, then later and later."""

from __future__ import annotations

import pytest

from inglenook.protocol.limits import Limits
from inglenook.realtime.connections import frame_throttle
from inglenook.realtime.connections.frame_throttle import (
    FRAMES_A_TURN,
    FRAMES_AT_ONCE,
    FrameThrottle,
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which stands still until a test moves it."""
    now = [100.0]
    monkeypatch.setattr(frame_throttle.time, "monotonic", lambda: now[0])
    return now


def test_a_burst_waits_for_nothing_but_the_turns_of_others(clock: list[float]) -> None:
    throttle = FrameThrottle(Limits())
    waits = [throttle.rest_seconds() for _ in range(FRAMES_AT_ONCE)]
    turns = [wait for number, wait in enumerate(waits, 1) if number % FRAMES_A_TURN == 0]
    assert set(turns) == {0}
    assert waits.count(None) == len(waits) - len(turns)


def test_beyond_it_each_frame_waits_longer_and_none_is_lost(clock: list[float]) -> None:
    limits = Limits(sends_per_10s=5, burst=10)
    throttle = FrameThrottle(limits)
    for _ in range(FRAMES_AT_ONCE + 2 * limits.burst):
        throttle.rest_seconds()
    assert [throttle.rest_seconds() for _ in range(3)] == pytest.approx(
        [n / 101 for n in (1, 2, 3)]
    )
    clock[0] += 3 / 101 + 60
    assert throttle.rest_seconds() in (None, 0)


def test_a_generous_site_has_more_frames(clock: list[float]) -> None:
    throttle = FrameThrottle(Limits(sends_per_10s=500, burst=1000))
    assert not any(throttle.rest_seconds() for _ in range(FRAMES_AT_ONCE + 2000))
    assert throttle.rest_seconds() == pytest.approx(1 / 200)


def test_who_is_refused_often_is_read_later_and_then_closed(clock: list[float]) -> None:
    throttle = FrameThrottle(Limits())
    assert not any(throttle.is_flood("invalid") for _ in range(1000))
    assert not any(throttle.is_flood("rate") for _ in range(11))
    assert throttle.rest_seconds() == frame_throttle.REFUSED_REST_SECONDS
    assert [throttle.is_flood("slow_mode") for _ in range(90)] == [False] * 89 + [True]
    clock[0] += frame_throttle.REFUSALS_SECONDS + 1
    assert not throttle.is_flood("rate")
