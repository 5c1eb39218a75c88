"""Every write of rooms: making, changing, pinning in, purging, clearing and removing them.

Each act of the team has its row in the record (`sites/audit.py`), in the transaction of the act.
`by` is who acts, the command line where nobody is named.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from inglenook.chat import publish
from inglenook.chat.attachments import removal
from inglenook.chat.calm import calm_until
from inglenook.chat.models import (
    Attachment,
    HeldMessage,
    Message,
    Reaction,
    ReadMark,
    Report,
    Room,
    new_epoch,
)
from inglenook.chat.revisions import lock_room, take_rev
from inglenook.chat.room_settings import (
    NAME_CHARS,
    TOPIC_CHARS,
    checked,
    line,
    optional_line,
    preset,
)
from inglenook.chat.selectors import timestamp
from inglenook.moderation import audit
from inglenook.protocol.errors import Conflict, Forbidden, Invalid, NotFound
from inglenook.protocol.frames import Ack
from inglenook.protocol.ids import NEW_SLUG_WORDS, RESERVED_SLUGS, is_new_slug
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.audit import facts
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import FIRST_ROOM_NAME, FIRST_ROOM_SLUG, actor_of_member
from inglenook.visitors.participants import Participant

MOST_PINS = 20
# So many moves of a room are remembered, for lists that somebody reads meanwhile.
MOVES_KEPT: Final = 50


def create_room(
    *,
    site_id: int,
    slug: str,
    name: str,
    kind: str = Room.Kind.PUBLIC,
    topic: str = "",
    by: Actor = SYSTEM,
) -> Room:
    """A new room.

    Raises Forbidden. Raises Invalid with its field: slug (form, or taken), kind. Raises Empty,
    TooLong or InvalidText with theirs: name, topic.
    """
    require_actor(by, site_id, Action.CHANGE_ROOMS)
    if slug in RESERVED_SLUGS:
        raise Invalid(f"`{slug}` means something else; choose another slug.", field="slug")
    if not is_new_slug(slug):
        raise Invalid(NEW_SLUG_WORDS, field="slug")
    if kind not in (Room.Kind.PUBLIC, Room.Kind.PAGE):
        raise Invalid(
            "A room is `public` or `page`; private ones are made by their visitor.", field="kind"
        )
    room = Room(site_id=site_id, slug=slug, kind=kind)
    room.name = line("name", name, NAME_CHARS)
    room.topic = optional_line("topic", topic, TOPIC_CHARS)
    return store_new_room(room, by=by)


def store_new_room(room: Room, *, by: Actor) -> Room:
    """Raises Invalid (field slug) where the slug is taken."""
    room.calm_until = calm_until(room.site_id)
    try:
        with transaction.atomic():
            room.save(force_insert=True)
            _record(room, by, "room.create", after={"kind": room.kind, **_facts(room, ["name"])})
    except IntegrityError:
        raise Invalid(f"This site already has a room `{room.slug}`.", field="slug") from None
    return room


def make_first_room(site: Site, by: Actor | None = None) -> Room:
    """The room that a new site begins with. `by` None: its owner."""
    owner = site.members.order_by("pk").first()
    by = by or (actor_of_member(owner) if owner else SYSTEM)
    return create_room(site_id=site.pk, slug=FIRST_ROOM_SLUG, name=FIRST_ROOM_NAME, by=by)


def change_room(*, room: Room, by: Actor = SYSTEM, **changes: Any) -> Room:
    """Sets some of `room_settings.CHANGEABLE`.

    What changes nothing takes no number. Raises Invalid with its field, NotFound.
    """
    require_actor(by, room.site_id, Action.CHANGE_ROOMS)
    wanted = checked(changes)
    with transaction.atomic():
        order = _next_order(room.site_id) if "position" in wanted else 0
        room = lock_room(room)
        changed = {field: value for field, value in wanted.items() if getattr(room, field) != value}
        if changed:
            before = _facts(room, changed)
            if "position" in changed:
                room.moves = [*room.moves, [order, room.position]][-MOVES_KEPT:]
                room.moved = order
            for field, value in changed.items():
                setattr(room, field, value)
            _record(room, by, "room.update", before=before, after=_facts(room, changed))
            _store_change(room)
    return room


def apply_preset(*, room: Room, name: str, by: Actor = SYSTEM) -> Room:
    """Sets what a preset means. Raises Invalid (field preset), NotFound."""
    return change_room(room=room, by=by, **preset(name))


def pin_message(
    *, room: Room, actor: Participant, seq: int, on: bool, cid: str | None = None
) -> Ack:
    """Pins a message in its room, or takes the pin out.

    The team only. Raises Forbidden, NotFound, Invalid.
    """
    if not (actor.is_team and actor.may_write):
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
            action = "message.pin" if on else "message.unpin"
            record_message(room, actor.actor, action, seq)
            _store_change(room)
    return Ack(cid=cid, room=room.slug, seq=seq, rev=room.rev, at=timestamp(message.at))


def purge_below(*, room: Room, seq: int, by: Actor | None = None) -> Room:
    """Removes the messages below `seq` for good: one change of the room, whatever their number.

    `by` None: retention does it, which is no act.
    """
    with transaction.atomic():
        room = lock_room(room)
        seq = min(seq, room.head + 1)
        if seq > room.first_seq:
            removal.remove(Attachment.objects.filter(room_id=room.pk, seq__lt=seq))
            Message.objects.filter(room_id=room.pk, seq__lt=seq).delete()
            Report.objects.filter(room_id=room.pk, seq__lt=seq).delete()
            if by is not None:
                before, after = {"first_seq": room.first_seq}, {"first_seq": seq}
                _record(room, by, "room.purge", before=before, after=after)
            room.first_seq = seq
            room.pinned = [pin for pin in room.pinned if pin >= seq]
            _store_change(room)
    return room


def clear_history(*, room: Room, by: Actor = SYSTEM) -> Room:
    """Removes every message; what waits for the team waits on.

    The room starts anew in another epoch, so that no old number means anything.
    """
    require_actor(by, room.site_id, Action.CHANGE_ROOMS)
    with transaction.atomic():
        room = lock_room(room)
        before = {"epoch": room.epoch, "head": room.head}
        _remove_contents(room)
        room.epoch, room.head, room.rev, room.first_seq, room.pinned = new_epoch(), 0, 0, 1, []
        room.save()
        _record(room, by, "room.clear", before=before, after={"epoch": room.epoch, "head": 0})
        publish.head_moved(room)
    return room


def remove_room(*, room: Room, by: Actor = SYSTEM) -> None:
    """Removes a room with every message. Its row stays, so that its last frame says `gone`.

    Its slug is not given out again: an old page must not find itself in another room.
    Raises Conflict for the site's default room.
    """
    require_actor(by, room.site_id, Action.DELETE_ROOM)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=room.site_id)
        room = lock_room(room)
        if room.slug == site.default_room:
            raise Conflict("This is the default room; make another room the default first.")
        _remove_contents(room)
        HeldMessage.objects.filter(room_id=room.pk).delete()
        removal.remove(Attachment.objects.filter(room_id=room.pk))
        _record(room, by, "room.delete", before={"head": room.head, **_facts(room, ["name"])})
        room.rev = take_rev(room)
        room.gone, room.pinned, room.first_seq = True, [], room.head + 1
        room.save(force_update=True)
        publish.room_changed(room)


def record_message(room: Room, by: Actor, action: str, seq: int, **facts: Any) -> None:
    """Notes what was done to a message, by its place: no text, no name."""
    target = ("message", f"{room.slug}/{seq}")
    audit.record(site_id=room.site_id, by=by, action=action, target=target, **facts)


# --- the small steps


def _remove_contents(room: Room) -> None:
    Reaction.objects.filter(message__room_id=room.pk).delete()
    Message.objects.filter(room_id=room.pk).delete()
    ReadMark.objects.filter(room_id=room.pk).delete()
    # Another epoch gives the same numbers to other messages.
    Report.objects.filter(room_id=room.pk).delete()
    decided = HeldMessage.objects.filter(room_id=room.pk).exclude(state=HeldMessage.State.WAITING)
    of_messages, of_decided = Q(seq__isnull=False), Q(held__in=decided.values("pk"))
    removal.remove(Attachment.objects.filter(of_messages | of_decided, room_id=room.pk))
    decided.delete()


def _next_order(site_id: int) -> int:
    """The number of the next move among the site's rooms; its row is locked until COMMIT."""
    Site.objects.filter(pk=site_id).update(room_order=F("room_order") + 1)
    return Site.objects.values_list("room_order", flat=True).get(pk=site_id)


def _record(room: Room, by: Actor, action: str, **facts: Any) -> None:
    audit.record(site_id=room.site_id, by=by, action=action, target=("room", room.slug), **facts)


def _facts(room: Room, fields: Any) -> dict[str, Any]:
    """A private room has the name of its visitor, which the record does not keep."""
    is_private = room.kind == Room.Kind.PRIVATE
    return facts(room, [field for field in fields if not (is_private and field == "name")])


def _store_change(room: Room) -> None:
    room.rev = take_rev(room)
    room.save(force_update=True)
    publish.room_changed(room)
