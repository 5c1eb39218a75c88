"""Events of a room travel only where another process may serve it too, and none is lost by that."""

from __future__ import annotations

import pytest

from inglenook.chat.events import RoomEvent, TypingStarted
from inglenook.realtime.relay import shared_rooms
from inglenook.realtime.relay.shared_rooms import (
    KEEP_SECONDS,
    NEW_SECONDS,
    SHARED_SECONDS,
    UNKNOWN_SECONDS,
    SharedRooms,
)

LOBBY, HELP = (1, "lobby"), (1, "help")


def event(name: str = "Amber", slug: str = "lobby") -> RoomEvent:
    return TypingStarted(site_id=1, slug=slug, participant_id="v_amber", name=name)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(shared_rooms, "time", made)
    return made


@pytest.fixture
def alone(clock: Clock) -> SharedRooms:
    """A process that serves two rooms, and that nobody has answered."""
    rooms = SharedRooms()
    rooms.add(LOBBY)
    rooms.add(HELP)
    clock.now += NEW_SECONDS + 0.1
    return rooms


def test_a_room_that_is_new_here_is_sent_until_the_others_can_have_answered(clock: Clock) -> None:
    rooms = SharedRooms()
    rooms.add(LOBBY)
    assert not rooms.keep_if_alone(event())
    clock.now += NEW_SECONDS + 0.1
    assert rooms.keep_if_alone(event())


def test_a_room_that_is_served_elsewhere_only_is_always_sent(alone: SharedRooms) -> None:
    assert not alone.keep_if_alone(event(slug="elsewhere"))
    alone.remove(LOBBY)
    assert not alone.keep_if_alone(event())
    assert alone.on_announced(LOBBY) == []
    assert not alone.keep_if_alone(event())


def test_who_begins_to_serve_it_gets_what_was_kept_and_all_that_follows(
    alone: SharedRooms, clock: Clock
) -> None:
    assert alone.keep_if_alone(event("too old"))
    clock.now += KEEP_SECONDS + 0.1
    assert alone.keep_if_alone(event("first"))
    assert alone.keep_if_alone(event("of another room", slug="help"))
    assert alone.keep_if_alone(event("second"))
    assert alone.on_announced(LOBBY) == [event("first"), event("second")]
    assert alone.on_announced(LOBBY) == []
    assert not alone.keep_if_alone(event())
    assert alone.keep_if_alone(event(slug="help"))


def test_what_was_kept_is_too_old_also_where_nothing_came_after_it(
    alone: SharedRooms, clock: Clock
) -> None:
    assert alone.keep_if_alone(event())
    clock.now += KEEP_SECONDS + 0.1
    assert alone.on_announced(LOBBY) == []


def test_it_is_alone_again_when_nobody_repeats_the_announcement(
    alone: SharedRooms, clock: Clock
) -> None:
    alone.on_announced(LOBBY)
    clock.now += SHARED_SECONDS - 1
    assert not alone.keep_if_alone(event())
    alone.on_announced(LOBBY)
    clock.now += SHARED_SECONDS - 1
    assert not alone.keep_if_alone(event())
    clock.now += 2
    assert alone.keep_if_alone(event())


def test_after_the_layer_lost_something_all_is_sent_until_everybody_has_announced_themselves(
    alone: SharedRooms, clock: Clock
) -> None:
    alone.on_announced(HELP)
    alone.forget()
    assert not alone.keep_if_alone(event())
    clock.now += UNKNOWN_SECONDS + 1
    assert alone.keep_if_alone(event())
    assert not alone.keep_if_alone(event(slug="help"))  # for what it knew before holds on


def test_only_so_many_are_kept(alone: SharedRooms, monkeypatch: pytest.MonkeyPatch) -> None:
    for count in range(shared_rooms.KEEP_MOST + 5):
        alone.keep_if_alone(event(str(count)))
    kept = alone.on_announced(LOBBY)
    assert len(kept) == shared_rooms.KEEP_MOST
    assert kept[-1] == event(str(shared_rooms.KEEP_MOST + 4))
