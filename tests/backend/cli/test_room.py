"""`inglenook room …`"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from inglenook.chat import selectors
from inglenook.chat.models import Message, Room
from inglenook.protocol.errors import NotFound
from inglenook.sites import selectors as site_selectors
from inglenook.sites.models import Account, Site
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_member, participant_from_visitor
from tests.backend.cli.conftest import Command


def test_a_room_is_made_listed_archived_and_brought_back(
    command: Command, room: Room, site_key: str
) -> None:
    on_site = ("--site", site_key)
    words = ("room", "create", *on_site, "--slug", "help", "--name", "Help desk", "--topic", "Ask")
    made = command(*words, "--json").json
    assert (made["slug"], made["kind"], made["topic"]) == ("help", "public", "Ask")
    found = command("room", "list", *on_site, "--json").json["rooms"]
    assert [entry["slug"] for entry in found] == ["lobby", "help"]
    assert command("room", "archive", *on_site, "--slug", "help", "--json").json["archived"] is True
    assert "archived" in command("room", "list", *on_site).out
    undone = command("room", "archive", *on_site, "--slug", "help", "--undo", "--json")
    assert undone.json["archived"] is False


@pytest.mark.parametrize("slug", ["Help", "p_help", "a/b", "", "-x", "x" * 65, "é", "a b"])
def test_a_slug_that_cannot_stand_in_an_address_is_refused(
    command: Command, room: Room, site_key: str, slug: str
) -> None:
    result = command("room", "create", "--site", site_key, f"--slug={slug}", "--name", "Help")
    assert "slug" in result.refused()
    assert Room.objects.count() == 1


def test_a_slug_is_given_once_on_a_site(
    command: Command, room: Room, site_key: str, other_site: Site
) -> None:
    words = ("--slug", "lobby", "--name", "Lobby")
    assert "lobby" in command("room", "create", "--site", site_key, *words).refused()
    other_key = other_site.keys.get().key
    assert command("room", "create", "--site", other_key, *words).code == 0


def test_an_unknown_room_cannot_be_archived(command: Command, room: Room, site_key: str) -> None:
    result = command("room", "archive", "--site", site_key, "--slug", "nowhere").refused()
    assert "inglenook room list" in result


def test_a_private_room_without_a_visitor_is_the_team_s_alone(
    command: Command, site: Site, site_key: str, owner: Account, visitor: Visitor
) -> None:
    words = ("room", "create", "--site", site_key, "--slug", "back", "--name", "Back room")
    assert command(*words, "--kind", "private", "--json").json["kind"] == "private"
    member = site_selectors.member_of(site.pk, owner)
    assert member is not None
    assert selectors.room_by_slug(site.pk, "back", participant_from_member(member))
    for outsider in (participant_from_visitor(visitor), None):
        with pytest.raises(NotFound):
            selectors.room_by_slug(site.pk, "back", outsider)


def test_a_visitor_s_private_room_is_theirs_and_the_team_s(
    command: Command, site: Site, site_key: str, visitor: Visitor, other_visitor: Visitor
) -> None:
    words = ("room", "create", "--site", site_key, "--kind", "private", "--name", "Your order")
    made = command(*words, "--visitor", visitor.public_id, "--json").json
    assert made["slug"] == selectors.private_slug(site.pk, visitor.public_id)
    found = selectors.room_by_slug(site.pk, made["slug"], participant_from_visitor(visitor))
    assert (found.pk is not None, found.name) == (True, "Your order")
    with pytest.raises(NotFound):
        selectors.room_by_slug(site.pk, made["slug"], participant_from_visitor(other_visitor))
    assert "already" in command(*words, "--visitor", visitor.public_id).refused()


def test_a_visitor_s_room_that_contradicts_itself_is_refused(
    command: Command, site: Site, site_key: str, visitor: Visitor, foreign_visitor: Visitor
) -> None:
    words = ("room", "create", "--site", site_key, "--name", "Your order")
    assert "--slug" in command(*words).refused()
    assert "--kind private" in command(*words, "--visitor", visitor.public_id).refused()
    private = (*words, "--kind", "private")
    assert "no visitor" in command(*private, "--visitor", foreign_visitor.public_id).refused()
    result = command(*private, "--visitor", visitor.public_id, "--slug", "order").refused()
    assert "leave --slug out" in result
    assert not Room.objects.exists()


def test_a_retention_is_counted_before_it_is_set(
    command: Command, site: Site, room: Room, site_key: str
) -> None:
    Message.objects.bulk_create(
        Message(room=room, seq=n, rev=n, at=timezone.now() - timedelta(days=n), body="Hello")
        for n in range(1, 6)
    )
    words = ("room", "retention", "--site", site_key, "--slug", "lobby")
    counted = command(*words, "--days", "3", "--preview", "--json").json
    assert counted == {"slug": "lobby", "retention_days": None, "messages": 3}
    assert (
        "3 messages are older than 3 days and would go"
        in command(*words, "--days", "3", "--preview").out
    )
    room.refresh_from_db()
    assert room.retention_days is None
    assert command(*words, "--days", "4", "--json").json["retention_days"] == 4
    room.refresh_from_db()
    assert room.retention_days == 4
    as_site = command(*words, "--as-site", "--json").json
    assert (as_site["retention_days"], as_site["messages"]) == (None, 0)
    for wrong in ((), ("--days", "3", "--as-site")):
        assert "--days" in command(*words, *wrong).refused()


def test_a_room_is_exported_into_a_file(command: Command, room: Room, site_key: str) -> None:
    Message.objects.create(room=room, seq=1, rev=1, at=timezone.now(), body="Hello")
    Room.objects.filter(pk=room.pk).update(head=1)
    found = command("room", "export", "--site", site_key, "--slug", "lobby", "--json").json
    (line,) = Path(found["file"]).read_text().splitlines()
    assert json.loads(line)["body"] == "Hello"
