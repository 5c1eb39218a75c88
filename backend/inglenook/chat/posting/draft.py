"""What every edge hands in, and what becomes of it on its way: a draft, a post, an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from inglenook.chat.attachments.models import Attachment
from inglenook.chat.models import Room
from inglenook.chat.posting.facts import AuthorRow
from inglenook.moderation.policy import AuthorFacts, Hold, RoomFacts
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


class Post:
    """A draft on its way, and what the steps found out about it. `outcome` ends the way.

    `resolve` gives it a `room` and the facts, `parse` its text, `attach` its `files` (None where
    one is not there), `decide` what it is `held` for.
    """

    __slots__ = (
        *("author", "author_row", "blocked_by", "body", "draft", "entities", "files", "has_links"),
        *("held", "held_by", "outcome", "place", "room"),
    )
    author: AuthorFacts
    author_row: AuthorRow
    place: RoomFacts
    room: Room

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.body = ""
        self.entities: list[dict[str, Any]] = []
        self.files: list[Attachment] | None = []
        self.has_links = False
        self.blocked_by: int | None = None
        self.held_by: int | None = None
        self.held: Hold | None = None
        self.outcome: Outcome | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same message as another."""
        draft = self.draft
        return (draft.author.site_id, draft.slug, draft.author.id, draft.cid)
