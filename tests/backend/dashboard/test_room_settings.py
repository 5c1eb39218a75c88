"""How a room is set on its page: every field, presets, order, what retention removes, its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.chat.room_settings import CHANGEABLE
from inglenook.dashboard.rooms.forms import RoomSettingsForm
from inglenook.sites.models import Site

from .conftest import Says

pytestmark = pytest.mark.django_db


def address(name: str, site: Site, slug: str = "lobby") -> str:
    return reverse(f"dashboard:{name}", args=[site.pk, slug])


def test_the_form_has_everything_that_can_be_set() -> None:
    # The order and the archive have buttons of their own.
    assert set(RoomSettingsForm.base_fields) == set(CHANGEABLE) - {"position", "archived"}


def test_every_field_is_stored(as_owner: Client, site: Site, room: Room) -> None:
    until = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "name": "Fireside", "topic": "Wax", "rules": "Be kind", "announcement": "Closed today",
        "slow_s": "15", "locked": "on", "locked_until": until, "read_only_for": "new",
        "approval": "new", "links": "known", "files": "listed", "files_from": "trusted",
        "file_types": "application/pdf\nimage/png", "archive": "link", "retention_days": "90",
    }  # fmt: skip
    assert as_owner.post(address("room_settings", site), sent).status_code == 302
    room.refresh_from_db()
    assert room.locked_until is not None
    for field in ("topic", "rules", "announcement", "approval", "links", "files", "archive"):
        assert getattr(room, field) == sent[field]
    assert (room.slow_s, room.retention_days) == (15, 90)
    assert (room.read_only_for, room.files_from) == ("new", "trusted")
    assert room.file_types == ["application/pdf", "image/png"]
    emptied = sent | {"retention_days": "", "archive": "", "locked_until": "", "file_types": ""}
    emptied.pop("locked")
    as_owner.post(address("room_settings", site), emptied)
    room.refresh_from_db()
    assert (room.retention_days, room.archive, room.locked, room.locked_until) == (
        None, None, False, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("locked_until", "yesterday"),
        ("locked_until", "2001-01-01T10:00"),
        ("read_only_for", "cats"),
        ("file_types", "pdf"),
        ("retention_days", "0"),
        ("retention_days", "soon"),
        ("rules", "r" * 4001),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_changes(
    as_owner: Client, site: Site, room: Room, field: str, value: str
) -> None:
    sent = {"name": "Fireside", "slow_s": "0", "topic": "Kept", "locked": "on", field: value}
    answer = as_owner.post(address("room_settings", site), sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert 'value="Kept"' in answer.content.decode()
    room.refresh_from_db()
    assert (room.name, room.head) == ("Lobby", 0)


def test_a_preset_sets_several_at_once(as_owner: Client, site: Site, room: Room) -> None:
    as_owner.post(address("room_preset", site), {"preset": "calm"})
    room.refresh_from_db()
    assert (room.slow_s, room.approval, room.links) == (10, "new", "trusted")
    answer = as_owner.post(address("room_preset", site), {"preset": "storm"})
    assert "A preset is one of" in as_owner.get(answer["Location"]).content.decode()


def test_a_room_begins_with_a_preset(as_owner: Client, site: Site) -> None:
    path = reverse("dashboard:create_room", args=[site.pk])
    as_owner.post(path, {"name": "News", "preset": "announcements"})
    assert Room.objects.get(slug="news").read_only_for == "visitors"
    assert as_owner.post(path, {"name": "Odd", "preset": "storm"}).status_code == 422


def test_retention_says_how_many_messages_would_go(
    as_owner: Client, site: Site, room: Room, says: Says
) -> None:
    says("old")
    says("new")
    Message.objects.filter(seq=1).update(at=timezone.now() - timedelta(days=40))
    shown = as_owner.get(address("retention_preview", site), {"retention_days": "30"})
    assert "1 message is older than 30 days" in shown.content.decode()
    for days in ("", "0", "x", "-3", "99999", "1\x00"):
        shown = as_owner.get(address("retention_preview", site), {"retention_days": days})
        assert "older" not in shown.content.decode()
    # Without a script the form says it when it comes back.
    sent = {"name": "", "slow_s": "0", "retention_days": "30"}
    assert (
        "1 message is older" in as_owner.post(address("room_settings", site), sent).content.decode()
    )


@pytest.mark.parametrize("name", ["clear_room", "delete_room"])
def test_what_cannot_be_undone_asks_for_the_short_name(
    as_owner: Client, site: Site, room: Room, says: Says, name: str
) -> None:
    says("Hello")
    site.default_room = "elsewhere"
    site.save(update_fields=["default_room"])
    for confirm in ("", "Lobby", "den"):
        answer = as_owner.post(address(name, site), {"confirm": confirm})
        assert answer.status_code == 422
        assert Message.objects.exists()
    assert as_owner.post(address(name, site), {"confirm": "lobby"}).status_code == 302
    assert not Message.objects.exists()
    room.refresh_from_db()
    assert room.gone is (name == "delete_room")


def test_the_first_room_of_a_site_is_not_deleted(as_owner: Client, site: Site, room: Room) -> None:
    site.default_room = "lobby"
    site.save(update_fields=["default_room"])
    answer = as_owner.post(address("delete_room", site), {"confirm": "lobby"})
    assert answer.status_code == 422
    assert "default room" in answer.content.decode()
    assert "Delete the room" not in as_owner.get(address("room_settings", site)).content.decode()


def test_rooms_move_up_down_and_before_another(as_owner: Client, site: Site, room: Room) -> None:
    Room.objects.create(site=site, slug="attic", name="Attic")
    Room.objects.create(site=site, slug="cellar", name="Cellar")

    def order() -> list[str]:
        lines = as_owner.get(reverse("dashboard:rooms", args=[site.pk])).context["lines"]
        return [line.room.slug for line in lines]

    assert order() == ["attic", "cellar", "lobby"]
    as_owner.post(address("move_room", site), {"to": "up"})
    assert order() == ["attic", "lobby", "cellar"]
    answer = as_owner.post(
        address("move_room", site, "cellar"), {"to": "attic"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 204
    assert order() == ["cellar", "attic", "lobby"]
    as_owner.post(address("move_room", site, "cellar"), {"to": ""})
    assert order() == ["attic", "lobby", "cellar"]
    as_owner.post(address("move_room", site), {"to": "nowhere"})
    assert order() == ["attic", "lobby", "cellar"]
