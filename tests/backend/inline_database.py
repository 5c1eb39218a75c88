"""Views that ask the database's threads, on the connection of the test:
its transaction holds, its queries are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from inglenook.chat.posting import batcher
from inglenook.sites import database
from tests.testkit.writing import write_soon_by


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(_executor: ThreadPoolExecutor, work: Callable[[], Any]) -> Any:
        return await sync_to_async(guarded, thread_sensitive=True)(work)

    def guarded(work: Callable[[], Any]) -> Any:
        with database.unavailable_when_away():
            return work()

    monkeypatch.setattr(database, "_run", run)
    monkeypatch.setattr(batcher, "write_soon", write_soon_by(run))
