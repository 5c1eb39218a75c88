"""Every write of rooms: making, changing, pinning in, purging and clearing them."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from inglenook.chat import publish
from inglenook.chat.models import Message, Reaction, ReadMark, Room, new_epoch
from inglenook.chat.revisions import lock_room, take_rev
from inglenook.chat.selectors import timestamp
from inglenook.protocol import text
from inglenook.protocol.errors import Forbidden, Invalid, NotFound
from inglenook.protocol.frames import Ack
from inglenook.protocol.ids import NEW_SLUG_WORDS, RESERVED_SLUGS, is_new_slug
from inglenook.visitors.participants import Participant

MOST_PINS = 20
CHANGEABLE = ("name", "topic", "announcement", "slow_s", "locked", "archived")
NAME_CHARS, TOPIC_CHARS, ANNOUNCEMENT_CHARS = 80, 300, 500
MOST_SLOW_S = 6 * 60 * 60


def create_room(
    *, site_id: int, slug: str, name: str, kind: str = Room.Kind.PUBLIC, topic: str = ""
) -> Room:
    """A new room.

    Raises Invalid with its field: slug (form, or taken), kind. Raises Empty, TooLong or InvalidText
    with theirs: name, topic.
    """
    if slug in RESERVED_SLUGS:
        raise Invalid(f"`{slug}` means something else; choose another slug.", field="slug")
    if not is_new_slug(slug):
        raise Invalid(NEW_SLUG_WORDS, field="slug")
    if kind not in (Room.Kind.PUBLIC, Room.Kind.PAGE):
        raise Invalid(
            "A room is `public` or `page`; private ones are made by their visitor.", field="kind"
        )
    room = Room(site_id=site_id, slug=slug, kind=kind)
    room.name, room.topic = _checked("name", name), _checked("topic", topic)
    try:
        with transaction.atomic():
            room.save(force_insert=True)
    except IntegrityError:
        raise Invalid(f"This site already has a room `{slug}`.", field="slug") from None
    return room


def change_room(*, room: Room, **changes: Any) -> Room:
    """Sets some of CHANGEABLE.

    What changes nothing takes no number. Raises Invalid with its field, NotFound.
    """
    wanted = {field: _checked(field, value) for field, value in changes.items()}
    with transaction.atomic():
        room = lock_room(room)
        changed = {field: value for field, value in wanted.items() if getattr(room, field) != value}
        if changed:
            for field, value in changed.items():
                setattr(room, field, value)
            _store_change(room)
    return room


def pin_message(
    *, room: Room, actor: Participant, seq: int, on: bool, cid: str | None = None
) -> Ack:
    """Pins a message in its room, or takes the pin out.

    The team only. Raises Forbidden, NotFound, Invalid.
    """
    if not actor.is_team:
        raise Forbidden("Only the team pins messages.")
    with transaction.atomic():
        room = lock_room(room)
        message = Message.objects.filter(room_id=room.pk, seq=seq).first()
        if message is None or (on and message.deleted):
            raise NotFound("There is no such message here.", field="seq")
        if on != (seq in room.pinned):
            if on and len(room.pinned) >= MOST_PINS:
                raise Invalid(f"A room has {MOST_PINS} pinned messages at most.", field="seq")
            room.pinned = [*room.pinned, seq] if on else [pin for pin in room.pinned if pin != seq]
            _store_change(room)
    return Ack(cid=cid, room=room.slug, seq=seq, rev=room.rev, at=timestamp(message.at))


def purge_below(*, room: Room, seq: int) -> Room:
    """Removes the messages below `seq` for good: one change of the room, whatever their number."""
    with transaction.atomic():
        room = lock_room(room)
        seq = min(seq, room.head + 1)
        if seq > room.first_seq:
            Message.objects.filter(room_id=room.pk, seq__lt=seq).delete()
            room.first_seq = seq
            room.pinned = [pin for pin in room.pinned if pin >= seq]
            _store_change(room)
    return room


def clear_history(*, room: Room) -> Room:
    """Removes every message.

    The room starts anew in another epoch, so that no old number means anything.
    """
    with transaction.atomic():
        room = lock_room(room)
        Reaction.objects.filter(message__room_id=room.pk).delete()
        Message.objects.filter(room_id=room.pk).delete()
        ReadMark.objects.filter(room_id=room.pk).delete()
        room.epoch, room.head, room.rev, room.first_seq, room.pinned = new_epoch(), 0, 0, 1, []
        room.save()
        publish.head_moved(room)
    return room


def _store_change(room: Room) -> None:
    room.rev = take_rev(room)
    room.save(force_update=True)
    publish.room_changed(room)


def _checked(field: str, value: Any) -> Any:
    if field == "name":
        return text.normalise_name(value, NAME_CHARS, field=field)
    if field == "topic":
        return text.normalise_name(value, TOPIC_CHARS, field=field) if value.strip() else ""
    if field == "announcement":
        if not value.strip():
            return ""
        return text.normalise_name(value, ANNOUNCEMENT_CHARS, field=field)
    if field == "slow_s":
        if not isinstance(value, int) or not 0 <= value <= MOST_SLOW_S:
            raise Invalid(f"Slow mode is 0 to {MOST_SLOW_S} seconds.", field=field)
        return value
    if field in ("locked", "archived"):
        return bool(value)
    raise Invalid(f"`{field}` of a room cannot be changed.", field=field)
