"""An older release may run beside a newer one: it writes rows without knowing the new columns."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.moderation.models import Sanction
from inglenook.sites.models import Account, Member, Site
from inglenook.visitors.models import Visitor

BEFORE = [
    ("sites", "0002_api_keys"),
    ("visitors", "0001_initial"),
    ("moderation", "0002_initial"),
    ("chat", "0003_fewer_indexes"),
]


@pytest.fixture
def older(db: None) -> Any:
    """The models of the release before, on the tables of now."""
    return MigrationExecutor(connection).loader.project_state(BEFORE).apps


def test_rows_of_an_older_release_have_the_defaults_of_now(older: Any) -> None:
    site = older.get_model("sites", "Site").objects.create(name="Shop")
    account = older.get_model("sites", "Account").objects.create(email="a@shop.example")
    older.get_model("sites", "Member").objects.create(site=site, account=account, name="A")
    visitor = older.get_model("visitors", "Visitor").objects.create(site=site, name="Amber Otter")
    room = older.get_model("chat", "Room").objects.create(site=site, slug="lobby", name="Lobby")
    older.get_model("chat", "Message").objects.create(room=room, seq=1, rev=1, at=timezone.now())
    older.get_model("moderation", "Sanction").objects.create(
        site=site, visitor_id=visitor.public_id, kind="ban"
    )
    now = Site.objects.get(pk=site.pk)
    assert (now.known_minutes, now.known_messages) == (10, 3)
    assert (now.trusted_days, now.trusted_messages) == (7, 50)
    assert (now.archive, now.time_zone, now.repeat_s, now.calm_until) == ("none", "UTC", 0, None)
    assert Member.objects.get(account_id=account.pk).state == Member.State.ACTIVE
    assert Account.objects.get(pk=account.pk).memberships.count() == 1
    person = Visitor.objects.get(pk=visitor.pk)
    assert (person.trust_fixed, person.trust_messages, person.held_by_address) == ("", 0, False)
    place = Room.objects.get(pk=room.pk)
    assert (place.read_only_for, place.approval, place.links) == ("nobody", "none", "all")
    assert (place.files, place.files_from, place.file_types) == ("none", "known", None)
    assert Message.objects.get(room_id=room.pk).deleted_content is None
    ban = Sanction.objects.get(site_id=site.pk)
    assert (ban.scope, ban.address_hash, ban.made_by) == ("person", "", None)
