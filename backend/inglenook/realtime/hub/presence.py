"""Who is here and who types: best effort, sent together once in a while. Nothing of it is stored.

With several processes each announces to the others whom it serves, on change and every few seconds.
An announcement expires by itself, so the people of a process that dies are forgotten. Without a
layer each process counts its own.

    subscribed, unsubscribed, renamed ──> schedule_update ──> announce (relay) + broadcast_people
    another process announces         ──> on_presence ─────────────────────────> broadcast_people
    somebody types                    ──> on_typing ──> `typing` now, and again when they stopped
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from inglenook.chat import here, publish
from inglenook.chat.events import PresenceChanged, TypingStarted
from inglenook.protocol import frames
from inglenook.realtime.hub.encoded_frames import encode_frame
from inglenook.realtime.hub.rooms import HubRoom, Subscriber

UPDATE_SECONDS = 0.5
UPDATE_SECONDS_BUSY = 3.0
BUSY_ROOM = 200
PEOPLE_EXPIRE_SECONDS = 25.0
NAMED_AT_ONCE = 50
# A client that goes on says so every 3 s; who has stopped must not be shown typing for 4 s.
TYPING_SECONDS = 3.5
TYPING_DELAY_SECONDS = 0.2
MOST_TYPING = 10


def send_people_to(room: HubRoom, connection: Subscriber) -> None:
    """Sends a new subscriber who is here already, and who types."""
    people = room.people()
    connection.send(frames.Presence(room.slug, len(people), _named(people, NAMED_AT_ONCE)))
    if room.typing:
        connection.send(room.typing_frame())


def schedule_update(room: HubRoom, process: str) -> None:
    """Somebody came or went: announces it soon, together with who comes or goes until then."""
    if room.people_timer is None:
        wait = UPDATE_SECONDS_BUSY if len(room.subscriptions) > BUSY_ROOM else UPDATE_SECONDS
        room.people_timer = asyncio.get_running_loop().call_later(wait, _update, room, process)


def _update(room: HubRoom, process: str) -> None:
    room.people_timer = None
    announce(room, process)
    broadcast_people(room)


def broadcast_people(room: HubRoom) -> None:
    """Sends this process's subscribers who came and who went since the last time."""
    people, sent = room.people(), room.people_sent
    if people == sent:
        return
    joined = {key: name for key, name in people.items() if sent.get(key) != name}
    left = {key: name for key, name in sent.items() if key not in people}
    room.people_sent = people
    frame = frames.Presence(
        room.slug, len(people), _named(joined, NAMED_AT_ONCE), _named(left, NAMED_AT_ONCE)
    )
    room.broadcast_now(encode_frame(frame))


def announce(room: HubRoom, process: str, *, asks: bool = False) -> None:
    """Announces to the other processes whom `process`, this one, serves.

    `asks`: the other processes answer with announcements of their own.
    """
    people = room.people_here()
    here.note(site_id=room.site_id, slug=room.slug, process=process, people=people)
    publish.presence_changed(
        site_id=room.site_id, slug=room.slug, process=process, people=people, asks=asks
    )


def on_presence(room: HubRoom, event: PresenceChanged, process: str) -> None:
    """Takes an announcement of another process; `process` is this one."""
    if event.asks:
        announce(room, process)
    here.note(site_id=event.site_id, slug=event.slug, process=event.process, people=event.people)
    expires = time.monotonic() + PEOPLE_EXPIRE_SECONDS
    if event.people:
        room.people_elsewhere[event.process] = (expires, dict(event.people))
    else:
        room.people_elsewhere.pop(event.process, None)
    if room.people() != room.people_sent and room.people_timer is None:
        room.people_timer = asyncio.get_running_loop().call_later(
            UPDATE_SECONDS, _update_here, room
        )


def _update_here(room: HubRoom) -> None:
    """The other processes know already."""
    room.people_timer = None
    broadcast_people(room)


def on_typing(room: HubRoom, event: TypingStarted) -> None:
    """Notes who types, for TYPING_SECONDS, and broadcasts it soon."""
    if event.participant_id in room.typing or len(room.typing) < MOST_TYPING:
        room.typing[event.participant_id] = (event.name, time.monotonic() + TYPING_SECONDS)
    loop = asyncio.get_running_loop()
    soon = loop.time() + TYPING_DELAY_SECONDS
    timer = room.typing_timer
    if timer is None or timer.when() > soon:
        _schedule_typing(room, soon, _broadcast_typing)


def _schedule_typing(room: HubRoom, at: float, broadcast: Callable[[HubRoom], None]) -> None:
    if room.typing_timer is not None:
        room.typing_timer.cancel()
    room.typing_timer = asyncio.get_running_loop().call_at(at, broadcast, room)


def _broadcast_typing(room: HubRoom) -> None:
    room.typing_timer = None
    room.broadcast_now(encode_frame(room.typing_frame()))
    _schedule_typing_end(room)


def _broadcast_typing_end(room: HubRoom) -> None:
    """Sends who still types, if somebody stopped without a message.

    A message itself ends the typing of its author.
    """
    room.typing_timer = None
    known = len(room.typing)
    frame = room.typing_frame()
    if len(room.typing) < known:
        room.broadcast_now(encode_frame(frame))
    _schedule_typing_end(room)


def _schedule_typing_end(room: HubRoom) -> None:
    if room.typing:
        # A moment later: a timer may be early by the resolution of its clock.
        first = min(until for _, until in room.typing.values()) - time.monotonic()
        at = asyncio.get_running_loop().time() + max(first, 0) + 0.02
        _schedule_typing(room, at, _broadcast_typing_end)


def _named(people: dict[str, str], most: int) -> list[dict[str, str]]:
    return [{"id": key, "name": name} for key, name in list(people.items())[:most]]
