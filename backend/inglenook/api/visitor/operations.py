"""Every visitors' call, in the order of the OpenAPI document."""

from __future__ import annotations

from typing import Final

from inglenook.api.http.operations import Operation
from inglenook.api.visitor import (
    attachments,
    me,
    messages,
    moderating,
    rooms,
    session,
    troubles,
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    session.post_session,
    troubles.post_trouble,
    troubles.get_trouble,
    me.get_me,
    me.patch_me,
    me.delete_me,
    me.get_own_copy,
    rooms.get_rooms,
    rooms.get_events,
    rooms.post_typing,
    rooms.post_seen,
    messages.get_messages,
    messages.post_message,
    messages.patch_message,
    messages.delete_message,
    messages.get_reaction,
    messages.put_reaction,
    messages.delete_reaction,
    messages.post_report,
    moderating.get_acts,
    moderating.post_act,
    moderating.post_undo,
    moderating.delete_session,
    attachments.post_attachment,
    attachments.patch_attachment,
    attachments.post_link,
)
