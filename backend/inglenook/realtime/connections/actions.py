"""The frames that change what is stored, apart from `send`: each is done by a service of chat.

`change_stored` runs in a thread of the database. Messages go by the batcher (Conversation.post).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from inglenook.chat import room_services, selectors, services
from inglenook.chat.models import Room
from inglenook.protocol import frames
from inglenook.visitors.participants import Participant


def change_stored(participant: Participant, frame: Any) -> frames.Ack:
    """Does what the frame asks for. Raises ChatError."""
    room = selectors.room_by_slug(participant.site_id, frame.room, participant)
    return _CHANGES[type(frame)](room, participant, frame)


def _edit(room: Room, actor: Participant, frame: frames.Edit) -> frames.Ack:
    return services.edit_message(
        room=room, actor=actor, seq=frame.seq, body=frame.body, cid=frame.cid
    )


def _delete(room: Room, actor: Participant, frame: frames.Delete) -> frames.Ack:
    return services.delete_message(room=room, actor=actor, seq=frame.seq, cid=frame.cid)


def _react(room: Room, actor: Participant, frame: frames.React) -> frames.Ack:
    return services.react(
        room=room, actor=actor, seq=frame.seq, emoji=frame.emoji, on=frame.on, cid=frame.cid
    )


def _pin(room: Room, actor: Participant, frame: frames.Pin) -> frames.Ack:
    return room_services.pin_message(
        room=room, actor=actor, seq=frame.seq, on=frame.on, cid=frame.cid
    )


_CHANGES: Final[dict[type[frames.ClientFrame], Callable[[Room, Participant, Any], frames.Ack]]] = {
    frames.Edit: _edit,
    frames.Delete: _delete,
    frames.React: _react,
    frames.Pin: _pin,
}
# They cost no token of the rate limit that sends have: to delete one's own message, and what only
# the team may do.
FREE_ACTIONS: Final = (frames.Delete, frames.Pin)
# The names of all actions, as the protocol has them: each has a `cid`, and is answered by it.
ACTION_NAMES: Final = frozenset({"send", *(str(frame.__struct_config__.tag) for frame in _CHANGES)})
