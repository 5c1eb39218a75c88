"""Rooms stand where owners put them, and a move touches as few rooms as it can."""

from __future__ import annotations

import pytest

from inglenook.chat import room_order
from inglenook.chat.models import Room
from inglenook.protocol.errors import Conflict, Forbidden
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooms(site: Site) -> dict[str, Room]:
    Room.objects.filter(site=site).delete()
    return {slug: Room.objects.create(site=site, slug=slug, name=slug.upper()) for slug in "abcd"}


def order(site: Site) -> str:
    return "".join(room.slug for room in room_order.ordered_rooms(site.pk))


def revs() -> int:
    return sum(Room.objects.values_list("rev", flat=True))


def test_a_room_goes_before_another_or_to_the_end(site: Site, rooms: dict[str, Room]) -> None:
    room_order.place_room(room=rooms["d"], before=rooms["b"], by=SYSTEM)
    assert order(site) == "adbc"
    room_order.place_room(room=rooms["a"], before=None, by=SYSTEM)
    assert order(site) == "dbca"


def test_up_and_down_by_a_place_and_no_further(site: Site, rooms: dict[str, Room]) -> None:
    for slug, places, then in (
        ("b", -1, "bacd"),
        ("b", -1, "bacd"),
        ("b", 1, "abcd"),
        ("c", 1, "abdc"),
        ("c", 1, "abdc"),
    ):
        room_order.move_room(room=rooms[slug], by_places=places, by=SYSTEM)
        assert order(site) == then


def test_a_move_between_two_changes_one_room(site: Site, rooms: dict[str, Room]) -> None:
    room_order.place_room(room=rooms["d"], before=rooms["a"], by=SYSTEM)
    room_order.move_room(room=rooms["a"], by_places=1, by=SYSTEM)
    before = revs()
    room_order.place_room(room=rooms["c"], before=rooms["d"], by=SYSTEM)
    assert order(site)[:2] == "cd"
    assert revs() == before + 1


def test_pages_archived_and_foreign_rooms_are_not_in_the_order(
    site: Site, other_site: Site, rooms: dict[str, Room]
) -> None:
    Room.objects.create(site=site, slug="page", name="P", kind="page")
    Room.objects.create(site=site, slug="old", name="O", archived=True)
    Room.objects.create(site=other_site, slug="else", name="E")
    assert order(site) == "abcd"


def test_too_many_rooms_are_not_ordered_by_hand(site: Site, rooms: dict[str, Room]) -> None:
    more = range(room_order.MOST_ORDERED)
    Room.objects.bulk_create(Room(site=site, slug=f"r{n}", name="R") for n in more)
    with pytest.raises(Conflict):
        room_order.place_room(room=rooms["a"], before=None, by=SYSTEM)


def test_a_moderator_orders_nothing(site: Site, rooms: dict[str, Room]) -> None:
    nobody = Actor(kind="member", id="m_nobody", name="Nobody")
    with pytest.raises(Forbidden):
        room_order.place_room(room=rooms["a"], before=None, by=nobody)
