"""A filled database of before comes through every migration, and goes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader

from inglenook.sites import api_keys
from inglenook.sites.models import new_secret_key
from inglenook.sites.scopes import ALL_SCOPES
from tests.testkit.migrations import migrate_to, migrate_to_newest

# AFTER is the newest: the models of today read what it leaves.
BEFORE = ("sites", "0001_initial")
AFTER = MigrationLoader(None).graph.leaf_nodes("sites")[0]
SECRET = re.compile(r"sk_[A-Za-z0-9]{40}")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before() -> Iterator[Any]:
    yield migrate_to(BEFORE)
    migrate_to_newest()


def test_a_secret_key_becomes_the_sites_first_key_with_every_scope(before: Any) -> None:
    made = before.get_model("sites", "Site")
    sites = [made.objects.create(name=f"Shop {n}", secret_key=new_secret_key()) for n in range(3)]
    key = before.get_model("sites", "SiteKey").objects.create(site=sites[0])
    migrate_to(AFTER)
    for site in sites:
        found = api_keys.api_key_for_secret(site.secret_key)
        assert found is not None
        assert (found.site_id, found.site.name) == (site.pk, site.name)
        assert found.scopes == list(ALL_SCOPES)
        assert (found.prefix, found.name) == (site.secret_key[:12], api_keys.FIRST_KEY_NAME)
        assert found.created_by.kind == "system"
        assert (found.last_used_at, found.expires_at) == (None, None)
    assert found.site.keys.count() == 0
    assert sites[0].keys.get().key == key.key


def test_going_back_gives_every_site_a_secret_of_its_own(before: Any) -> None:
    made = before.get_model("sites", "Site")
    names = [made.objects.create(name=f"Shop {n}").name for n in range(3)]
    migrate_to(AFTER)
    again = migrate_to(BEFORE).get_model("sites", "Site").objects.order_by("pk")
    assert [site.name for site in again] == names
    secrets = {site.secret_key for site in again}
    assert len(secrets) == 3
    assert all(SECRET.fullmatch(secret) for secret in secrets)


def test_an_empty_database_comes_through(before: Any) -> None:
    assert not migrate_to(AFTER).get_model("sites", "ApiKey").objects.exists()
