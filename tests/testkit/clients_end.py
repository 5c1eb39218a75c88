"""The end of a test that talked over the wire: whatever it opened is closed, in its own loop."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.testkit.events import close_streams
from tests.testkit.wire import close_all


@pytest.fixture(autouse=True)
async def clients_end() -> AsyncIterator[None]:
    """For the conftest.py of a folder whose tests open clients."""
    yield
    await close_streams()
    await close_all()
