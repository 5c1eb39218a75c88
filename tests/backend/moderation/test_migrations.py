"""An older release may run beside a newer one, and its filled database comes through and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from inglenook.chat.models import Message, Room
from inglenook.moderation.models import Sanction
from inglenook.sites.models import Account, Member, Site
from inglenook.visitors.models import Visitor, folded
from tests.testkit.migrations import migrate_to, migrate_to_newest, models_at

BEFORE = [
    ("sites", "0002_api_keys"),
    ("visitors", "0001_initial"),
    ("moderation", "0002_initial"),
    ("chat", "0003_fewer_indexes"),
]


@pytest.fixture
def older(db: None) -> Any:
    """The models of the release before, on the tables of now."""
    return models_at(*BEFORE)


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


@pytest.fixture
def before() -> Iterator[Any]:
    """The models and the tables of the release before."""
    yield migrate_to(*BEFORE, ("api", None), ("jobs", None))
    migrate_to_newest()


@pytest.mark.django_db(transaction=True)
def test_a_filled_database_of_before_comes_through_and_goes_back(before: Any) -> None:
    site = before.get_model("sites", "Site").objects.create(name="Shop")
    roles = {}
    for role in ("owner", "moderator"):
        account = before.get_model("sites", "Account").objects.create(email=f"{role}@shop.example")
        member = before.get_model("sites", "Member").objects.create(
            site=site, account=account, name=role, role=role
        )
        roles[member.pk] = role
    visitor = before.get_model("visitors", "Visitor").objects.create(site=site, name="ÄMBER Otter")
    room = before.get_model("chat", "Room").objects.create(
        site=site, slug="lobby", name="Lobby", head=2, slow_s=5, locked=True, topic="Tea"
    )
    messages = before.get_model("chat", "Message").objects
    for seq, deleted in ((1, None), (2, "moderator")):
        messages.create(
            room=room, seq=seq, rev=seq, at=timezone.now(), body="Hello", deleted=deleted
        )
    before.get_model("chat", "Reaction").objects.create(
        message=messages.get(seq=1), author_id=visitor.public_id, emoji="x"
    )
    before.get_model("moderation", "Sanction").objects.create(
        site=site, visitor_id=visitor.public_id, kind="mute", reason="spam", created_by=account
    )

    migrate_to_newest()
    person = Visitor.objects.get(pk=visitor.pk)
    assert (person.name, person.name_folded) == ("ÄMBER Otter", folded("ÄMBER Otter"))
    place = Room.objects.get(pk=room.pk)
    assert (place.head, place.slow_s, place.locked, place.topic) == (2, 5, True, "Tea")
    assert (place.locked_until, place.approval, place.moves) == (None, "none", [])
    kept = Message.objects.order_by("seq").values_list("body", "deleted", "deleted_content")
    assert list(kept) == [("Hello", None, None), ("Hello", "moderator", None)]
    assert dict(Member.objects.values_list("pk", "role")) == roles
    mute = Sanction.objects.get()
    assert (mute.kind, mute.scope, mute.reason) == ("mute", "person", "spam")
    assert mute.lifted_at is None

    again = migrate_to(*BEFORE, ("api", None), ("jobs", None))
    assert again.get_model("chat", "Message").objects.count() == 2
    assert again.get_model("moderation", "Sanction").objects.get().reason == "spam"
    assert again.get_model("visitors", "Visitor").objects.get().name == "ÄMBER Otter"
