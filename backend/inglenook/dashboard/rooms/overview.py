"""The list of a site's rooms with what happens in them."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from msgspec import Struct

from inglenook.chat.here import here_in
from inglenook.chat.models import Message, ReadMark, Room
from inglenook.chat.selectors import UNREAD_MOST
from inglenook.dashboard.access import SiteMembership
from inglenook.dashboard.keyset import Piece, page_after
from inglenook.visitors.participants import Participant

# Counting on would cost more the fuller a room is; the list says "1,000+".
MOST_COUNTED: Final = 1000
PANE_ROOMS: Final = 100
ORDER: Final = ("position", "slug")


class _BoundedCount(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def rooms_with_activity(reader: Participant, *, show: str, after: str) -> Piece[Room]:
    """A piece of the rooms that this member sees, as owners ordered them.

    Each row has `last_at`, `message_count` and `unread`, and reads ends of indexes alone.
    """
    return page_after(with_activity(rooms_of(reader, show=show), reader), ORDER, after)


def with_activity(rooms: QuerySet[Room], reader: Participant) -> QuerySet[Room]:
    messages = Message.objects.filter(room=OuterRef("pk"))
    marks = ReadMark.objects.filter(room=OuterRef("room"), reader_id=reader.id)
    unread = messages.filter(
        deleted=None, seq__gt=Coalesce(Subquery(marks.values("rev")[:1]), 0)
    ).exclude(author_id=reader.id)
    return rooms.annotate(
        last_at=Subquery(messages.order_by("-seq").values("at")[:1]),
        message_count=_BoundedCount(messages.order_by().values("pk")[: MOST_COUNTED + 1]),
        unread=_BoundedCount(unread.order_by().values("pk")[:UNREAD_MOST]),
    )


def rooms_of(reader: Participant, *, show: str) -> QuerySet[Room]:
    """What each tab of the list shows. Private rooms are there for who answers them."""
    rooms = Room.objects.filter(site_id=reader.site_id, gone=False)
    if not reader.reads_private_rooms:
        rooms = rooms.exclude(kind=Room.Kind.PRIVATE)
    if show == "archived":
        return rooms.filter(archived=True)
    kind = {"pages": Room.Kind.PAGE, "private": Room.Kind.PRIVATE}.get(show, Room.Kind.PUBLIC)
    return rooms.filter(archived=False, kind=kind)


def tabs_of(reader: Participant) -> list[str]:
    """The tabs that have a room, and the first one; one query."""
    rooms = Room.objects.filter(site_id=reader.site_id, gone=False)
    kinds = set(rooms.values_list("archived", "kind").distinct().order_by())
    tabs = ["open"]
    if (False, "page") in kinds:
        tabs.append("pages")
    if (False, "private") in kinds and reader.reads_private_rooms:
        tabs.append("private")
    seen = {kind for archived, kind in kinds if archived}
    if seen - (set() if reader.reads_private_rooms else {"private"}):
        tabs.append("archived")
    return tabs


class RoomLine(Struct, frozen=True):
    """A room in the pane beside the open one, and how many are there."""

    room: Room
    here: int


def pane_of(membership: SiteMembership, current: Room | None = None) -> list[RoomLine]:
    """The first open rooms, and the current one wherever it stands. One query, or two."""
    reader = membership.participant
    open_rooms = rooms_of(reader, show="open")
    rooms = list(with_activity(open_rooms, reader).order_by(*ORDER)[:PANE_ROOMS])
    if current is not None and all(room.pk != current.pk for room in rooms):
        rooms += with_activity(Room.objects.filter(pk=current.pk), reader)
    here = here_in([membership.site.pk])
    return [RoomLine(room, len(here.get((room.site_id, room.slug), {}))) for room in rooms]


def taken_slugs(site_id: int) -> set[str]:
    return set(Room.objects.filter(site_id=site_id).values_list("slug", flat=True))
