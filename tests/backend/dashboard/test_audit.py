"""Every page that changes something has an entry of the member who did it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from inglenook.chat.models import Room
from inglenook.dashboard.urls import urlpatterns
from inglenook.sites.models import AuditEntry, Member, Site
from inglenook.visitors.models import Visitor
from tests.backend.conftest import forget_record
from tests.backend.dashboard.conftest import Says

# What is sent to each page that changes something, and the acts that this is.
ACTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "create_site": (
        {"name": "New", "origins": "https://new.example"},
        ["site.create", "room.create"],
    ),
    "site_settings": ({"name": "Candles", "default_room": "lobby"}, ["site.update"]),
    "origins": ({"origin": "https://new.example"}, ["origin.create"]),
    "remove_origin": ({"entry": "https://shop.example"}, ["origin.delete"]),
    "rotate_key": ({}, ["site_key.create"]),
    "disable_site": ({}, ["site.update"]),
    "enable_site": ({}, []),  # it is on
    "create_room": ({"name": "Den", "slug": "den"}, ["room.create"]),
    "room_settings": ({"name": "Den", "slow_s": "0"}, ["room.update"]),
    "archive_room": ({}, ["room.update"]),
    "restore_room": ({}, []),  # it is not archived
    "delete_message": ({}, ["message.delete"]),
    # What people write in person is its own record.
    "room": ({"body": "hello"}, []),
}
# What somebody sets for themselves alone.
OWN = {"language", "away"}
ONLY_READ = {
    *("home", "home_news", "site", "install_check", "rooms", "search", "manifest", "offline"),
    *("suggested_slug", "room_changes", "room_older"),
}


def test_every_page_is_known_here() -> None:
    assert ACTS.keys() | OWN | ONLY_READ == {each.name for each in urlpatterns}
    assert not ACTS.keys() & ONLY_READ


def address(name: str, site: Site) -> str:
    if name == "create_site":
        return reverse("dashboard:create_site")
    if name == "delete_message":
        return reverse("dashboard:delete_message", args=[site.pk, "lobby", 1])
    in_a_room = "room" in name and name not in ("rooms", "create_room")
    return reverse(f"dashboard:{name}", args=[site.pk, "lobby"] if in_a_room else [site.pk])


@pytest.mark.parametrize("name", ACTS)
def test_it_has_an_entry_of_the_member(
    name: str, as_owner: Client, site: Site, room: Room, says: Says, visitor: Visitor
) -> None:
    says("Hello")
    forget_record()
    sent, actions = ACTS[name]
    assert as_owner.post(address(name, site), sent).status_code == 302
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == actions
    members = {each.public_id: each.name for each in Member.objects.all()}
    for entry in entries:
        assert entry.actor.kind == "member"
        assert members[entry.actor.id] == entry.actor.name
        assert visitor.name not in str(entry.before) + str(entry.after)


def test_a_moderator_and_a_viewer_change_no_room(
    as_moderator: Client, site: Site, room: Room
) -> None:
    for role in ("moderator", "viewer"):
        Member.objects.filter(site=site, role__in=["moderator", "viewer"]).update(role=role)
        answer = as_moderator.post(address("room_settings", site), ACTS["room_settings"][0])
        assert answer.status_code == 403
    Member.objects.filter(site=site, role="viewer").update(role="manager")
    answer = as_moderator.post(address("room_settings", site), ACTS["room_settings"][0])
    assert answer.status_code == 302
