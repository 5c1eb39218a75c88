"""Slots over several processes: one count for all.

What a dead process held is free when its time is up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from inglenook.limits import quota_store, redis_counter
from inglenook.limits.quota_store import QuotaStore
from inglenook.limits.redis_counter import RedisCounter
from tests.testkit import services
from tests.testkit.process import Process, free_port, wait_until

PATIENT_MS = 10_000
VISITOR = ("visitor 1 v_amber", 6)
ADDRESS = ("address 198.51.100.7", 3)


@pytest.fixture
def process(redis: services.Redis) -> Callable[[], QuotaStore]:
    with Redis.from_url(redis.url) as client:
        for key in client.scan_iter(f"{redis_counter.PREFIX}*"):
            client.delete(key)
    return lambda: QuotaStore(RedisCounter(redis.url, PATIENT_MS))


def test_one_process_counts_in_its_memory() -> None:
    alone = QuotaStore(None)
    assert [alone.take([VISITOR, ADDRESS]) for _ in range(4)] == [None, None, None, ADDRESS[0]]
    assert [alone.take([VISITOR]) for _ in range(4)] == [None, None, None, VISITOR[0]]
    alone.release([VISITOR[0], ADDRESS[0]])
    assert alone.take([VISITOR, ADDRESS]) is None
    for _ in range(3):
        alone.release([VISITOR[0], ADDRESS[0]])
    for _ in range(3):
        alone.release([VISITOR[0]])
    assert alone.is_empty


def test_two_processes_have_one_count(process: Callable[[], QuotaStore]) -> None:
    first, second = process(), process()
    assert [(first, second)[number % 2].take([VISITOR]) for number in range(8)] == [None] * 6 + [
        VISITOR[0],
        VISITOR[0],
    ]
    first.release([VISITOR[0]])
    assert second.take([VISITOR]) is None
    assert first.take([VISITOR]) == VISITOR[0]


def test_many_at_once_are_answered_as_if_each_were_alone(
    process: Callable[[], QuotaStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [[VISITOR], [ADDRESS, VISITOR], [ADDRESS], [VISITOR, ADDRESS], [ADDRESS], [VISITOR]]
    groups += [[VISITOR]] * 4
    one_by_one = [None] * 4 + [ADDRESS[0]] + [None] * 3 + [VISITOR[0]] * 2
    assert QuotaStore(None).take_each(groups) == one_by_one
    asked: list[str] = []
    call = RedisCounter.call
    monkeypatch.setattr(
        RedisCounter, "call", lambda self, *more: asked.append("") or call(self, *more)
    )
    first, second = process(), process()
    assert first.take_each(groups[:5]) == one_by_one[:5]
    assert second.take_each(groups[5:]) == one_by_one[5:]
    assert len(asked) == 2
    first.release([VISITOR[0], VISITOR[0], ADDRESS[0]])
    assert second.take_each([[ADDRESS, VISITOR], [VISITOR], [VISITOR]]) == [None, None, VISITOR[0]]


def test_none_is_taken_where_one_is_full(process: Callable[[], QuotaStore]) -> None:
    first, second = process(), process()
    for _ in range(3):
        assert first.take([ADDRESS, VISITOR]) is None
    for _ in range(3):
        assert second.take([VISITOR, ADDRESS]) == ADDRESS[0]
    assert [second.take([VISITOR]) for _ in range(4)] == [None, None, None, VISITOR[0]]


def test_a_process_that_dies_frees_its_slots(
    process: Callable[[], QuotaStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quota_store.ALIVE_SECONDS < 60
    monkeypatch.setattr(quota_store, "ALIVE_SECONDS", 0.3)
    dead, alive = process(), process()
    for _ in range(6):
        assert dead.take([VISITOR]) is None
    assert alive.take([VISITOR]) == VISITOR[0]
    time.sleep(0.35)
    assert alive.take([VISITOR]) is None


def test_a_process_that_lives_keeps_its_slots(
    process: Callable[[], QuotaStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 3 * quota_store.HEARTBEAT_SECONDS < quota_store.ALIVE_SECONDS
    assert 2 * quota_store.REPORT_ALL_SECONDS < quota_store.KEY_SECONDS
    quiet, other = process(), process()
    for _ in range(6):
        assert quiet.take([VISITOR]) is None
    monkeypatch.setattr(quota_store, "ALIVE_SECONDS", 0.5)
    for _ in range(4):
        time.sleep(0.2)
        quiet.heartbeat()
        assert other.take([VISITOR]) == VISITOR[0]


def test_what_redis_forgot_is_said_again(
    process: Callable[[], QuotaStore], redis: services.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = process(), process()
    for _ in range(6):
        assert first.take([VISITOR]) is None
    with Redis.from_url(redis.url) as client:
        for key in client.scan_iter(f"{redis_counter.PREFIX}*"):
            client.delete(key)
    monkeypatch.setattr(quota_store, "REPORT_ALL_SECONDS", 0.0)
    first.heartbeat()
    assert second.take([VISITOR]) == VISITOR[0]


def test_while_redis_is_away_each_counts_alone_and_then_all_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_counter, "PROBE_AFTER_SECONDS", 0.1)
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    argv = [services._redis_program(), "--port", str(port), "--bind", "127.0.0.1"]
    argv += ["--save", "", "--dir", str(tmp_path)]
    server = Process("Redis", argv, log=tmp_path / "redis.log")
    is_up = services.Redis(url, None).answers
    try:
        server.start(is_up)
        lines = [RedisCounter(url, PATIENT_MS) for _ in range(2)]
        first, second = (QuotaStore(line) for line in lines)
        for _ in range(3):
            assert first.take([VISITOR]) is None
        server.kill()
        first.release([VISITOR[0]])  # this one never reaches Redis
        assert [second.take([VISITOR]) for _ in range(3)] == [None] * 3
        server.start(is_up)

        def is_found() -> bool:
            first.heartbeat()
            second.heartbeat()
            return not any(line.is_away for line in lines)

        wait_until(is_found, 10, "the processes did not find Redis again")
        first.heartbeat()
        second.heartbeat()
        assert second.take([VISITOR]) is None  # two and three and this
        assert first.take([VISITOR]) == VISITOR[0]
    finally:
        server.kill()
