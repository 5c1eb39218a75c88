"""A rename has no number, so whoever missed its bell cannot know: it rings again, the newest name alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from inglenook.chat.doorbell import Bell
from inglenook.realtime.hub import RENAMES_AGAIN, Hub


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    made = Hub()
    yield made
    made._stop_listening()
    for task in list(made._tasks):
        task.cancel()


async def test_a_rename_rings_again_at_the_next_checks_and_then_no_more(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        hub.relay, "publish", lambda bell: told.append((bell.author_id, bell.author_name))
    )

    async def rename(visitor: str, name: str) -> None:
        hub.ring(Bell(kind="identity", site_id=1, author_id=visitor, author_name=name))
        await asyncio.sleep(0)

    await rename("v_amber", "Amber")
    await rename("v_amber", "Ann")
    await rename("v_brave", "Ben")
    hub.ring(Bell(kind="typing", site_id=1, slug="lobby", author_id="v_amber"))
    await asyncio.sleep(0)
    told.clear()
    for _ in range(RENAMES_AGAIN):
        hub._ring_renames_again()
    assert told == [("v_amber", "Ann"), ("v_brave", "Ben")] * RENAMES_AGAIN
    hub._ring_renames_again()
    assert len(told) == 2 * RENAMES_AGAIN
