"""A body on its way in: cleaned, measured, and parsed into its runs."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings

from inglenook.chat.models import Message, Room
from inglenook.protocol import text
from inglenook.sites.models import Member

# Who can be mentioned: who wrote lately. More would let one `@` read a room's whole history.
MENTION_MESSAGES = 200


def clean_body(body: str, *, may_be_empty: bool = False) -> str:
    """A body as it is stored, by the installation's limit. Raises Empty, TooLong, InvalidText."""
    if may_be_empty and not body.strip():
        return ""
    return text.normalise_body(body, settings.LIMITS.body_chars)


def entities_of(room: Room, body: str) -> list[dict[str, Any]]:
    """The runs of a cleaned body, as they are stored and sent."""
    names = _mentionable(room) if "@" in body else {}
    found = text.parse_entities(body, lambda name: names.get(name.casefold()))
    return [msgspec.to_builtins(entity) for entity in found]


def _mentionable(room: Room) -> dict[str, str]:
    """Name to author id: who wrote here lately, and the team."""
    found: dict[str, str] = {}
    if room.pk is not None:
        rows = Message.objects.filter(room_id=room.pk, seq__gt=room.head - MENTION_MESSAGES)
        for name, author_id in rows.order_by("seq").values_list("author_name", "author_id"):
            if author_id:
                found[name.casefold()] = author_id
    team = Member.objects.filter(site_id=room.site_id).values_list("name", "public_id")
    found.update({name.casefold(): public_id for name, public_id in team})
    return found
