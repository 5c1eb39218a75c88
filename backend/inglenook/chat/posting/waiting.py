"""What waits of one author in a room, as posting asks for it; `chat/held.py` decides about it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inglenook.chat.models import HeldMessage, Message, Room
from inglenook.chat.posting.draft import Draft, Post
from inglenook.chat.selectors import timestamp
from inglenook.moderation.policy import SHADOW
from inglenook.protocol.errors import Forbidden
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import Participant

# Of one visitor in one room. A moderator must not find a thousand.
MOST_WAITING: Final = 20
ASK_AGAIN_MS: Final = 60_000
NOT_APPROVED: Final = "This message was not approved."


def held_row(post: Post, author: Participant, now: datetime) -> HeldMessage:
    """The row of a post that is held. It is not stored yet."""
    if post.held is None:
        raise ValueError("only a post that is held has such a row")
    is_shadow = post.held == SHADOW
    return HeldMessage(
        room=post.room,
        author_id=author.id,
        author_name=author.name,
        author_role=author.role,
        author_avatar=author.avatar or "",
        cid=post.draft.cid,
        at=now,
        body=post.body,
        entities=post.entities,
        reply_to=post.draft.reply_to,
        attachments=[file.facts for file in post.files or ()],
        reason=post.held.reason,
        rule_id=post.held.rule,
        state=HeldMessage.State.SHADOW if is_shadow else HeldMessage.State.WAITING,
    )


def ack_of_held(held: HeldMessage, slug: str, *, dup: bool = False) -> Ack:
    return Ack(
        cid=held.cid,
        room=slug,
        seq=held.seq,
        rev=held.seq,
        at=timestamp(held.at),
        dup=dup,
        held=held.seq is None,
        as_sent=held.state == HeldMessage.State.SHADOW,
    )


def answer_again(held: HeldMessage, draft: Draft) -> Ack:
    """The first answer to the same `cid`. Raises Forbidden for what was rejected."""
    if held.state == HeldMessage.State.REJECTED:
        raise Forbidden(held.rejection or NOT_APPROVED)
    return ack_of_held(held, draft.slug, dup=True)


def number_waiting(room: Room, author: Participant) -> int:
    if room.pk is None:
        return 0
    rows = HeldMessage.objects.filter(room_id=room.pk, author_id=author.id)
    return rows.filter(state=HeldMessage.State.WAITING).count()


def last_written_at(room: Room, author: Participant) -> datetime | None:
    """When the author's last message in the room was stored or held."""
    if room.pk is None:
        return None
    own = {"room_id": room.pk, "author_id": author.id}
    stored = Message.objects.filter(**own).order_by("-seq").values_list("at", flat=True).first()
    held = HeldMessage.objects.filter(**own).order_by("-at").values_list("at", flat=True).first()
    return max((at for at in (stored, held) if at is not None), default=None)
