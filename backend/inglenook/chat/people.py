"""What is stored of a person in rooms: counted for lists, and all of it for an export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q

from inglenook.chat.models import Message, Room
from inglenook.chat.person_rows import rows_of
from inglenook.visitors.models import Visitor


def message_counts(visitors: Sequence[Visitor]) -> dict[str, int]:
    """How many messages of each stand, by public id; in one query.

    All are of one site. Nobody writes into another's private room, so those are not looked into.
    """
    if not visitors:
        return {}
    rooms = Room.objects.filter(
        ~Q(kind=Room.Kind.PRIVATE) | Q(visitor_id__in=[each.pk for each in visitors]),
        site_id=visitors[0].site_id,
    )
    ids = [each.public_id for each in visitors]
    rows = Message.objects.filter(room__in=rooms, author_id__in=ids, deleted__isnull=True)
    counted: Any = rows.values_list("author_id").annotate(Count("pk")).order_by()
    return dict(counted)


def export_of(visitor: Visitor, *, has_private: bool) -> dict[str, list[dict[str, Any]]]:
    """Everything that rooms hold of the visitor, for the team.

    `has_private`: their line to the team too.
    """
    found = rows_of(visitor, for_team=True, has_private=has_private)
    return {name: list(rows) for name, rows in found.items()}
