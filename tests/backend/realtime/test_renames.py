"""A rename has no number, so a process cannot notice that it missed one: the hub sends it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from inglenook.chat.events import Event, TypingStarted, VisitorRenamed
from inglenook.realtime.hub.hub import Hub
from inglenook.realtime.hub.renames import TIMES_AGAIN


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    made = Hub()
    yield made
    made._unsubscribe_from_events()
    made.tasks.cancel_all()


async def test_a_rename_is_sent_again_at_the_next_checks_and_then_no_more(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Event] = []
    monkeypatch.setattr(hub.relay, "send", sent.append)

    async def rename(visitor: str, name: str) -> None:
        hub.on_event(VisitorRenamed(site_id=1, visitor_id=visitor, name=name))
        await asyncio.sleep(0)

    await rename("v_amber", "Amber")
    await rename("v_amber", "Ann")
    await rename("v_brave", "Ben")
    typing = TypingStarted(site_id=1, slug="lobby", participant_id="v_amber", name="Ann")
    hub.on_event(typing)
    await asyncio.sleep(0)
    sent.clear()
    for _ in range(TIMES_AGAIN):
        hub.check.send_renames_again()
    ann = VisitorRenamed(site_id=1, visitor_id="v_amber", name="Ann")
    ben = VisitorRenamed(site_id=1, visitor_id="v_brave", name="Ben")
    assert sent == [ann, ben] * TIMES_AGAIN
    hub.check.send_renames_again()
    assert len(sent) == 2 * TIMES_AGAIN
