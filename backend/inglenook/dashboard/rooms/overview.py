"""The list of a site's rooms with what happens in them."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery

from inglenook.chat.models import Message, Room
from inglenook.visitors.participants import Participant

# Counting on would cost more the fuller a room is; the list says "1,000+".
MOST_COUNTED: Final = 1000
ROOMS_A_PAGE: Final = 50


class _BoundedCount(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def rooms_with_activity(reader: Participant, *, archived: bool, page: str) -> Page[Room]:
    """A page of the rooms that this member sees, those first where something happened last.

    Each row reads two ends of one index.
    """
    messages = Message.objects.filter(room=OuterRef("pk"))
    rooms: QuerySet[Room] = (
        _rooms_of(reader, archived=archived)
        .annotate(
            last_at=Subquery(messages.order_by("-seq").values("at")[:1]),
            message_count=_BoundedCount(messages.order_by().values("pk")[: MOST_COUNTED + 1]),
        )
        .order_by(F("last_at").desc(nulls_last=True), "name", "pk")
    )
    return Paginator(rooms, ROOMS_A_PAGE).get_page(page)


def count_rooms(reader: Participant, *, archived: bool) -> int:
    return _rooms_of(reader, archived=archived).count()


def _rooms_of(reader: Participant, *, archived: bool) -> QuerySet[Room]:
    rooms = Room.objects.filter(site_id=reader.site_id, archived=archived, gone=False)
    return rooms if reader.reads_private_rooms else rooms.exclude(kind=Room.Kind.PRIVATE)


def taken_slugs(site_id: int) -> set[str]:
    return set(Room.objects.filter(site_id=site_id).values_list("slug", flat=True))
