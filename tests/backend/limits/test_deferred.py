"""Wide buckets are spent in memory, and Redis learns of it a moment later; small ones never are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from redis import Redis

from inglenook.limits import deferred, redis_counter
from inglenook.limits.deferred import most_unreported
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.rate_limiter import deferred_of, give_back_with, level_of, take_with
from inglenook.limits.redis_counter import RedisCounter, key_of
from inglenook.limits.token_bucket import Allowance
from tests.testkit import services
from tests.testkit.process import wait_until

PATIENT_MS = 10_000
# So slow that no token comes back in a test.
SLOW = 0.0001
WIDE = 200


class Node:
    """What one process has: a bucket in its memory, and its own counter in Redis."""

    def __init__(self, url: str, burst: int) -> None:
        self.counter = RedisCounter(url, PATIENT_MS)
        self.limit = RateLimit(Allowance(SLOW, burst), name="test", defers=True)
        self.asked: list[str] = []
        call = self.counter.call
        self.counter.call = lambda script, *given: (  # type: ignore[method-assign]
            self.asked.append(script) or call(script, *given)
        )

    def take(self, key: str = "amber") -> bool:
        return take_with(self.counter, [self.limit.of(key)]) is None

    def give_back(self) -> None:
        give_back_with(self.counter, [self.limit.of("amber")])

    def report(self) -> None:
        deferred_of(self.counter).report()

    def level(self) -> float:
        return level_of(self.limit.of("amber"))


@pytest.fixture
def node(redis: services.Redis, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Node]:
    """Processes that report when the test says so."""
    monkeypatch.setattr(deferred, "_report_soon", lambda _deferred: None)
    with Redis.from_url(redis.url) as client:
        for key in client.scan_iter(f"{redis_counter.PREFIX}*"):
            client.delete(key)
    return lambda burst=WIDE: Node(redis.url, burst)


def in_redis(redis: services.Redis) -> float:
    with Redis.from_url(redis.url) as client:
        return float(client.hget(key_of("rate.test", "amber"), "level"))


@pytest.mark.parametrize("burst", [1, 4, 10, 19])
def test_a_small_bucket_is_never_overspent(node: Callable[..., Node], burst: int) -> None:
    nodes = [node(burst) for _ in range(2)]
    for one in nodes:
        one.take("somebody else")
    assert sum(nodes[number % 2].take() for number in range(4 * burst)) == burst
    # One that knew a full bucket, and was silent while the other emptied it.
    first, second = node(burst), node(burst)
    took = [first.take("olive")] + [second.take("olive") for _ in range(burst)]
    assert took.count(True) == burst
    assert not first.take("olive")


def test_two_processes_at_once_share_a_bucket_of_four(node: Callable[..., Node]) -> None:
    nodes, start = [node(4) for _ in range(2)], Barrier(2)

    def flood(one: Node) -> int:
        start.wait(10)
        return sum(one.take() for _ in range(20))

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(flood, nodes)) == 4


def test_a_wide_bucket_asks_once_and_reports_in_one_call(
    node: Callable[..., Node], redis: services.Redis
) -> None:
    one = node()
    assert [one.take() for _ in range(8)] == [True] * 8
    assert len(one.asked) == 1
    assert in_redis(redis) == pytest.approx(WIDE - 1, abs=0.01)
    one.report()
    assert len(one.asked) == 2
    assert in_redis(redis) == pytest.approx(WIDE - 8, abs=0.01)
    assert one.level() == pytest.approx(WIDE - 8, abs=0.01)


def test_a_wide_bucket_is_overspent_by_a_twentieth_a_process_at_most(
    node: Callable[..., Node], redis: services.Redis
) -> None:
    nodes = [node() for _ in range(4)]
    for one in nodes:
        assert one.take()  # each knows a bucket that is nearly full
    took = 4
    for one in nodes:
        while one.take():
            took += 1
    assert WIDE <= took <= WIDE + len(nodes) * most_unreported(WIDE)
    # What was too much is owed: nobody has a token before it is back.
    for one in nodes:
        one.report()
    assert in_redis(redis) == pytest.approx(WIDE - took, abs=0.1)
    assert not any(one.take() for one in nodes)


def test_a_report_brings_what_the_others_took(node: Callable[..., Node]) -> None:
    first, second = node(), node()
    assert first.take()
    for _ in range(150):
        second.take()
    second.report()
    assert first.take()  # it cannot know
    first.report()
    assert first.level() == pytest.approx(WIDE - 152, abs=0.1)
    first.asked.clear()
    assert first.take()
    assert first.asked  # below the half it asks


def test_what_was_taken_since_the_report_is_not_lost_by_its_answer(
    node: Callable[..., Node],
) -> None:
    one = node()
    for _ in range(4):
        one.take()
    call: Any = one.counter.call

    def meanwhile(*given: Any) -> Any:
        one.counter.call = call  # type: ignore[method-assign]
        answer = call(*given)
        one.take()
        return answer

    one.counter.call = meanwhile  # type: ignore[method-assign]
    one.report()
    assert one.level() == pytest.approx(WIDE - 5, abs=0.01)


def test_what_is_given_back_before_the_report_is_not_reported(
    node: Callable[..., Node], redis: services.Redis
) -> None:
    one = node()
    for _ in range(4):
        one.take()
    one.give_back()
    one.report()
    assert in_redis(redis) == pytest.approx(WIDE - 3, abs=0.01)
    one.give_back()
    assert in_redis(redis) == pytest.approx(WIDE - 2, abs=0.01)
    assert one.level() == pytest.approx(WIDE - 2, abs=0.01)


def test_one_small_bucket_of_an_act_makes_all_ask(node: Callable[..., Node]) -> None:
    one = node()
    small = RateLimit(Allowance(SLOW, 4), name="test.small", defers=True)
    for number in range(6):
        refused = take_with(one.counter, [one.limit.of("amber"), small.of("amber")])
        assert (refused is None) == (number < 4)
    assert len(one.asked) == 4  # the last two were refused by memory


def test_without_redis_memory_counts_on_and_owes_nothing(
    node: Callable[..., Node], redis: services.Redis
) -> None:
    one = node()
    for _ in range(3):
        one.take()
    one.counter._lose("a test")
    one.counter._probe_at = float("inf")
    one.report()
    assert sum(one.take() for _ in range(WIDE)) == WIDE - 3
    assert not deferred_of(one.counter)._unreported
    assert in_redis(redis) == pytest.approx(WIDE - 1, abs=0.01)


def test_a_thread_reports_by_itself(
    redis: services.Redis, node: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    one = node()
    reported: list[int] = []
    learn = deferred_of(one.counter)._learn
    monkeypatch.setattr(
        deferred_of(one.counter), "_learn", lambda levels: (learn(levels), reported.append(1))
    )
    one.take()
    one.take()
    wait_until(lambda: bool(reported), 10, "nothing was reported")
    assert in_redis(redis) == pytest.approx(WIDE - 2, abs=0.01)
