"""Places over several processes: one count for all, and what a process that dies held is free when its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inglenook.moderation import shared_counts
from inglenook.moderation.shared_counts import SharedCounts
from inglenook.realtime import ledger
from inglenook.realtime.ledger import Ledger
from tests import services
from tests.process import Process, free_port, wait_until

PATIENT_MS = 10_000
VISITOR = ("visitor 1 v_amber", 6)
ADDRESS = ("address 198.51.100.7", 3)


@pytest.fixture
def process(redis: services.Redis) -> Callable[[], Ledger]:
    with shared_counts.redis.Redis.from_url(redis.url) as client:
        for key in client.scan_iter(f"{shared_counts.PREFIX}*"):
            client.delete(key)
    return lambda: Ledger(SharedCounts(redis.url, PATIENT_MS))


def test_one_process_counts_in_its_memory() -> None:
    alone = Ledger(None)
    assert [alone.take([VISITOR, ADDRESS]) for _ in range(4)] == [None, None, None, ADDRESS[0]]
    assert [alone.take([VISITOR]) for _ in range(4)] == [None, None, None, VISITOR[0]]
    alone.give_back([VISITOR[0], ADDRESS[0]])
    assert alone.take([VISITOR, ADDRESS]) is None
    for _ in range(3):
        alone.give_back([VISITOR[0], ADDRESS[0]])
    for _ in range(3):
        alone.give_back([VISITOR[0]])
    assert alone.is_empty


def test_two_processes_have_one_count(process: Callable[[], Ledger]) -> None:
    first, second = process(), process()
    assert [(first, second)[number % 2].take([VISITOR]) for number in range(8)] == [None] * 6 + [
        VISITOR[0],
        VISITOR[0],
    ]
    first.give_back([VISITOR[0]])
    assert second.take([VISITOR]) is None
    assert first.take([VISITOR]) == VISITOR[0]


def test_many_at_once_are_answered_as_if_each_were_alone(
    process: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [[VISITOR], [ADDRESS, VISITOR], [ADDRESS], [VISITOR, ADDRESS], [ADDRESS], [VISITOR]]
    groups += [[VISITOR]] * 4
    one_by_one = [None] * 4 + [ADDRESS[0]] + [None] * 3 + [VISITOR[0]] * 2
    assert Ledger(None).take_each(groups) == one_by_one
    asked: list[str] = []
    call = SharedCounts.call
    monkeypatch.setattr(
        SharedCounts, "call", lambda self, *more: asked.append("") or call(self, *more)
    )
    first, second = process(), process()
    assert first.take_each(groups[:5]) == one_by_one[:5]
    assert second.take_each(groups[5:]) == one_by_one[5:]
    assert len(asked) == 2
    first.give_back([VISITOR[0], VISITOR[0], ADDRESS[0]])
    assert second.take_each([[ADDRESS, VISITOR], [VISITOR], [VISITOR]]) == [None, None, VISITOR[0]]


def test_none_is_taken_where_one_is_full(process: Callable[[], Ledger]) -> None:
    first, second = process(), process()
    for _ in range(3):
        assert first.take([ADDRESS, VISITOR]) is None
    for _ in range(3):
        assert second.take([VISITOR, ADDRESS]) == ADDRESS[0]
    assert [second.take([VISITOR]) for _ in range(4)] == [None, None, None, VISITOR[0]]


def test_a_process_that_dies_frees_its_places(
    process: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ledger.ALIVE_SECONDS < 60
    monkeypatch.setattr(ledger, "ALIVE_SECONDS", 0.3)
    dead, alive = process(), process()
    for _ in range(6):
        assert dead.take([VISITOR]) is None
    assert alive.take([VISITOR]) == VISITOR[0]
    time.sleep(0.35)
    assert alive.take([VISITOR]) is None


def test_a_process_that_lives_keeps_its_places(
    process: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 3 * ledger.BEAT_SECONDS < ledger.ALIVE_SECONDS
    assert 2 * ledger.SAY_AGAIN_SECONDS < ledger.KEY_SECONDS
    quiet, other = process(), process()
    for _ in range(6):
        assert quiet.take([VISITOR]) is None
    monkeypatch.setattr(ledger, "ALIVE_SECONDS", 0.5)
    for _ in range(4):
        time.sleep(0.2)
        quiet.beat()
        assert other.take([VISITOR]) == VISITOR[0]


def test_what_redis_forgot_is_said_again(
    process: Callable[[], Ledger], redis: services.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = process(), process()
    for _ in range(6):
        assert first.take([VISITOR]) is None
    with shared_counts.redis.Redis.from_url(redis.url) as client:
        for key in client.scan_iter(f"{shared_counts.PREFIX}*"):
            client.delete(key)
    monkeypatch.setattr(ledger, "SAY_AGAIN_SECONDS", 0.0)
    first.beat()
    assert second.take([VISITOR]) == VISITOR[0]


def test_while_redis_is_away_each_counts_alone_and_then_all_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "PROBE_AFTER_SECONDS", 0.1)
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    argv = [services._redis_program(), "--port", str(port), "--bind", "127.0.0.1"]
    argv += ["--save", "", "--dir", str(tmp_path)]
    server = Process("Redis", argv, log=tmp_path / "redis.log")
    is_up = services.Redis(url, None).answers
    try:
        server.start(is_up)
        lines = [SharedCounts(url, PATIENT_MS) for _ in range(2)]
        first, second = (Ledger(line) for line in lines)
        for _ in range(3):
            assert first.take([VISITOR]) is None
        server.kill()
        first.give_back([VISITOR[0]])  # this one Redis never hears of
        assert [second.take([VISITOR]) for _ in range(3)] == [None] * 3
        server.start(is_up)

        def is_found() -> bool:
            first.beat()
            second.beat()
            return not any(line.is_away for line in lines)

        wait_until(is_found, 10, "the processes did not find Redis again")
        first.beat()
        second.beat()
        assert second.take([VISITOR]) is None  # two and three and this
        assert first.take([VISITOR]) == VISITOR[0]
    finally:
        server.kill()
