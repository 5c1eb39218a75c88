"""Whether somebody may write in a room now: facts for the policy, and what its verdict does."""

from __future__ import annotations

from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.moderation.policy import (
    Allow,
    Hold,
    Refuse,
    RoomFacts,
    SpeakerFacts,
    Verdict,
    verdict_on,
)
from inglenook.moderation.selectors import is_muted
from inglenook.protocol.errors import Forbidden
from inglenook.visitors.participants import Participant

READS_ONLY = "Your role in the team reads, and writes nothing."


def verdict_on_message(room: Room, author: Participant, *, is_muted: bool) -> Verdict:
    """On a new message.

    In a room with slow mode it asks the database for the author's last message.
    """
    if not author.may_write:
        return Refuse(Forbidden(READS_ONLY))
    quiet_s = _quiet_seconds(room, author) if room.slow_s and not author.is_team else None
    return verdict_on(
        RoomFacts(room.archived, room.locked, room.slow_s),
        SpeakerFacts(author.is_team, is_muted, quiet_s),
    )


def verdict_on_change(room: Room, actor: Participant) -> Verdict:
    """On an edit or a reaction. Slow mode is for new messages alone."""
    if not actor.may_write:
        return Refuse(Forbidden(READS_ONLY))
    muted = not actor.is_team and is_muted(room.site_id, actor.id)
    return verdict_on(
        RoomFacts(room.archived, room.locked, slow_s=0),
        SpeakerFacts(actor.is_team, muted, quiet_s=None),
    )


def carry_out(verdict: Verdict) -> None:
    """Returns for Allow.

    Raises what Refuse holds; and Forbidden for Hold, because no table keeps what waits.
    """
    match verdict:
        case Allow():
            return
        case Refuse(refusal):
            raise refusal
        case Hold():
            raise Forbidden("This message needs an approval that nobody can give here yet.")


def _quiet_seconds(room: Room, author: Participant) -> float | None:
    rows = Message.objects.filter(room_id=room.pk, author_id=author.id).order_by("-seq")
    last = rows.values_list("at", flat=True).first() if room.pk else None
    return (timezone.now() - last).total_seconds() if last else None
