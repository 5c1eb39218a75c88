"""The relay between two processes, above a layer that goes away for one of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from inglenook.chat.events import Event, PresenceChanged, TypingStarted, VisitorRenamed
from inglenook.realtime.relay import relay, shared_rooms
from inglenook.realtime.relay.relay import Relay


class Wire:
    """What carries between the processes."""

    def __init__(self) -> None:
        self.channels: dict[str, asyncio.Queue[Any]] = defaultdict(asyncio.Queue)
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.groups_sent: list[str] = []


class Layer:
    """One process's way to the wire, which can be cut."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.is_cut = False

    def _check(self) -> None:
        if self.is_cut:
            raise ConnectionError("cut")

    async def new_channel(self, prefix: str) -> str:
        self._check()
        return f"{prefix}{len(self._wire.channels)}"

    async def send(self, channel: str, message: Any) -> None:
        self._check()
        self._wire.channels[channel].put_nowait(message)

    async def receive(self, channel: str) -> Any:
        message = await self._wire.channels[channel].get()
        self._check()
        return message

    async def group_add(self, group: str, channel: str) -> None:
        self._check()
        self._wire.groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self._wire.groups[group].discard(channel)

    async def group_send(self, group: str, message: Any) -> None:
        self._check()
        self._wire.groups_sent.append(group)
        for channel in self._wire.groups[group]:
            self._wire.channels[channel].put_nowait(message)

    async def group_send_all(self, messages: Sequence[tuple[str, Any]]) -> None:
        for group, message in messages:
            await self.group_send(group, message)

    async def flush(self) -> None:
        pass


class Process:
    def __init__(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        self.layer = Layer(wire)
        self.doubts = 0
        self.tasks: list[asyncio.Task[None]] = []
        monkeypatch.setattr(relay, "get_channel_layer", lambda: self.layer)
        self.received: list[Event] = []
        self.relay = Relay(self.received.extend, self._start, self._doubt)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.ensure_future(work))

    def _doubt(self) -> None:
        self.doubts += 1

    async def until(self, *, is_away: bool) -> None:
        for _ in range(1_000):
            if self.relay.is_away is is_away and (is_away or self.relay._channel):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"it is not {'away' if is_away else 'there'}")

    async def until_received(self, count: int) -> list[Event]:
        """So many events, and no more within a moment."""
        for _ in range(500):
            if len(self.received) >= count:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        return self.received

    async def serve(self, key: tuple[int, str]) -> None:
        """As the hub begins to serve a room."""
        await self.relay.subscribe(key)
        process = self.relay.process
        self.relay.send(PresenceChanged(site_id=key[0], slug=key[1], process=process, asks=True))


def typing(name: str) -> TypingStarted:
    return TypingStarted(site_id=1, slug="lobby", participant_id="v_amber", name=name)


async def test_who_comes_back_makes_the_others_look_once(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(relay, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(relay, "RETRY_SECONDS", 0.02)
    wire = Wire()
    first, second = (Process(wire, monkeypatch) for _ in range(2))
    try:
        for process in (first, second):
            await process.until(is_away=False)
        first.layer.is_cut = True
        await first.until(is_away=True)
        assert (first.doubts, second.doubts) == (1, 0)
        first.layer.is_cut = False
        await first.until(is_away=False)
        await asyncio.sleep(0.1)
        # Its own return is in doubt once, not once more by its own message.
        assert (first.doubts, second.doubts) == (2, 1)
    finally:
        for task in first.tasks + second.tasks:
            task.cancel()


async def test_a_room_of_one_process_is_not_sent_and_whoever_comes_to_it_misses_nothing(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(shared_rooms, "NEW_SECONDS", 0)
    wire = Wire()
    first, second = (Process(wire, monkeypatch) for _ in range(2))
    sent = wire.groups_sent
    try:
        for process in (first, second):
            await process.until(is_away=False)
        await first.serve((1, "lobby"))
        await asyncio.sleep(0.05)
        sent.clear()
        first.relay.send(typing("before"))
        await asyncio.sleep(0.05)
        assert sent == []
        # What concerns the whole site goes to everybody.
        first.relay.send(VisitorRenamed(site_id=1, visitor_id="v_amber", name="Ann"))
        await asyncio.sleep(0.05)
        assert sent == ["site.1"]

        await second.serve((1, "lobby"))
        assert await second.until_received(1) == [typing("before")]
        first.relay.send(typing("after"))
        assert await second.until_received(2) == [typing("before"), typing("after")]
        # The second has no answer yet: it takes itself to be alone.
        second.relay.send(typing("from the second"))
        await asyncio.sleep(0.05)
        assert [event for event in first.received if isinstance(event, TypingStarted)] == []
        announced = PresenceChanged(site_id=1, slug="lobby", process=first.relay.process)
        first.relay.send(announced)
        first.received.clear()
        assert await first.until_received(1) == [typing("from the second")]
    finally:
        for task in first.tasks + second.tasks:
            task.cancel()
