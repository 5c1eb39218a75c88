"""Who may see a room and change what is in it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from inglenook.chat.models import Message, Room
from inglenook.protocol.errors import ChatError, Forbidden, TooLate
from inglenook.visitors.participants import Participant


def may_see(room: Room, participant: Participant) -> bool:
    """A private room is its visitor's, and of those of the team who have the inbox; the others are
    everybody's of that site.
    """
    if room.gone or room.site_id != participant.site_id:
        return False
    if room.kind != Room.Kind.PRIVATE:
        return True
    if participant.is_team:
        return participant.reads_private_rooms
    return participant.visitor_pk is not None and room.visitor_id == participant.visitor_pk


def refusal_to_change(
    message: Message, actor: Participant, *, now: datetime, window_s: int
) -> ChatError | None:
    """The author may, inside the edit window; the team may delete always and edits only its own."""
    if not actor.may_write:
        return Forbidden("Your role in the team changes no message.")
    if actor.is_team:
        return None
    if message.author_id != actor.id:
        return Forbidden("Only its author can change this message.")
    if now - message.at > timedelta(seconds=window_s):
        return TooLate(f"A message can be changed for {window_s // 60} minutes.")
    return None
