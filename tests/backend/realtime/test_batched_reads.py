"""Reads that come together go together: nobody waits for that, each gets their own answer."""

from __future__ import annotations

import asyncio
import threading

import pytest

from inglenook.protocol.errors import ChatError, NotFound, Unavailable
from inglenook.realtime.hub.batched_reads import BATCH_MOST, BatchedReads

# The reads run in the database's threads, which first check connections that other tests left open.
pytestmark = pytest.mark.django_db


class Reads:
    """Doubles numbers once `may_go` is set; refuses 13."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_go = threading.Event()
        self.may_go.set()

    def __call__(self, numbers: list[int]) -> list[int | ChatError]:
        self.batches.append(numbers)
        self.may_go.wait(5)
        return [NotFound() if number == 13 else 2 * number for number in numbers]


async def test_somebody_alone_is_read_alone_and_a_crowd_together() -> None:
    reads = Reads()
    batches = BatchedReads(reads)
    assert await batches.ask(1, 4) == 8
    reads.may_go.clear()
    first = asyncio.ensure_future(batches.ask(1, 0))
    await asyncio.sleep(0.05)
    crowd = [asyncio.ensure_future(batches.ask(1, number)) for number in range(1, 10)]
    await asyncio.sleep(0.05)
    reads.may_go.set()
    assert await first == 0
    assert await asyncio.gather(*crowd) == [2 * number for number in range(1, 10)]
    assert reads.batches == [[4], [0], list(range(1, 10))]


async def test_a_refusal_is_that_of_the_one_who_asked() -> None:
    batches = BatchedReads(Reads())
    answers = await asyncio.gather(
        *(batches.ask(1, number) for number in (12, 13, 14)), return_exceptions=True
    )
    assert answers[0] == 24
    assert isinstance(answers[1], NotFound)
    assert answers[2] == 28


async def test_two_sites_never_share_a_batch_and_none_is_larger_than_agreed() -> None:
    reads = Reads()
    batches = BatchedReads(reads)
    asked = [batches.ask(1, 100 + number) for number in range(3 * BATCH_MOST)]
    asked += [batches.ask(2, 1000 + number) for number in range(5)]
    await asyncio.gather(*asked)
    assert max(len(batch) for batch in reads.batches) == BATCH_MOST
    assert all(len({number >= 1000 for number in batch}) == 1 for batch in reads.batches)


async def test_what_fails_as_a_whole_fails_for_each_and_the_next_is_read_again() -> None:
    def away(_numbers: list[int]) -> list[int | ChatError]:
        raise Unavailable()

    batches = BatchedReads(away)
    answers = await asyncio.gather(
        *(batches.ask(1, number) for number in range(3)), return_exceptions=True
    )
    assert all(isinstance(answer, Unavailable) for answer in answers)
    with pytest.raises(Unavailable):
        await batches.ask(1, 1)


async def test_who_leaves_while_waiting_costs_the_others_nothing() -> None:
    reads = Reads()
    reads.may_go.clear()
    batches = BatchedReads(reads)
    first = asyncio.ensure_future(batches.ask(1, 1))
    await asyncio.sleep(0.05)
    gone = asyncio.ensure_future(batches.ask(1, 2))
    stays = asyncio.ensure_future(batches.ask(1, 3))
    await asyncio.sleep(0)
    gone.cancel()
    first.cancel()
    await asyncio.sleep(0)
    reads.may_go.set()
    assert await stays == 6
    assert reads.batches == [[1], [3]]
