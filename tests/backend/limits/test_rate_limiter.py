"""How fast: buckets that fill with time, several taken together, in the memory of one process."""

from __future__ import annotations

import pytest

from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.rate_limiter import peek_all, take_all, wait_ms
from inglenook.limits.token_bucket import Allowance


def test_a_burst_at_once_then_as_they_fill() -> None:
    limit = RateLimit(Allowance(0.5, 3))
    assert [wait_ms(limit.of("amber"), now=100.0) for _ in range(4)] == [0, 0, 0, 2000]
    assert wait_ms(limit.of("amber"), now=101.0) == 1000
    assert wait_ms(limit.of("amber"), now=102.0) == 0
    assert wait_ms(limit.of("olive"), now=102.0) == 0
    assert [wait_ms(limit.of("amber"), now=10_000.0) for _ in range(4)] == [0, 0, 0, 2000]


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    limit = RateLimit(Allowance(1, 1))
    assert wait_ms(limit.of("amber"), now=100.0) == 0
    assert wait_ms(limit.of("amber"), now=90.0) == 1000


def test_several_are_taken_all_or_none() -> None:
    wide = RateLimit(Allowance(1, 5))
    narrow = RateLimit(Allowance(0.1, 1), words="The room is full.")
    assert take_all(wide.of("a"), narrow.of("b"), now=0.0) is None
    for _ in range(9):
        refused = take_all(wide.of("a"), narrow.of("b"), now=0.0)
        assert refused is not None
        assert (refused.retry_ms, refused.words) == (10_000, "The room is full.")
    assert wide.level("a", Allowance(1, 5), 0.0) == 4


def test_who_is_refused_takes_no_place_in_memory() -> None:
    """Else a flood of strangers behind one address would push out whom it is about."""
    visitors = RateLimit(Allowance(1, 5))
    address = RateLimit(Allowance(1, 1))
    assert take_all(visitors.of("amber"), address.of("home"), now=100.0) is None
    assert take_all(visitors.of("olive"), address.of("home"), now=100.0) is not None
    assert [visitors.is_known(name) for name in ("amber", "olive")] == [True, False]


def test_the_longest_wait_is_the_answer() -> None:
    quick = RateLimit(Allowance(1, 1), words="quick")
    slow = RateLimit(Allowance(0.1, 1), words="slow")
    take_all(quick.of("a"), slow.of("a"), now=0.0)
    refused = take_all(slow.of("a"), quick.of("a"), now=0.0)
    assert refused is not None
    assert refused.words == "slow"


def test_a_burst_of_nothing_is_no_limit() -> None:
    none = RateLimit(Allowance(0, 0), name="nothing")
    assert not any(wait_ms(none.of("a")) for _ in range(100))
    assert peek_all(none.of("a")) is None


def test_looking_takes_nothing() -> None:
    limit = RateLimit(Allowance(0.001, 1))
    for _ in range(3):
        assert peek_all(limit.of("a")) is None
    wait_ms(limit.of("a"))
    assert peek_all(limit.of("a")) is not None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inglenook.limits.rate_limit.MAX_KEYS", 10)
    limit = RateLimit(Allowance(0.001, 1))
    for number in range(30):
        wait_ms(limit.of(str(number)))
    assert len(limit._levels) == 10
