"""The only module that announces an event. What is stored is announced after COMMIT.

    service ─> message_changed, … ─> after_commit ── COMMIT ─> the hub, which subscribed
                                                            └─> the layer, where there is no hub

The database is the truth. A lost event costs time and never a message: the hub compares heads by
itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from inglenook.chat import layer, selectors
from inglenook.chat.events import (
    AccessChanged,
    Event,
    HeadMoved,
    HeldChanged,
    MessageChanged,
    MessagePosted,
    PresenceChanged,
    ReadMarkMoved,
    RoomChanged,
    TypingStarted,
    VisitorChanged,
    VisitorRenamed,
)
from inglenook.chat.models import Message, Room
from inglenook.chat.posting.store import NewMessage
from inglenook.protocol import frame_parts, frames
from inglenook.sites.signals import access_changed
from inglenook.visitors.participants import Participant
from inglenook.visitors.signals import visitor_renamed

logger = logging.getLogger(__name__)

Subscriber = Callable[[Event], None]
_subscribers: list[Subscriber] = []


def subscribe(subscriber: Subscriber) -> Callable[[], None]:
    """Calls `subscriber` with each event of this process, in the thread that announced it.

    The subscriber must neither wait nor raise. Returns the function that ends the subscription.
    """
    _subscribers.append(subscriber)
    return lambda: _subscribers.remove(subscriber)


# --- changes that took a number of a room: call these in the transaction of the change


def messages_posted(messages: Sequence[NewMessage]) -> None:
    """Announces new messages of one transaction, in their order."""
    after_commit(
        [
            MessagePosted(
                site_id=message.room.site_id,
                slug=message.room.slug,
                epoch=message.room.epoch,
                rev=message.rev,
                frame=frames.encode(message.frame()),
                author_id=message.author.id,
            )
            for message in messages
        ]
    )


def message_changed(
    room: Room, message: Message, reacted: frame_parts.Reacted | None = None
) -> None:
    """Announces the change that gave the message its present `rev`."""
    frame = selectors.message_frame(message, room.slug, reacted=reacted)
    after_commit(
        [
            MessageChanged(
                site_id=room.site_id,
                slug=room.slug,
                epoch=room.epoch,
                rev=message.rev,
                frame=frames.encode(frame),
                author_id=message.author_id or "",
            )
        ]
    )


def room_changed(room: Room) -> None:
    """Announces the room's own change, that of `room.rev`."""
    after_commit(
        [
            RoomChanged(
                site_id=room.site_id,
                slug=room.slug,
                epoch=room.epoch,
                rev=room.rev,
                frame=frames.encode(selectors.room_frame(room)),
            )
        ]
    )


def head_moved(room: Room) -> None:
    """Announces a bulk change or a new epoch: hubs read the room from the database."""
    after_commit(
        [HeadMoved(site_id=room.site_id, slug=room.slug, epoch=room.epoch, head=room.head)]
    )


def held_changed(rows: Sequence[tuple[Room, str]], *, cid: str = "", refused: str = "") -> None:
    """Announces to authors, each with the room, that what waits for them alone is another."""
    after_commit(
        [
            HeldChanged(
                site_id=room.site_id, slug=room.slug, author_id=author_id, cid=cid, refused=refused
            )
            for room, author_id in rows
        ]
    )


def visitor_changed(*, site_id: int, visitor_id: str, role: str) -> None:
    """Announces that somebody is trusted more or less than before."""
    after_commit([VisitorChanged(site_id=site_id, visitor_id=visitor_id, role=role)])


def after_commit(events: Sequence[Event]) -> None:
    """Announces the events once the open transaction is committed; at once where none is open.

    This function runs inside the change's transaction. So an outbox (rows for mail and webhooks,
    which must survive a crash) is written here, before the function waits for COMMIT.
    """
    transaction.on_commit(lambda: _announce(events))


# --- what has no number: announced at once, best effort


def typing_started(participant: Participant, slug: str) -> None:
    _announce(
        [
            TypingStarted(
                site_id=participant.site_id,
                slug=slug,
                participant_id=participant.id,
                name=participant.name,
            )
        ]
    )


def read_mark_moved(
    participant: Participant, slug: str, rev: int, *, connection_id: str = ""
) -> None:
    """`rev` is where the stored mark is now. `connection_id` names the connection that moved it."""
    _announce(
        [
            ReadMarkMoved(
                site_id=participant.site_id,
                slug=slug,
                reader_id=participant.id,
                rev=rev,
                connection_id=connection_id,
            )
        ]
    )


def presence_changed(
    *, site_id: int, slug: str, process: str, people: dict[str, str], asks: bool = False
) -> None:
    """Announces which people, id to name, the hub `process` serves in the room."""
    _announce(
        [
            PresenceChanged(
                site_id=site_id,
                slug=slug,
                process=process,
                people=list(people.items()),
                asks=asks,
            )
        ]
    )


@receiver(access_changed, dispatch_uid="inglenook.chat.publish")
def _on_access_changed(site_id: int, **_: object) -> None:
    _announce([AccessChanged(site_id=site_id)])


@receiver(visitor_renamed, dispatch_uid="inglenook.chat.publish")
def _on_visitor_renamed(site_id: int, visitor_id: str, name: str, **_: object) -> None:
    _announce([VisitorRenamed(site_id=site_id, visitor_id=visitor_id, name=name)])


def _announce(events: Sequence[Event]) -> None:
    """Never raises and never waits for a reader: what was committed stays committed."""
    for event in events:
        for subscriber in _subscribers:
            subscriber(event)
        if not _subscribers and settings.REDIS_URL:
            _send_alone(event)


def _send_alone(event: Event) -> None:
    if _is_in_an_event_loop():
        # Its hub has ended: the process is about to end, too; others miss nothing that is stored.
        return
    try:
        async_to_sync(layer.send_alone)(event)
    except Exception as error:  # noqa: BLE001  whatever the layer raises, the change is stored
        kind = type(event).__name__
        logger.warning("the layer did not take an event", extra={"kind": kind, "why": repr(error)})


def _is_in_an_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
