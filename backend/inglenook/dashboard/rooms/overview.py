"""The list of a site's rooms with what happens in them."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery

from inglenook.chat.models import Message, Room

# Counting on would cost more the fuller a room is; the list says "1,000+".
MOST_COUNTED: Final = 1000
ROOMS_A_PAGE: Final = 50


class _BoundedCount(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def rooms_with_activity(site_id: int, *, archived: bool, page: str) -> Page[Room]:
    """A page of rooms, those first where something happened last.

    Each row reads two ends of one index.
    """
    messages = Message.objects.filter(room=OuterRef("pk"))
    rooms: QuerySet[Room] = (
        Room.objects.filter(site_id=site_id, archived=archived, gone=False)
        .annotate(
            last_at=Subquery(messages.order_by("-seq").values("at")[:1]),
            message_count=_BoundedCount(messages.order_by().values("pk")[: MOST_COUNTED + 1]),
        )
        .order_by(F("last_at").desc(nulls_last=True), "name", "pk")
    )
    return Paginator(rooms, ROOMS_A_PAGE).get_page(page)


def count_rooms(site_id: int, *, archived: bool) -> int:
    return Room.objects.filter(site_id=site_id, archived=archived, gone=False).count()


def taken_slugs(site_id: int) -> set[str]:
    return set(Room.objects.filter(site_id=site_id).values_list("slug", flat=True))
