"""What would become of a text that somebody wrote, by steps 10 to 13 of the policy. Stores nothing.

name ─► reserved, word rules ─► refuse
text ─► word rules, links ─► facts of the room and of the visitor ─► moderation/policy.py
"""

from __future__ import annotations

from typing import Literal

from django.utils import timezone
from msgspec import Struct, structs

from inglenook.chat.message_text import clean_body
from inglenook.chat.models import Room
from inglenook.chat.posting.facts import author_facts, authors_in, room_facts
from inglenook.moderation.filters.words import WordFilter
from inglenook.moderation.policy import Hold, MessageFacts, Refuse, verdict_on_message
from inglenook.moderation.word_rules import word_filter
from inglenook.protocol.errors import BlockedWord, ChatError, Reserved
from inglenook.protocol.text import parse_entities
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_visitor
from inglenook.visitors.services import allowed_name


class Checked(Struct, frozen=True, kw_only=True):
    """`rule` is the word rule that decides. `shown_as` is the text as others would read it."""

    verdict: Literal["allow", "hold", "refuse"]
    code: str | None = None
    rule: int | None = None
    shown_as: str


def check_text(
    *, site_id: int, text: str, name: str | None, room: Room | None, visitor: Visitor | None
) -> Checked:
    """Without a room: in one that is like a new one. Without a visitor: by a new one.

    Raises Empty, TooLong or InvalidText, with the field: text, name.
    """
    try:
        body = clean_body(text)
    except ChatError as error:
        raise type(error)(error.message, field="text") from None
    place = room or Room(site_id=site_id, slug="")
    writer = participant_from_visitor(visitor or Visitor(site_id=site_id, public_id=""))
    row = authors_in(place, [writer.id])[writer.id].row
    rules = word_filter(site_id, row.access_version)
    judged = rules.judge(body, place.slug)
    shown_as = judged.body if judged else body
    refused = None if name is None else _refusal_of_name(site_id, name, rules)
    if refused is not None:
        return Checked(verdict="refuse", code=refused[0], rule=refused[1], shown_as=shown_as)
    facts = MessageFacts(
        has_links=any(entity.kind == "link" for entity in parse_entities(body, _nobody)),
        blocked_by=judged.blocked_by if judged else None,
        held_by=judged.held_by if judged else None,
    )
    now = timezone.now()
    author = structs.replace(author_facts(writer, row, now), is_shadowed=False)
    match verdict_on_message(room_facts(place, row.calm_until, now), author, facts):
        case Refuse(refusal):
            rule = facts.blocked_by if refusal.code == BlockedWord.code else None
            return Checked(verdict="refuse", code=refusal.code, rule=rule, shown_as=shown_as)
        case Hold() as hold:
            return Checked(verdict="hold", rule=hold.rule, shown_as=shown_as)
    masked_by = judged.masked_by[0] if judged and judged.masked_by else None
    return Checked(verdict="allow", rule=masked_by, shown_as=shown_as)


def _nobody(_name: str) -> None:
    """Who is mentioned makes no link."""


def _refusal_of_name(site_id: int, name: str, rules: WordFilter) -> tuple[str, int | None] | None:
    """The code, and the rule."""
    try:
        clean = allowed_name(site_id=site_id, name=name)
    except Reserved as refusal:
        return refusal.code, None
    rule = rules.rule_against_name(clean)
    return None if rule is None else (BlockedWord.code, rule)
