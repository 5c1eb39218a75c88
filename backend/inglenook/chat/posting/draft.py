"""What every edge hands in: a message that somebody wants to post."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from inglenook.protocol.errors import ChatError
from inglenook.protocol.frames import Ack
from inglenook.visitors.participants import Participant


class Draft(Struct, frozen=True, kw_only=True):
    """A message for the room with this slug of the author's site. Nothing in it is checked yet.

    `reply_to` is the `seq` of the message that it answers; `attachments` are the ids of files.
    """

    slug: str
    author: Participant
    cid: str
    body: str
    reply_to: int | None = None
    attachments: Sequence[str] = ()


Outcome = Ack | ChatError
