"""API keys: several at a time, known by their hash, shown once, ended at once."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.protocol.errors import Invalid, NotFound
from inglenook.sites import api_keys
from inglenook.sites.actors import SYSTEM, Actor
from inglenook.sites.models import ApiKey, Site

OLIVE = Actor(kind="member", id="m_olive", name="Olive")


@pytest.fixture(autouse=True)
def _olive_owns_the_site(request: pytest.FixtureRequest) -> None:
    """Of each test's own site; another one's key is made by the command line."""
    if "site" in request.fixturenames:
        site: Site = request.getfixturevalue("site")
        site.members.update(public_id=OLIVE.id)


def make(site: Site, name: str = "Reports", **given: Any) -> tuple[ApiKey, str]:
    scopes = given.pop("scopes", ["people:read", "keys"])
    created_by = given.pop("created_by", OLIVE)
    return api_keys.create_api_key(
        site=site,
        name=name,
        scopes=scopes,
        created_by=created_by,
        **given,
    )


def test_the_database_keeps_a_hash_and_twelve_characters(site: Site) -> None:
    key, secret = make(site)
    assert re.fullmatch(r"sk_[A-Za-z0-9]{40}", secret)
    stored = ApiKey.objects.filter(pk=key.pk).values().get()
    assert stored["digest"] == hashlib.sha256(secret.encode()).hexdigest()
    assert stored["prefix"] == secret[:12]
    assert not any(secret in str(value) for value in stored.values())
    assert secret not in repr(key)


def test_it_keeps_who_made_it_and_what_it_may(site: Site) -> None:
    key, _ = make(site, "  Reports \n of the day ")
    key.refresh_from_db()
    assert (key.name, key.scopes) == ("Reports of the day", ["keys", "people:read"])
    assert key.created_by == OLIVE
    assert (key.last_used_at, key.expires_at) == (None, None)


def test_a_site_has_several_at_a_time_each_found_by_its_secret(site: Site) -> None:
    made = [make(site, f"Key {n}") for n in range(3)]
    assert [api_keys.api_key_for_secret(secret) for _, secret in made] == [key for key, _ in made]
    assert api_keys.api_keys_of_site(site) == [key for key, _ in reversed(made)]


@pytest.mark.parametrize(
    "secret", ["", "sk_", "sk_" + "a" * 39, "sk_" + "a" * 41, "pk_" + "a" * 40, "sk_" + "é" * 40]
)
def test_what_cannot_be_a_secret_asks_no_database(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, secret: str
) -> None:
    with django_assert_num_queries(0):
        assert api_keys.api_key_for_secret(secret) is None


def test_a_hash_is_no_secret(site: Site) -> None:
    key, secret = make(site)
    assert api_keys.api_key_for_secret(f"sk_{key.digest[:40]}") is None
    assert api_keys.api_key_for_secret(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None


def test_it_ends_when_it_was_to_end(site: Site) -> None:
    end = timezone.now() + timedelta(days=1)
    key, secret = make(site, expires_at=end)
    assert api_keys.api_key_for_secret(secret) == key
    with time_machine.travel(end + timedelta(seconds=1), tick=False):
        assert api_keys.api_key_for_secret(secret) is None
        assert api_keys.api_keys_of_site(site) == [key]


def test_it_refuses_an_end_that_has_passed(site: Site) -> None:
    with pytest.raises(Invalid) as refused:
        make(site, expires_at=timezone.now())
    assert refused.value.field == "expires_at"


@pytest.mark.parametrize(("name", "scopes", "field"), [("", ["keys"], "name"), ("x", [], "scopes")])
def test_it_refuses_no_name_and_no_scope(
    site: Site, name: str, scopes: list[str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make(site, name, scopes=scopes)
    assert refused.value.field == field
    assert not ApiKey.objects.exists()


def test_revoking_ends_it_at_once_and_only_ones_own(site: Site, other_site: Site) -> None:
    key, secret = make(site)
    other, others_secret = make(other_site, created_by=SYSTEM)
    for key_id in (other.public_id, f"k_{'a' * 20}", "k_nothing", "k_\0", ""):
        with pytest.raises(NotFound):
            api_keys.revoke_api_key(site=site, key_id=key_id)
    api_keys.revoke_api_key(site=site, key_id=key.public_id)
    assert api_keys.api_key_for_secret(secret) is None
    assert api_keys.api_key_for_secret(others_secret) == other
    with pytest.raises(NotFound):
        api_keys.revoke_api_key(site=site, key_id=key.public_id)


def test_its_use_is_written_once_a_minute(
    site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, secret = make(site)
    first = timezone.now()
    with time_machine.travel(first, tick=False):
        assert not api_keys.use_is_noted(key)
        api_keys.note_use(key=key)
    with time_machine.travel(first + timedelta(seconds=59), tick=False):
        found = api_keys.api_key_for_secret(secret)
        assert found is not None
        assert api_keys.use_is_noted(found)
        api_keys.note_use(key=found)  # another process has written it meanwhile
        assert ApiKey.objects.get().last_used_at == first
    with time_machine.travel(first + timedelta(seconds=61), tick=False):
        assert not api_keys.use_is_noted(ApiKey.objects.get())
        with django_assert_num_queries(1):
            api_keys.note_use(key=key)
        assert ApiKey.objects.get().last_used_at == timezone.now()


def test_the_command_line_is_the_system() -> None:
    assert SYSTEM.kind == "system"
