"""Rooms: made, changed, archived and brought back, with the mistakes that people make."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Room
from inglenook.sites.models import Site

from .conftest import Says


def address(name: str, site: Site, slug: str | None = None) -> str:
    return reverse(f"dashboard:{name}", args=[site.pk, slug] if slug else [site.pk])


def test_the_list_shows_topic_messages_and_when_something_happened(
    as_owner: Client, site: Site, room: Room, says: Says
) -> None:
    assert "no messages yet" in as_owner.get(address("rooms", site)).content.decode()
    says("one")
    says("two")
    Room.objects.update(topic="Wicks and wax")
    page = as_owner.get(address("rooms", site)).content.decode()
    assert "2 messages" in page
    assert "Wicks and wax" in page


def test_a_site_without_rooms_invites_to_make_one(as_owner: Client, site: Site) -> None:
    assert "No room yet" in as_owner.get(address("rooms", site)).content.decode()


def test_the_list_asks_the_database_as_often_for_many_rooms(
    as_owner: Client, site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def ask() -> None:
        # session, account, site, member, rooms, tabs, sites of the rail, badges (3)
        with django_assert_num_queries(10):
            as_owner.get(address("rooms", site))

    Room.objects.create(site=site, slug="one", name="One")
    ask()
    Room.objects.bulk_create(Room(site=site, slug=f"r{n}", name=f"Room {n}") for n in range(60))
    ask()
    first = as_owner.get(address("rooms", site))
    rest = as_owner.get(address("rooms", site), {"after": first.context["next"]})
    shown = [line.room.slug for page in (first, rest) for line in page.context["lines"]]
    assert shown == sorted(shown)
    assert len(shown) == 61
    assert rest.context["next"] == ""


@pytest.mark.parametrize("after", ["x", "-1", "WzEsImEiXQ", "a:b:c", "\x00"])
def test_a_place_in_the_list_that_is_none_shows_its_beginning(
    as_owner: Client, site: Site, room: Room, after: str
) -> None:
    answer = as_owner.get(address("rooms", site), {"after": after})
    assert [line.room.slug for line in answer.context["lines"]] == ["lobby"]


def test_a_room_is_made_with_a_short_name_from_its_name(as_owner: Client, site: Site) -> None:
    sent = {"name": "Café & Friends", "slug": "", "topic": "Come in"}
    answer = as_owner.post(address("create_room", site), sent)
    assert answer["Location"] == address("room", site, "cafe-friends")
    room = Room.objects.get()
    assert (room.name, room.topic, room.kind) == ("Café & Friends", "Come in", "public")


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"name": "x" * 200}, "name", "80 characters at most; this one has 200"),
        ({"name": "🎉🎉"}, "name", "at least one letter or digit"),
        ({"name": "🎉", "slug": "party"}, "name", "at least one letter or digit"),
        ({"name": ""}, "name", "Give the room a name"),
        ({"name": "Lobby", "slug": "lobby"}, "slug", "such as lobby-2"),
        ({"name": "Lobby"}, "slug", "such as lobby-2"),
        ({"name": "Den", "slug": "Den!"}, "slug", "cannot be a short name"),
        ({"name": "Den", "slug": "-den"}, "slug", "cannot be a short name"),
        ({"name": "Den", "slug": "p_abcdef"}, "slug", "cannot be a short name"),
        ({"name": "Den", "slug": "d" * 65}, "slug", "cannot be a short name"),
        ({"name": "Den", "topic": "t" * 301}, "topic", "300"),
        ({"name": "Den\x00"}, "name", "Null characters"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_the_input_kept(
    as_owner: Client, site: Site, room: Room, sent: dict[str, str], field: str, said: str
) -> None:
    """P46."""
    answer = as_owner.post(address("create_room", site), sent)
    assert answer.status_code == 422
    assert said in "".join(answer.context["form"].errors[field])
    assert all(
        value.replace("\x00", "") in answer.content.decode().replace("\x00", "")
        for value in sent.values()
    )
    assert Room.objects.count() == 1


def test_a_slug_of_another_site_is_free_here(
    as_owner: Client, site: Site, other_site: Site
) -> None:
    Room.objects.create(site=other_site, slug="den", name="Den")
    assert as_owner.post(address("create_room", site), {"name": "Den"}).status_code == 302


def test_the_short_name_is_suggested_while_typing(as_owner: Client, site: Site, room: Room) -> None:
    page = as_owner.get(address("suggested_slug", site), {"name": "Lobby"}).content.decode()
    assert "<code>lobby-2</code>" in page
    assert as_owner.get(address("suggested_slug", site), {"name": " "}).content.strip() == b""


def test_a_room_is_changed_and_visitors_see_it(as_owner: Client, site: Site, room: Room) -> None:
    sent = {
        "name": "Fireside",
        "topic": "t",
        "announcement": "Closed on Monday",
        "slow_s": "15",
        "locked": "on",
    }
    answer = as_owner.post(address("room_settings", site, "lobby"), sent)
    assert answer["Location"] == address("room", site, "lobby")
    room.refresh_from_db()
    assert (room.name, room.slow_s, room.locked, room.announcement) == (
        "Fireside",
        15,
        True,
        "Closed on Monday",
    )
    assert room.head == room.rev == 1
    page = as_owner.get(answer["Location"]).content.decode()
    assert "Slow mode: 15 s" in page
    assert "Closed for new messages" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("slow_s", "-1", "The least is 0"),
        ("slow_s", "99999", "The most is"),
        ("slow_s", "soon", "whole number"),
        ("slow_s", "", "or 0 for no slow mode"),
        ("name", "🎉", "at least one letter or digit"),
        ("announcement", "a" * 501, "500"),
    ],
)
def test_a_change_that_is_wrong_changes_nothing(
    as_owner: Client, site: Site, room: Room, field: str, value: str, said: str
) -> None:
    sent = {"name": "Fireside", "slow_s": "0", field: value}
    answer = as_owner.post(address("room_settings", site, "lobby"), sent)
    assert answer.status_code == 422
    assert said in "".join(answer.context["form"].errors[field])
    room.refresh_from_db()
    assert (room.name, room.head) == ("Lobby", 0)


def test_a_room_is_archived_and_brought_back(as_owner: Client, site: Site, room: Room) -> None:
    as_owner.post(address("archive_room", site, "lobby"))
    room.refresh_from_db()
    assert room.archived
    assert "?show=archived" in as_owner.get(address("rooms", site)).content.decode()
    archive = as_owner.get(address("rooms", site), {"show": "archived"}).content.decode()
    assert "Bring back" in archive
    assert (
        "read but not written in" in as_owner.get(address("room", site, "lobby")).content.decode()
    )
    as_owner.post(address("restore_room", site, "lobby"))
    room.refresh_from_db()
    assert not room.archived


@pytest.mark.parametrize("slug", ["nowhere", "p_abcdefghijklmnopqrstuvwxyz"])
def test_a_room_that_is_not_there_is_not_found(as_owner: Client, site: Site, slug: str) -> None:
    for name in ("room", "room_changes", "room_older", "room_settings"):
        assert as_owner.get(address(name, site, slug)).status_code == 404
    for name in ("room", "archive_room", "restore_room", "room_settings"):
        assert as_owner.post(address(name, site, slug), {"body": "x"}).status_code == 404


def test_a_room_of_another_site_is_not_found(
    as_owner: Client, site: Site, other_site: Site
) -> None:
    Room.objects.create(site=other_site, slug="den", name="Den")
    assert as_owner.get(address("room", site, "den")).status_code == 404
