"""The same buckets in several processes, over a real Redis.

It answers, hangs, dies and comes back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from inglenook.limits import redis_counter
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.rate_limiter import give_back_with, level_of, take_each_with, take_with
from inglenook.limits.redis_counter import RedisCounter, key_of
from inglenook.limits.token_bucket import Allowance
from tests.testkit import services
from tests.testkit.process import Process, free_port, wait_until

PATIENT_MS = 10_000  # where the test is not about waiting, a busy machine may take its time


class Node:
    """What one process has: buckets in its memory, and its own counter in Redis."""

    def __init__(self, counter: RedisCounter) -> None:
        self.counter = counter
        self.visitor = RateLimit(Allowance(0.2, 6), name="test", words="visitor")
        self.room = RateLimit(Allowance(0.2, 9), name="test.room", words="room")

    def take(self, who: str = "amber", where: str = "lobby") -> str | None:
        """Whose limit it is; None where there was room."""
        refused = take_with(self.counter, [self.visitor.of(who), self.room.of(where)])
        return refused.words if refused else None


@pytest.fixture
def node(redis: services.Redis) -> Callable[..., Node]:
    with Redis.from_url(redis.url) as client:
        for key in client.scan_iter(f"{redis_counter.PREFIX}*"):
            client.delete(key)
    return lambda url=redis.url, wait_ms=PATIENT_MS: Node(RedisCounter(url, wait_ms))


class Breakable:
    """A Redis of this test's own, to hang and to kill."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.server = services.Redis(self.url, None)
        argv = [services._redis_program(), "--port", str(self.port), "--bind", "127.0.0.1"]
        argv += ["--save", "", "--dir", str(folder)]
        self.process = Process("Redis", argv, log=folder / "redis.log")
        self.start()

    def start(self) -> None:
        self.process.start(self.server.answers)


@pytest.fixture
def breakable(tmp_path: Path) -> Iterator[Breakable]:
    made = Breakable(tmp_path)
    yield made
    made.process.kill()


def test_what_is_given_back_is_there_again_for_every_process(node: Callable[..., Node]) -> None:
    first, second = node(), node()
    for _ in range(6):
        first.take()
    assert second.take() == "visitor"
    give_back_with(second.counter, [second.visitor.of("amber"), second.room.of("lobby")])
    assert level_of(first.visitor.of("amber")) < 1
    assert node().take() is None
    assert node().take() == "visitor"


def test_nothing_is_given_back_beyond_what_there_is(node: Callable[..., Node]) -> None:
    first = node()
    for _ in range(3):
        give_back_with(first.counter, [first.visitor.of("amber"), first.room.of("lobby")])
    assert [node().take() for _ in range(7)] == [None] * 6 + ["visitor"]


def test_two_processes_have_one_limit(node: Callable[..., Node]) -> None:
    first, second = node(), node()
    assert [(first, second)[number % 2].take() for number in range(7)] == [None] * 6 + ["visitor"]
    assert first.take() == "visitor"
    assert first.take("olive") is None


def test_a_refusal_costs_nothing_in_any_of_them(node: Callable[..., Node]) -> None:
    first, second = node(), node()
    for _ in range(6):
        assert first.take("amber") is None
    for _ in range(4):
        assert second.take("amber") == "visitor"
    assert [second.take("olive") for _ in range(4)] == [None] * 3 + ["room"]
    assert [first.take("olive", "help") for _ in range(4)] == [None] * 3 + ["visitor"]


def test_many_together_are_judged_as_one_after_the_other_and_asked_for_once(
    node: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, all_of_them = node(), node()
    who = ["amber"] * 7 + ["olive"] * 4 + ["amber", "teal"]
    alone = [one.take(name, f"alone {name}") for name in who]
    call, asked = all_of_them.counter.call, []
    monkeypatch.setattr(
        all_of_them.counter, "call", lambda *given: asked.append(given) or call(*given)
    )
    groups = [
        [all_of_them.visitor.of(f"{name} again"), all_of_them.room.of(f"together {name}")]
        for name in who
    ]
    refusals = take_each_with(all_of_them.counter, groups)
    assert [refused and refused.words for refused in refusals] == alone
    assert alone.count("visitor") == 2
    assert len(asked) == 1
    # What the first of them took elsewhere is known to the second.
    assert node().take("amber again", "elsewhere") == "visitor"


def test_what_another_process_took_counts_for_each_of_many(node: Callable[..., Node]) -> None:
    first, second = node(), node()
    for _ in range(4):
        first.take()
    groups = [[second.visitor.of("amber"), second.room.of("lobby")] for _ in range(4)]
    refusals = take_each_with(second.counter, groups)
    assert [refused and refused.words for refused in refusals] == [None, None, "visitor", "visitor"]


def test_all_at_once_from_many_threads_are_as_many_as_fit(node: Callable[..., Node]) -> None:
    nodes = [node() for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: nodes[number % 4].take(), range(40)))
    assert answers.count(None) == 6


def test_a_flood_that_memory_knows_does_not_reach_redis(
    node: Callable[..., Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = node(), node()
    while first.take() is None:
        pass
    assert second.take() == "visitor"  # this one had to ask
    asked: list[str] = []
    monkeypatch.setattr(second.counter, "call", lambda *_: asked.append("asked"))
    for _ in range(50):
        assert second.take() == "visitor"
    assert not asked


def test_who_was_limited_cannot_be_read_from_the_keys() -> None:
    key = key_of("rate.address", "198.51.100.7")
    assert "198" not in key
    assert key == key_of("rate.address", "198.51.100.7") != key_of("rate.address", "198.51.100.8")


def test_keys_are_gone_when_the_bucket_is_full_again(
    node: Callable[..., Node], redis: services.Redis
) -> None:
    node().take()
    with Redis.from_url(redis.url) as client:
        assert 5000 < client.pttl(key_of("rate.test", "amber")) <= 6000


def test_a_redis_that_hangs_costs_little_once_and_refuses_nobody(breakable: Breakable) -> None:
    nodes = [Node(RedisCounter(breakable.url, 100)) for _ in range(2)]
    assert nodes[0].take("before") is None
    breakable.process.freeze()
    try:
        for one in nodes:  # one that was connected, one that never was
            assert one.take("during", "room") is None
            assert one.counter.is_away  # so nothing is asked for some seconds
            for number in range(5):
                assert one.take(f"during {number}", f"room {number}") is None
    finally:
        breakable.process.thaw()


def test_while_redis_is_away_each_process_counts_from_what_was_known(breakable: Breakable) -> None:
    first = Node(RedisCounter(breakable.url, PATIENT_MS))
    second = Node(RedisCounter(breakable.url, PATIENT_MS))
    for number in range(4):
        assert (first, second)[number % 2].take() is None
    breakable.process.kill()
    # `second` knows all four, so two are left to it; `first` knew three of them.
    assert [second.take() for _ in range(3)] == [None, None, "visitor"]
    assert [first.take() for _ in range(4)] == [None, None, None, "visitor"]


def test_counts_are_shared_again_when_redis_is_back(
    breakable: Breakable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_counter, "PROBE_AFTER_SECONDS", 0.1)
    nodes = [Node(RedisCounter(breakable.url, PATIENT_MS)) for _ in range(2)]
    assert nodes[0].take() is None
    breakable.process.kill()
    for one in nodes:
        assert one.take("olive", "help") is None
        assert one.counter.is_away
    breakable.start()

    def are_back() -> bool:
        for one in nodes:
            one.take("somebody", str(time.monotonic()))
        return not any(one.counter.is_away for one in nodes)

    wait_until(are_back, 10, "the processes did not find Redis again")
    assert [nodes[number % 2].take("teal", "new") for number in range(7)] == [None] * 6 + [
        "visitor"
    ]
    assert [one.counter.outages for one in nodes] == [1, 1]


def test_a_redis_that_is_slow_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = RedisCounter("redis://127.0.0.1:1/0", 100)
    calls: list[float] = []

    def slow(*_: object) -> list[str]:
        calls.append(time.monotonic())
        time.sleep(0.04)
        return ["1"]

    monkeypatch.setattr(counter, "_run", slow)
    for _ in range(20):
        counter.call("", [], [])
    assert counter.is_away
    assert len(calls) <= 5


@pytest.mark.parametrize("what", ["closed the line", "forgot the scripts"])
def test_a_redis_that_is_there_again_is_asked_as_if_nothing_had_been(
    breakable: Breakable, what: str
) -> None:
    one = Node(RedisCounter(breakable.url, PATIENT_MS))
    assert [one.take() for _ in range(2)] == [None] * 2
    with Redis.from_url(breakable.url) as client:
        if what == "closed the line":
            client.client_kill_filter(_type="normal", skipme=True)
        else:
            client.script_flush()
    assert [one.take() for _ in range(5)] == [None] * 4 + ["visitor"]
    assert one.counter.outages == 0


@pytest.mark.parametrize("what", ["full", "not a Redis"])
def test_a_redis_that_answers_with_errors_refuses_nobody(breakable: Breakable, what: str) -> None:
    with Redis.from_url(breakable.url) as client:
        if what == "full":
            client.config_set("maxmemory", "1")
        else:
            client.set(key_of("rate.test", "amber"), "another kind of value")
    one = Node(RedisCounter(breakable.url, PATIENT_MS))
    assert [one.take() for _ in range(7)] == [None] * 6 + ["visitor"]
    assert one.counter.is_away


def test_probes_leave_no_threads_behind(breakable: Breakable) -> None:
    counter = RedisCounter(breakable.url, PATIENT_MS)
    counter._lose("a test")
    counter._probe_at = 0
    for _ in range(5):
        counter.call("", [], [])
    wait_until(lambda: not counter.is_away, 5, "the probe did not find Redis")
    wait_until(
        lambda: (
            not any(thread.name.startswith("redis-counter") for thread in threading.enumerate())
        ),
        5,
        "a probe runs on",
    )
