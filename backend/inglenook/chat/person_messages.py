"""All messages by one person: deleted at once, and that undone once.

    delete_all ─> one transaction: the person's rooms, each locked; their messages are tombstones,
                  each with a `rev`; what waits is rejected; how to undo it; the record
                  ── COMMIT ─> a frame each, or one look at the room where there are many
    delete_all_of_each ─> the same for many people: each of their rooms is locked first
    undo       ─> the same backwards, for what is still as it was left

One transaction, however many messages: a crash leaves all of it or nothing, and the answer to a
program is kept with it. Its price is that the rooms take no other message as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from inglenook.chat import publish
from inglenook.chat.models import HeldMessage, Message, Reaction, Room, Undo
from inglenook.chat.revisions import lock_room
from inglenook.chat.services import entomb, exhume, is_restorable
from inglenook.moderation import audit
from inglenook.protocol.errors import Conflict, NotFound
from inglenook.sites.actors import Actor, actor_columns
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import bump_access_version
from inglenook.visitors.models import Visitor
from inglenook.visitors.services import count_messages

UNDO_MINUTES: Final = 10
# More frames of one room than that are one look of the hub at its rows.
MOST_FRAMES: Final = 100
_ROWS_A_STATEMENT: Final = 100
_CHANGED: Final = (
    *("rev", "change", "body", "entities", "attachments", "previews", "reactions"),
    *("deleted", "deleted_at", "deleted_content"),
)
_TAKE: Final = (
    "UPDATE chat_room SET head = head + %s WHERE id = %s AND NOT gone RETURNING head, epoch"
)


def delete_all(
    *,
    site: Site,
    visitor_id: str,
    since: datetime | None = None,
    rooms: Sequence[Room] | None = None,
    by: Actor,
) -> tuple[int, Undo]:
    """Deletes what a visitor wrote, as a moderator, and rejects what of theirs waits.

    `since` leaves what is older, `rooms` what is elsewhere. Returns how many messages went.
    Raises NotFound for somebody who never was on this site, Forbidden.
    """
    require_actor(by, site.pk, Action.DELETE_MESSAGES)
    # PostgreSQL raises on text with a NUL.
    people = Visitor.objects.filter(site=site)
    if not visitor_id.isprintable() or not people.filter(public_id=visitor_id).exists():
        raise NotFound("There is no such visitor here.")
    theirs: dict[str, Any] = {"room__site": site, "room__gone": False, "author_id": visitor_id}
    if since is not None:
        theirs["at__gte"] = since
    if rooms is not None:
        theirs["room__in"] = rooms
    written = Message.objects.filter(**theirs, deleted=None)
    waiting = HeldMessage.objects.filter(**theirs, state=HeldMessage.State.WAITING)
    undo = Undo(site=site, visitor_id=visitor_id)
    deleted = 0
    with transaction.atomic():
        # In id order, so that two of these do not wait for each other.
        places = Room.objects.filter(messages__in=written) | Room.objects.filter(
            held_messages__in=waiting
        )
        for place in places.distinct().order_by("pk"):
            room = lock_room(place)
            messages = list(written.filter(room=room).order_by("seq"))
            for message in messages:
                entomb(message, "moderator")
            Reaction.objects.filter(message__in=[it.pk for it in messages]).delete()
            _store(room, messages, Message.Change.DELETE)
            undo.messages.append([room.pk, room.epoch, [it.seq for it in messages]])
            deleted += len(messages)
        count_messages(visitor_id=visitor_id, change=-deleted)
        undo.held = list(waiting.values_list("pk", flat=True))
        _announce_held(undo)
        now = timezone.now()
        HeldMessage.objects.filter(pk__in=undo.held).update(
            state=HeldMessage.State.REJECTED,
            decided_at=now,
            **actor_columns("decided_by", by),
        )
        undo.until = now + timedelta(minutes=UNDO_MINUTES)
        undo.save(force_insert=True)
        facts = {"deleted": deleted, "rejected": len(undo.held), "undo": undo.public_id}
        _record(undo, by, "visitor.delete_messages", facts)
    return deleted, undo


def delete_all_of_each(
    *, site: Site, visitor_ids: Sequence[str], rooms: Sequence[Room] | None = None, by: Actor
) -> list[Undo]:
    """As `delete_all` for each of these people, in their order: for all of them or for nobody."""
    require_actor(by, site.pk, Action.DELETE_MESSAGES)
    plain = [each for each in visitor_ids if each.isprintable()]
    with transaction.atomic():
        theirs: dict[str, Any] = {"room__site": site, "author_id__in": plain}
        written = Message.objects.filter(**theirs, deleted=None).values("room_id")
        waiting = HeldMessage.objects.filter(**theirs, state=HeldMessage.State.WAITING)
        # One person's rooms after another's would be out of order: two of these could wait for
        # each other.
        places = Room.objects.filter(Q(pk__in=written) | Q(pk__in=waiting.values("room_id")))
        list(places.order_by("pk").select_for_update().values_list("pk", flat=True))
        return [
            delete_all(site=site, visitor_id=each, rooms=rooms, by=by)[1] for each in visitor_ids
        ]


def undo_deletion(*, site: Site, undo_id: str, by: Actor) -> int:
    """Takes back a deletion of all messages by one person. Returns how many came back.

    Raises NotFound, Forbidden; Conflict the second time and after UNDO_MINUTES.
    """
    require_actor(by, site.pk, Action.UNDO)
    restored = 0
    with transaction.atomic():
        undos = Undo.objects.select_for_update().filter(site=site)
        # PostgreSQL raises on text with a NUL.
        undo = undos.filter(public_id=undo_id if undo_id.isprintable() else "").first()
        if undo is None:
            raise NotFound("There is nothing to undo here.")
        now = timezone.now()
        if undo.used_at is not None or undo.until <= now:
            raise Conflict(f"This can be undone once, within {UNDO_MINUTES} minutes.")
        for pk, epoch, seqs in undo.messages:
            room = Room.objects.select_for_update().filter(pk=pk, gone=False, epoch=epoch).first()
            if room is None:  # cleared or removed since
                continue
            rows = Message.objects.filter(room=room, seq__in=seqs).order_by("seq")
            messages = [message for message in rows if is_restorable(message)]
            for message in messages:
                exhume(message)
            _store(room, messages, Message.Change.RESTORE)
            restored += len(messages)
        count_messages(visitor_id=undo.visitor_id, change=restored)
        waits = HeldMessage.objects.filter(pk__in=undo.held, state=HeldMessage.State.REJECTED)
        reopened = waits.update(
            state=HeldMessage.State.WAITING,
            decided_at=None,
            **actor_columns("decided_by", None),
        )
        _announce_held(undo)
        undo.used_at = now
        undo.save(update_fields=["used_at"])
        facts = {"restored": restored, "reopened": reopened, "undo": undo.public_id}
        _record(undo, by, "visitor.undo_deletion", facts)
    return restored


def _store(room: Room, messages: Sequence[Message], change: Message.Change) -> None:
    """Gives each message the room's next number, and announces them."""
    if not messages:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [len(messages), room.pk])
        room.head, room.epoch = cursor.fetchone()
    for rev, message in enumerate(messages, room.head - len(messages) + 1):
        message.rev, message.change = rev, change
    Message.objects.bulk_update(messages, _CHANGED, batch_size=_ROWS_A_STATEMENT)
    if len(messages) > MOST_FRAMES:
        publish.head_moved(room)
        return
    for message in messages:
        publish.message_changed(room, message)


def _announce_held(undo: Undo) -> None:
    """Tells the author what waits for them alone, in each room where something waited."""
    if not undo.held:
        return
    rooms = Room.objects.filter(held_messages__in=undo.held).distinct()
    publish.held_changed([(room, undo.visitor_id) for room in rooms])
    # Another process may not learn of it: the site's version makes it look.
    bump_access_version(undo.site_id, withdraws=False)


def _record(undo: Undo, by: Actor, action: str, facts: dict[str, Any]) -> None:
    target = ("visitor", undo.visitor_id)
    audit.record(site_id=undo.site_id, by=by, action=action, target=target, after=facts)
