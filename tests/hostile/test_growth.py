"""No parser that a stranger reaches takes more than in proportion to what it is given.

Doubling the input may at most triple the thread's processor time: a square would be four times.
Compared is the best of five, three times at most, at a size where the parser takes above 20 ms, so
that whatever else the machine does changes nothing. A parser that refuses what is long never gets
there, which is as good.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.testkit.parsers import PARSERS, SHAPES, filled, seconds_for

FIRST_CHARS, MOST_CHARS = 4096, 2**19
SECONDS = 0.02
TRIES = 3


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def test_every_parser_has_its_shapes() -> None:
    assert SHAPES.keys() == PARSERS.keys()


@pytest.mark.parametrize("which", PARSERS)
def test_twice_as_much_takes_no_more_than_three_times_as_long(which: str) -> None:
    parser = PARSERS[which]
    for shape in SHAPES[which]:
        chars = FIRST_CHARS
        while seconds_for(parser, filled(shape, chars), 1) < SECONDS and chars < MOST_CHARS:
            chars *= 2
        if chars < MOST_CHARS:
            for _ in range(TRIES):
                once = seconds_for(parser, filled(shape, chars), 5)
                twice = seconds_for(parser, filled(shape, 2 * chars), 5)
                if twice <= 3 * once:
                    break
            else:
                pytest.fail(f"{shape}: {once * 1000:.0f} ms, {twice * 1000:.0f} ms")
