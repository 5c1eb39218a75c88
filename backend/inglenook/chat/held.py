"""What the team decides about messages that wait: approve, reject, reopen.

    approve   ─> the room's next number, place and time of now ── COMMIT ─> a new message, for all
    reject    ─> kept 7 days for its author's next try ── COMMIT ─> `refused`, to its author alone
    reopen    ─> a rejected one waits again, within REOPEN_MINUTES

The room's row is locked first, then the held message's: whoever comes second finds what the first
did. The same again gives the same; the other after the one is a conflict.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from inglenook.chat import publish
from inglenook.chat.attachments.models import Attachment
from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting import store as message_store
from inglenook.chat.posting.facts import authors_in
from inglenook.chat.posting.store import NewMessage
from inglenook.chat.posting.waiting import NOT_APPROVED
from inglenook.chat.previews.links import ask_for_previews
from inglenook.chat.revisions import lock_room
from inglenook.chat.selectors import message_frame, timestamp
from inglenook.moderation import audit
from inglenook.protocol import frames, text
from inglenook.protocol.errors import Conflict, NotFound, RoomArchived
from inglenook.sites.actors import Actor, note_actor
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor
from inglenook.sites.services import bump_access_version
from inglenook.visitors.participants import Participant

REOPEN_MINUTES: Final = 10
REJECTION_CHARS: Final = 200


def held_messages(
    site: Site, *, is_shadow: bool = False, with_private: bool = True
) -> QuerySet[HeldMessage]:
    """What waits on a site; with `is_shadow` what only its authors take for sent instead."""
    state = HeldMessage.State.SHADOW if is_shadow else HeldMessage.State.WAITING
    rows = HeldMessage.objects.filter(room__site=site, room__gone=False, state=state)
    return rows if with_private else rows.exclude(room__kind=Room.Kind.PRIVATE)


def approve_held(*, site: Site, held_id: int, by: Actor) -> frames.Message:
    """Gives a waiting message its place now. Returns its frame, also the second time.

    Raises NotFound, RoomArchived, Forbidden, and Conflict for what was rejected or is a shadow.
    """
    require_actor(by, site.pk, Action.APPROVE)
    with transaction.atomic():
        room, held = _locked(site, held_id)
        if held.state == HeldMessage.State.APPROVED:
            return _frame(room, held)
        if held.state != HeldMessage.State.WAITING:
            raise Conflict("This message does not wait any more.")
        if room.archived:
            raise RoomArchived
        message = _new_message(room, held)
        message_store.store([message])
        Attachment.objects.filter(held=held.pk).update(seq=message.rev, held=None)
        publish.messages_posted([message])
        if site.previews:
            ask_for_previews(room, message.rev, message.entities)
        held.seq, held.body, held.entities, held.attachments = message.rev, "", [], []
        _decide(held, HeldMessage.State.APPROVED, by)
        _record(room, held, by, "held.approve", before=HeldMessage.State.WAITING)
    return message.frame()


def reject_held(*, site: Site, held_id: int, message: str = "", by: Actor) -> HeldMessage:
    """Refuses a waiting message; its author reads `message`, or that it was not approved.

    The second time nothing changes. Raises NotFound, Forbidden, TooLong, InvalidText, and Conflict
    for what was approved or is a shadow.
    """
    require_actor(by, site.pk, Action.APPROVE)
    words = _rejection(message)
    with transaction.atomic():
        room, held = _locked(site, held_id)
        if held.state == HeldMessage.State.REJECTED:
            return held
        if held.state != HeldMessage.State.WAITING:
            raise Conflict("This message does not wait any more.")
        held.rejection = words
        _decide(held, HeldMessage.State.REJECTED, by)
        _record(room, held, by, "held.reject", before=HeldMessage.State.WAITING)
        _announce(room, held, refused=words or NOT_APPROVED)
    return held


def reopen_held(*, site: Site, held_id: int, by: Actor) -> HeldMessage:
    """Lets a message that was rejected a moment ago wait again.

    Raises NotFound, Forbidden, and Conflict for another one and when it is too late.
    """
    require_actor(by, site.pk, Action.APPROVE)
    with transaction.atomic():
        room, held = _locked(site, held_id)
        oldest = timezone.now() - timedelta(minutes=REOPEN_MINUTES)
        if held.state != HeldMessage.State.REJECTED:
            raise Conflict("This message is not rejected.")
        if held.decided_at is None or held.decided_at < oldest:
            raise Conflict(f"A rejection can be taken back for {REOPEN_MINUTES} minutes.")
        held.rejection = ""
        _decide(held, HeldMessage.State.WAITING, None)
        _record(room, held, by, "held.reopen", before=HeldMessage.State.REJECTED)
        _announce(room, held)
    return held


# --- the small steps


def _locked(site: Site, held_id: int) -> tuple[Room, HeldMessage]:
    rows = HeldMessage.objects.filter(pk=held_id, room__site=site)
    held = rows.select_related("room").first()
    if held is None:
        raise NotFound("There is no such message here.")
    room = lock_room(held.room)
    locked = HeldMessage.objects.select_for_update().filter(pk=held_id).first()
    if locked is None:
        raise NotFound("There is no such message here.")
    return room, locked


def _new_message(room: Room, held: HeldMessage) -> NewMessage:
    now = timezone.now()
    author = Participant(
        id=held.author_id,
        site_id=room.site_id,
        name=held.author_name,
        role=held.author_role,
        avatar=held.author_avatar or None,
    )
    known = authors_in(room, [author.id]).get(author.id)
    return NewMessage(
        room=room,
        author=author,
        cid=held.cid,
        at=now,
        at_iso=timestamp(now),
        body=held.body,
        entities=held.entities,
        reply_to=held.reply_to,
        attachments=held.attachments,
        counts=known is not None and known.row.counts,
    )


def _frame(room: Room, held: HeldMessage) -> frames.Message:
    rows = Message.objects.filter(room_id=room.pk, author_id=held.author_id, cid=held.cid)
    message = rows.first()
    if message is None:
        raise NotFound("This message is not here any more.")
    return message_frame(message, room.slug)


def _decide(held: HeldMessage, state: str, by: Actor | None) -> None:
    held.state = state
    held.decided_at = timezone.now() if by else None
    note_actor(held, "decided_by", by)
    held.save(force_update=True)


def _announce(room: Room, held: HeldMessage, refused: str = "") -> None:
    publish.held_changed([(room, held.author_id)], cid=held.cid, refused=refused)
    # Another process may not learn of it: the site's version makes it look.
    bump_access_version(room.site_id, withdraws=False)


def _record(room: Room, held: HeldMessage, by: Actor, action: str, *, before: str) -> None:
    facts: dict[str, Any] = {"state": held.state, "room": room.slug, "visitor": held.author_id}
    if held.seq is not None:
        facts["seq"] = held.seq
    audit.record(
        site_id=room.site_id,
        by=by,
        action=action,
        target=("held", str(held.pk)),
        before={"state": before},
        after=facts,
    )


def _rejection(message: str) -> str:
    """Raises TooLong, InvalidText."""
    if not message.strip():
        return ""
    return text.normalise_name(message, REJECTION_CHARS, field="message")
