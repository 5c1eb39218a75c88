"""Whether somebody may edit or react in a room now: facts for the policy, and what it decides."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils import timezone

from inglenook.chat.message_text import entities_of
from inglenook.chat.models import Room
from inglenook.chat.posting.facts import AuthorRow, author_facts, authors_in, room_facts
from inglenook.chat.revisions import lock_room
from inglenook.moderation.policy import (
    AuthorFacts,
    MessageFacts,
    Refuse,
    RoomFacts,
    refusal_of_person,
    refusal_to_write,
    verdict_on_edit,
)
from inglenook.moderation.word_rules import word_filter
from inglenook.sites.access_lock import hold_access
from inglenook.visitors.participants import Participant


class Rights(NamedTuple):
    """What is known of somebody who acts in a room."""

    room: Room
    place: RoomFacts
    author: AuthorFacts
    row: AuthorRow

    def require_writing(self) -> None:
        """Steps 5 to 7. Raises RoomArchived, RoomLocked, Muted, Forbidden."""
        refusal = refusal_to_write(self.place, self.author)
        if refusal is not None:
            raise refusal

    def is_as(self, earlier: Rights) -> bool:
        """Whether nothing changed that a text is judged by."""
        return (self.row.access_version, self.place, self.author) == (
            earlier.row.access_version,
            earlier.place,
            earlier.author,
        )

    def judge_edit(self, body: str) -> tuple[str, list[dict[str, Any]]]:
        """Steps 10 to 14: the body as it may stand, and its entities.

        Raises BlockedLink, BlockedWord, and Forbidden for what would have to wait.
        """
        entities = entities_of(self.room, body)
        if self.author.is_team:
            return body, entities
        judged = word_filter(self.room.site_id, self.row.access_version).judge(body, self.room.slug)
        message = MessageFacts(
            has_links=any(entity["kind"] == "link" for entity in entities),
            blocked_by=judged.blocked_by if judged else None,
            held_by=judged.held_by if judged else None,
        )
        verdict = verdict_on_edit(self.place, self.author, message)
        if isinstance(verdict, Refuse):
            raise verdict.refusal
        if judged is None or judged.body == body:
            return body, entities
        return judged.body, entities_of(self.room, judged.body)


def rights_until_commit(room: Room, actor: Participant) -> Rights:
    """The rights again, with the room locked: nobody takes them away before COMMIT.

    What was judged outside the transaction may have ended since. Inside a transaction. Raises as
    `rights_in` and `require_writing`; NotFound for a room that is gone.
    """
    hold_access([room.site_id])
    rights = rights_in(lock_room(room), actor)
    rights.require_writing()
    return rights


def rights_in(room: Room, actor: Participant) -> Rights:
    """In one query. Raises Banned: step 1."""
    now = timezone.now()
    row = authors_in(room, [actor.id])[actor.id].row
    author = author_facts(actor, row, now)
    refusal = refusal_of_person(author)
    if refusal is not None:
        raise refusal
    return Rights(room, room_facts(room, row.calm_until, now), author, row)
