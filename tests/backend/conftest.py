"""The cast: a site, a room, its owner, a visitor, and strangers who have no business there."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from inglenook.chat import here, publish
from inglenook.chat.events import Event
from inglenook.chat.models import Room
from inglenook.chat.previews import looking_up
from inglenook.limits import policy
from inglenook.moderation.word_rules import forget_word_filters
from inglenook.sites import audit, last_seen, selectors, services, set_up, sightings
from inglenook.sites.models import Account, AuditEntry, Member, Site
from inglenook.visitors.models import Visitor

ORIGIN = "https://shop.example"
FOREIGN_ORIGIN = "https://evil.example"


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """What one test left in the memory of the process is not there for the next."""
    selectors.forget_sites()
    set_up.forget_owner()
    last_seen.forget_seen()
    sightings.forget_sightings()
    forget_word_filters()
    here.forget_all()
    looking_up.forget_all()
    policy.of_previews.forget()
    yield
    selectors.forget_sites()


@pytest.fixture(autouse=True)
def _record_goes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the tables are emptied after the test, its record goes first: triggers keep it else."""
    are_emptied = {"transactional_db", "live_server"} & set(request.fixturenames) or any(
        mark.kwargs.get("transaction") for mark in request.node.iter_markers("django_db")
    )
    if not are_emptied:
        yield
        return
    # Asked for, so that it empties them after this. Other tests may do without a database.
    request.getfixturevalue("_django_db_helper")
    yield
    # A thread of its own, because Playwright's event loop may run in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_forget_and_leave).result()


def _forget_and_leave() -> None:
    forget_record()
    connection.close()


def forget_record() -> None:
    """By the one way in which entries go."""
    audit.remove_entries(before=timezone.now() + timedelta(days=1))


def unrecorded() -> Any:
    """Inside, no act leaves an entry: a cast has no record of its own making. That is cheaper than
    to forget it, and nearly every test has a cast.
    """
    return mock.patch.object(AuditEntry.objects, "create")


@pytest.fixture
def file_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files of messages are in this test."""
    folder = tmp_path / "files"
    store = storages["files"]
    monkeypatch.setattr(store, "base_location", str(folder))
    monkeypatch.setattr(store, "location", str(folder))
    return folder


@pytest.fixture
def room_with_files(room: Room, file_folder: Path) -> Room:
    """`room`, which takes pictures of everybody."""
    policy.of_uploads.forget()
    room.files, room.files_from = "images", "all"
    room.save()
    return room


@pytest.fixture
def published() -> Iterator[list[Event]]:
    """The events of this process, in order (needs a test with real transactions,
    or captured on-commit calls).
    """
    events: list[Event] = []
    unsubscribe = publish.subscribe(events.append)
    yield events
    unsubscribe()


@pytest.fixture
def owner(db: None) -> Account:
    """Owns `site`; signs in without a password (`client.force_login(owner)`)."""
    return services.create_account(email="owner@shop.example", name="Olive")


@pytest.fixture
def moderator(site: Site) -> Account:
    """On the team of `site`, not its owner."""
    account = services.create_account(email="moderator@shop.example", name="Morris")
    Member.objects.create(site=site, account=account, name="Morris")
    return account


@pytest.fixture
def stranger(db: None) -> Account:
    """An owner too, of `other_site` alone."""
    return services.create_account(email="stranger@evil.example", name="Sly")


@pytest.fixture
def site(owner: Account) -> Site:
    """Lists ORIGIN. Its record is empty."""
    with unrecorded():
        return services.create_site(name="Candle Shop", origins=[ORIGIN], owner=owner)


@pytest.fixture
def other_site(stranger: Account) -> Site:
    """Lists FOREIGN_ORIGIN, which `site` does not."""
    with unrecorded():
        return services.create_site(name="Elsewhere", origins=[FOREIGN_ORIGIN], owner=stranger)


@pytest.fixture
def site_key(site: Site) -> str:
    return site.keys.get().key


@pytest.fixture
def card(site_key: str) -> selectors.CachedSite:
    found = selectors.site_for_key(site_key)
    assert found is not None
    return found


@pytest.fixture
def room(site: Site) -> Room:
    return Room.objects.create(site=site, slug="lobby", name="Lobby")


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor.objects.create(site=site, name="Amber Otter")


@pytest.fixture
def other_visitor(site: Site) -> Visitor:
    """Another person on the same site."""
    return Visitor.objects.create(site=site, name="Teal Heron")


@pytest.fixture
def foreign_visitor(other_site: Site) -> Visitor:
    return Visitor.objects.create(site=other_site, name="Grey Fox")
