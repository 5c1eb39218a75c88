"""Who is here, who types: best effort, gathered up and told at most once in a while. Nothing of it is stored.

With several processes each tells the others whom it serves, through the layer, on change and every few seconds; what a
process said expires by itself, so one that dies takes its people with it. Without a layer each counts its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from inglenook.chat.doorbell import Bell
from inglenook.protocol import frames
from inglenook.realtime.connection import Connection
from inglenook.realtime.rooms import HubRoom
from inglenook.realtime.wire import wire_of

GATHER_SECONDS = 0.5
GATHER_SECONDS_BUSY = 3.0
BUSY_ROOM = 200
PEOPLE_EXPIRE_SECONDS = 25.0
TOLD_AT_ONCE = 50
# Who goes on says so every 3 s; nobody is called writing for 4 s who has stopped.
TYPING_SECONDS = 3.5
TYPING_GATHER_SECONDS = 0.2
MOST_TYPING = 10

Publish = Callable[[Bell], None]


def greet(room: HubRoom, connection: Connection) -> None:
    """Tells somebody who just came who is here already."""
    people = room.people()
    connection.send(frames.Presence(room.slug, len(people), _named(people, TOLD_AT_ONCE)))
    if room.typing:
        connection.send(room.typing_frame())


def gather(room: HubRoom, publish: Publish) -> None:
    """Somebody came or went: tell the room soon, with whoever else comes or goes until then."""
    if room.people_timer is None:
        wait = GATHER_SECONDS_BUSY if len(room.seats) > BUSY_ROOM else GATHER_SECONDS
        room.people_timer = asyncio.get_running_loop().call_later(wait, _tell, room, publish)


def _tell(room: HubRoom, publish: Publish) -> None:
    room.people_timer = None
    announce(room, publish)
    tell(room)


def tell(room: HubRoom) -> None:
    """Tells the seats of this process, if anything changed since they were told."""
    people, told = room.people(), room.people_told
    if people == told:
        return
    joined = {key: name for key, name in people.items() if told.get(key) != name}
    left = {key: name for key, name in told.items() if key not in people}
    room.people_told = people
    frame = frames.Presence(
        room.slug, len(people), _named(joined, TOLD_AT_ONCE), _named(left, TOLD_AT_ONCE)
    )
    room.say_to_all(wire_of(frame))


def announce(room: HubRoom, publish: Publish, *, asks: bool = False) -> None:
    """Tells the other processes whom this one serves; `asks` wants the same of them."""
    publish(
        Bell(
            kind="presence",
            site_id=room.site_id,
            slug=room.slug,
            people=list(room.people_here().items()),
            asks=asks,
        )
    )


def hear_people(room: HubRoom, bell: Bell, publish: Publish) -> None:
    if bell.asks:
        announce(room, publish)
    expires = time.monotonic() + PEOPLE_EXPIRE_SECONDS
    if bell.people:
        room.people_elsewhere[bell.process] = (expires, dict(bell.people))
    else:
        room.people_elsewhere.pop(bell.process, None)
    if room.people() != room.people_told and room.people_timer is None:
        room.people_timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, _hear_told, room)


def _hear_told(room: HubRoom) -> None:
    room.people_timer = None
    tell(room)


def hear_typing(room: HubRoom, bell: Bell) -> None:
    if bell.author_id in room.typing or len(room.typing) < MOST_TYPING:
        room.typing[bell.author_id] = (bell.author_name, time.monotonic() + TYPING_SECONDS)
    loop = asyncio.get_running_loop()
    soon = loop.time() + TYPING_GATHER_SECONDS
    timer = room.typing_timer
    if timer is None or timer.when() > soon:
        _look_at_typing(room, soon, _tell_typing)


def _look_at_typing(room: HubRoom, at: float, how: Callable[[HubRoom], None]) -> None:
    if room.typing_timer is not None:
        room.typing_timer.cancel()
    room.typing_timer = asyncio.get_running_loop().call_at(at, how, room)


def _tell_typing(room: HubRoom) -> None:
    room.typing_timer = None
    room.say_to_all(wire_of(room.typing_frame()))
    _wait_for_silence(room)


def _hear_silence(room: HubRoom) -> None:
    """Somebody may have stopped without a message: then nobody's name stays. A message says it by itself."""
    room.typing_timer = None
    known = len(room.typing)
    frame = room.typing_frame()
    if len(room.typing) < known:
        room.say_to_all(wire_of(frame))
    _wait_for_silence(room)


def _wait_for_silence(room: HubRoom) -> None:
    if room.typing:
        # A moment later, because a timer may be early by the grain of its clock.
        first = min(until for _, until in room.typing.values()) - time.monotonic()
        at = asyncio.get_running_loop().time() + max(first, 0) + 0.02
        _look_at_typing(room, at, _hear_silence)


def _named(people: dict[str, str], most: int) -> list[dict[str, str]]:
    return [{"id": key, "name": name} for key, name in list(people.items())[:most]]
