"""`inglenook key …`"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inglenook.sites import api_keys
from inglenook.sites.models import ApiKey, Site
from inglenook.sites.scopes import ALL_SCOPES
from tests.backend.cli.conftest import Command


def test_a_key_is_printed_once_and_works(command: Command, site: Site, site_key: str) -> None:
    words = ("--site", site_key, "--name", "Reports", "--scope", "people:read", "--scope", "keys")
    found = command("key", "create", *words, "--json").json
    key = api_keys.api_key_for_secret(found["key"])
    assert key is not None
    assert (key.site, key.scopes) == (site, ["keys", "people:read"])
    assert (found["id"], found["name"]) == (key.public_id, "Reports")
    assert found["created_by"]["kind"] == "system"
    assert (found["expires_at"], found["last_used_at"]) == (None, None)
    assert found["key"] not in command("key", "list", "--site", site_key, "--json").out


def test_people_see_the_key_and_what_it_may(command: Command, site_key: str) -> None:
    words = ("--site", site_key, "--name", "Reports", "--scope", "inbox")
    result = command("key", "create", *words).out
    assert ApiKey.objects.get().prefix in result
    assert "inbox" in result


def test_all_is_every_scope(command: Command, site_key: str) -> None:
    command("key", "create", "--site", site_key, "--name", "All", "--scope", "all")
    assert ApiKey.objects.get().scopes == list(ALL_SCOPES)


def test_it_ends_after_so_many_days(command: Command, site_key: str) -> None:
    words = ("--site", site_key, "--name", "Short", "--scope", "keys", "--days", "90", "--json")
    secret = command("key", "create", *words).json["key"]
    for days, works in [(89, True), (91, False)]:
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert bool(api_keys.api_key_for_secret(secret)) is works


@pytest.mark.parametrize(
    "words",
    [
        ("--scope", "everything"),
        ("--scope", "rooms"),
        (),
        ("--scope", "keys", "--days", "0"),
        ("--scope", "keys", "--days", "nan"),
    ],
)
def test_wrong_words_are_a_usage_error(
    command: Command, site_key: str, words: tuple[str, ...]
) -> None:
    result = command("key", "create", "--site", site_key, "--name", "Reports", *words)
    assert result.code == 2
    assert not ApiKey.objects.exists()


def test_a_key_without_a_name_is_refused(command: Command, site_key: str) -> None:
    words = ("key", "create", "--site", site_key, "--name", " ", "--scope", "keys")
    assert "name" in command(*words).refused()


def test_the_list_has_the_newest_first_and_no_secret(command: Command, site_key: str) -> None:
    secrets = [
        command(
            "key", "create", "--site", site_key, "--name", name, "--scope", "keys", "--json"
        ).json["key"]
        for name in ("First", "Second")
    ]
    found = command("key", "list", "--site", site_key, "--json")
    assert [key["name"] for key in found.json["keys"]] == ["Second", "First"]
    shown = command("key", "list", "--site", site_key).out
    assert len(shown.splitlines()) == 3
    assert not any(secret in shown or secret in found.out for secret in secrets)


def test_an_empty_list_says_how_to_make_the_first(command: Command, site_key: str) -> None:
    assert "inglenook key create" in command("key", "list", "--site", site_key).out


def test_a_revoked_key_ends_and_only_ones_own(
    command: Command, site_key: str, other_site: Site
) -> None:
    words = ("--name", "Reports", "--scope", "keys", "--json")
    mine = command("key", "create", "--site", site_key, *words).json
    theirs = command("key", "create", "--site", other_site.keys.get().key, *words).json
    for key_id in (theirs["id"], "k_nothing"):
        assert (
            "no such key" in command("key", "revoke", "--site", site_key, "--key", key_id).refused()
        )
    command("key", "revoke", "--site", site_key, "--key", mine["id"])
    assert api_keys.api_key_for_secret(mine["key"]) is None
    assert api_keys.api_key_for_secret(theirs["key"]) is not None
