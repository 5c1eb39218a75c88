"""Every page that changes something has an entry of the member who did it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inglenook.chat.models import Room
from inglenook.dashboard.urls import urlpatterns
from inglenook.sites.models import Account, AuditEntry, Invitation, Member, Site
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
    "team": (
        {"by": "mail", "email": "new@shop.example", "role": "viewer"},
        ["member.create", "invitation.mail"],
    ),
    "change_role": ({"role": "moderator"}, ["member.update"]),
    "remove_member": ({}, ["member.delete"]),
    "resend_invitation": ({}, []),  # they have joined
    "revoke_invitation": ({}, ["invitation.delete"]),
    "leave_team": ({}, ["member.delete"]),
    "create_room": ({"name": "Den", "slug": "den"}, ["room.create"]),
    "room_settings": ({"name": "Den", "slow_s": "0"}, ["room.update"]),
    "archive_room": ({}, ["room.update"]),
    "restore_room": ({}, []),  # it is not archived
    "delete_message": ({}, ["message.delete"]),
    # What people write in person is its own record.
    "room": ({"body": "hello"}, []),
}
# What somebody sets for themselves alone.
OWN = {"language", "away", "profile", "picture", "no_picture"}
ONLY_READ = {
    *("home", "home_news", "site", "install_check", "rooms", "search", "manifest", "offline"),
    *("suggested_slug", "room_changes", "room_older"),
}


def test_every_page_is_known_here() -> None:
    assert ACTS.keys() | OWN | ONLY_READ == {each.name for each in urlpatterns}
    assert not ACTS.keys() & ONLY_READ


def colleague(site: Site) -> Member:
    """A viewer of the team."""
    account, _ = Account.objects.get_or_create(email="viewer@shop.example")
    member, _ = Member.objects.get_or_create(
        site=site, account=account, defaults={"name": "Vera", "role": "viewer"}
    )
    return member


def open_link(site: Site) -> Invitation:
    invitation, _ = Invitation.objects.get_or_create(
        site=site,
        public_id="i_open",
        defaults={
            "role": "viewer",
            "digest": "0" * 64,
            "created_by_kind": "system",
            "created_by_id": "system",
            "created_by_name": "Inglenook",
            "expires_at": timezone.now() + timedelta(days=1),
        },
    )
    return invitation


def address(name: str, site: Site) -> str:
    if name == "create_site":
        return reverse("dashboard:create_site")
    if name in ("change_role", "remove_member", "resend_invitation"):
        return reverse(f"dashboard:{name}", args=[site.pk, colleague(site).public_id])
    if name == "revoke_invitation":
        return reverse(f"dashboard:{name}", args=[site.pk, open_link(site).public_id])
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
    owner = Member.objects.get(site=site)
    sent, actions = ACTS[name]
    if name == "leave_team":
        Member.objects.filter(account=colleague(site).account).update(role="owner")
    assert as_owner.post(address(name, site), sent).status_code == 302
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == actions
    members = {owner.public_id: owner.name, **names_of_team()}
    for entry in entries:
        assert entry.actor.kind == "member"
        assert members[entry.actor.id] == entry.actor.name
        assert visitor.name not in str(entry.before) + str(entry.after)


def names_of_team() -> dict[str, str]:
    return {each.public_id: each.name for each in Member.objects.all()}


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
