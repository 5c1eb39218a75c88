"""The batcher's way to the writer's thread: each batch has one answer, in the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError

from inglenook.protocol.errors import Unavailable
from inglenook.sites import database
from inglenook.sites.database import write_soon

LATE_SECONDS = 0.05

# The writer tries its connection after a rest, and closes it where the database is away.
pytestmark = [pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


def fails() -> None:
    raise ZeroDivisionError


def finds_no_database() -> None:
    raise OperationalError("the connection is gone")


@pytest.mark.parametrize(
    ("work", "kind"), [(fails, ZeroDivisionError), (finds_no_database, Unavailable)]
)
async def test_what_goes_wrong_is_the_answer(
    work: Callable[[], None], kind: type[Exception]
) -> None:
    answers: asyncio.Queue[object] = asyncio.Queue()
    write_soon(work, answers.put_nowait)
    assert isinstance(await asyncio.wait_for(answers.get(), 5), kind)


async def test_work_is_done_in_order_and_answered_in_the_loop() -> None:
    answered: asyncio.Queue[tuple[object, int]] = asyncio.Queue()

    def answer(done: object) -> None:
        answered.put_nowait((done, threading.get_ident()))

    for number in range(3):
        write_soon(partial(int, number), answer)
    assert [await asyncio.wait_for(answered.get(), 5) for _ in range(3)] == [
        (number, threading.get_ident()) for number in range(3)
    ]


async def test_what_takes_too_long_is_unavailable_once_and_what_waits_behind_it_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "ANSWER_SECONDS", LATE_SECONDS)
    goes_on, answers, begun = threading.Event(), asyncio.Queue[object](), []
    write_soon(lambda: goes_on.wait(5), answers.put_nowait)
    write_soon(lambda: begun.append("behind"), answers.put_nowait)
    late = [await asyncio.wait_for(answers.get(), 5) for _ in range(2)]
    assert [type(one) for one in late] == [Unavailable, Unavailable]
    goes_on.set()
    write_soon(lambda: "after", answers.put_nowait)
    assert await asyncio.wait_for(answers.get(), 5) == "after"
    assert not begun
