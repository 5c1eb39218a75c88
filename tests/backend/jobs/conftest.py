"""Jobs of a process that is not about to end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from inglenook.jobs import runner
from tests.testkit.clients_end import clients_end  # noqa: F401  (a fixture)


@pytest.fixture(autouse=True)
def _nothing_ends() -> Iterator[None]:
    runner.ending.clear()
    yield
    runner.ending.clear()
    # A site of the next test may have the same number.
    shutil.rmtree(settings.DATA_DIR / "exports", ignore_errors=True)
