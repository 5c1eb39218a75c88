"""The order of a site's rooms: one is put before another, and the others keep theirs.

A room takes a number between those of its neighbours. Where there is none left, all rooms that have
an order take new ones, GAP apart.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from inglenook.chat.models import Room
from inglenook.chat.room_services import change_room
from inglenook.protocol.errors import Conflict
from inglenook.sites.actors import Actor
from inglenook.sites.models import Site
from inglenook.sites.roles import Action, require_actor

GAP: Final = 100
# Rooms of pages come by themselves, as many as there are pages: they have no order.
MOST_ORDERED: Final = 200


def ordered_rooms(site_id: int) -> list[Room]:
    """The open public rooms, as owners have ordered them."""
    rooms = Room.objects.filter(site_id=site_id, kind=Room.Kind.PUBLIC, archived=False, gone=False)
    return list(rooms.order_by("position", "slug")[: MOST_ORDERED + 1])


def place_room(*, room: Room, before: Room | None, by: Actor) -> None:
    """Puts a room before another one, or at the end.

    Raises Forbidden, NotFound; Conflict where a site has too many rooms to be ordered by hand.
    """
    require_actor(by, room.site_id, Action.CHANGE_ROOMS)
    with transaction.atomic():
        # Two at once: the row of the site is the turnstile.
        Site.objects.select_for_update().get(pk=room.site_id)
        rooms = ordered_rooms(room.site_id)
        if len(rooms) > MOST_ORDERED:
            raise Conflict(f"Up to {MOST_ORDERED} rooms can be ordered; this site has more.")
        others = [each for each in rooms if each.pk != room.pk]
        at = next((n for n, each in enumerate(others) if before and each.pk == before.pk), None)
        at = len(others) if at is None else at
        position = _between(others, at)
        if position is not None:
            change_room(room=room, by=by, position=position)
            return
        for number, each in enumerate([*others[:at], room, *others[at:]], 1):
            change_room(room=each, by=by, position=number * GAP)


def move_room(*, room: Room, by_places: int, by: Actor) -> None:
    """Moves a room up (-1) or down (1) by a place; at the ends it stays. Raises as `place_room`."""
    rooms = ordered_rooms(room.site_id)
    others = [each for each in rooms if each.pk != room.pk]
    at = next((n for n, each in enumerate(rooms) if each.pk == room.pk), 0)
    wanted = min(max(at + by_places, 0), len(others))
    before = others[wanted] if wanted < len(others) else None
    place_room(room=room, before=before, by=by)


def _between(others: list[Room], at: int) -> int | None:
    """A number between the room at this place and the one before; None where there is none."""
    above = others[at - 1].position if at else None
    below = others[at].position if at < len(others) else None
    if above is None and below is None:
        return 0
    if below is None:
        return (above or 0) + GAP
    if above is None:
        return below - GAP
    middle = (above + below) // 2
    return middle if above < middle < below else None
