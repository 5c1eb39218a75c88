"""Faults that take seconds, at a small size: the promise holds on a slow machine too.

`make faults` runs all of them at the sizes of docs/reliability.md, and there their speed has bars.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.testkit.faults import everything  # noqa: F401  registers them
from tests.testkit.faults.pool import close_all
from tests.testkit.faults.registry import FAULTS, order_of, quick

pytestmark = pytest.mark.whole
QUICK = sorted((name for name, fault in FAULTS.items() if fault.is_quick), key=order_of)


@pytest.mark.parametrize("name", QUICK)
async def test_nothing_is_lost_doubled_or_disordered(name: str, worker_seed: int) -> None:
    fault = FAULTS[name]
    report = await fault.run(quick(worker_seed))
    assert report.holds, f"{name}, {fault.title}, seed {worker_seed}:\n{report.complaint()}"


@pytest.fixture(scope="module", autouse=True)
def _installations_end() -> Iterator[None]:
    yield
    close_all()


@pytest.fixture
def worker_seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run's order, which pytest-randomly prints."""
    return int(request.config.getoption("randomly_seed", 1))
