"""`inglenook site …`"""

from __future__ import annotations

import pytest

from inglenook.chat.models import Room
from inglenook.sites import api_keys, services
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.scopes import ALL_SCOPES
from tests.backend.cli.conftest import Command

CREATE = ("site", "create", "--name", "Candle Shop", "--origin", "https://shop.example")


def test_a_site_comes_with_keys_a_room_and_the_tag(command: Command, owner: Account) -> None:
    found = command(
        *CREATE, "--origin", "http://localhost:*", "--owner", owner.email, "--json"
    ).json
    site = Site.objects.get()
    assert found["site_key"] == site.keys.get().key
    key = api_keys.api_key_for_secret(found["secret_key"])
    assert key is not None
    assert (key, key.scopes) == (site.api_keys.get(), list(ALL_SCOPES))
    assert found["rooms"] == ["lobby"]
    assert found["origins"] == ["https://shop.example", "http://localhost:*"]
    assert (
        f'<script async src="http://127.0.0.1:8000/embed.js" data-site="{found["site_key"]}">'
        in (found["snippet"])
    )
    assert f"/s/{found['site_key']}/r/lobby/" in found["snippet"]
    assert Room.objects.get().slug == site.default_room == "lobby"
    assert site.members.get().account == owner


def test_people_see_the_key_and_the_tag(command: Command) -> None:
    result = command(*CREATE)
    site = Site.objects.get()
    assert result.code == 0
    assert site.keys.get().key in result.out
    assert site.api_keys.get().prefix in result.out
    assert "<script async" in result.out


def test_the_only_account_owns_it_without_being_named(command: Command, owner: Account) -> None:
    assert command(*CREATE, "--json").json["owners"] == [owner.email]


def test_where_several_could_be_meant_it_asks_whose_it_is(
    command: Command, owner: Account, stranger: Account
) -> None:
    assert "--owner EMAIL" in command(*CREATE).refused()
    assert not Site.objects.exists()


def test_where_there_is_nobody_yet_it_says_how_to_get_an_owner(command: Command, db: None) -> None:
    result = command(*CREATE, "--json")
    assert result.json["owners"] == []
    assert "site add-owner" in result.err
    stranger = services.create_account(email="late@shop.example", password="ten characters")
    words = ("site", "add-owner", "--site", result.json["site_key"], "--owner", stranger.email)
    assert command(*words, "--json").json["owners"] == [stranger.email]


def test_an_owner_who_has_no_account_is_refused_with_the_way_out(command: Command) -> None:
    result = command(*CREATE, "--owner", "no@shop.example").refused()
    assert "inglenook owner create --email no@shop.example" in result
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("https://shop.example/", "Did you mean https://shop.example?"),
        ("shop.example", "Did you mean https://shop.example?"),
        ("*", "origin"),
        ("https://shop.example/chat", "https://shop.example"),
    ],
)
def test_a_mistaken_origin_is_explained_and_nothing_is_made(
    command: Command, origin: str, words: str
) -> None:
    result = command("site", "create", "--name", "Shop", "--origin", origin).refused()
    assert words in result
    assert not Site.objects.exists()
    assert not Room.objects.exists()


def test_what_is_missing_is_a_usage_error(command: Command) -> None:
    result = command("site", "create", "--name", "Shop")
    assert result.code == 2
    assert "--origin" in result.err
    result = command("site", "create")
    assert ("--name, --origin" in result.err, "site create --help" in result.err) == (True, True)
    assert result.out == ""
    assert command("site").code == 2
    assert command().code == 2


def test_the_list_shows_every_site_and_no_secret(
    command: Command, site: Site, other_site: Site, site_key: str
) -> None:
    found = command("site", "list", "--json")
    assert [entry["name"] for entry in found.json["sites"]] == ["Candle Shop", "Elsewhere"]
    assert found.json["sites"][0]["site_key"] == site_key
    assert "sk_" not in found.out
    shown = command("site", "list").out.splitlines()
    assert len(shown) == 3
    assert shown[1].startswith(site_key)


def test_an_empty_list_says_how_to_make_the_first(command: Command) -> None:
    assert "inglenook site create" in command("site", "list").out
    assert command("site", "list", "--json").json == {"sites": []}


def test_a_rotated_key_keeps_the_old_one_for_a_while(
    command: Command, site: Site, site_key: str
) -> None:
    found = command("site", "rotate-key", "--site", site_key, "--json").json
    assert found["site_key"] != site_key
    assert found["old_keys_until"]
    assert found["site_key"] in found["snippet"]
    old, new = site.keys.order_by("pk")
    assert old.expires_at is not None
    assert new.expires_at is None
    # An operator who holds the old key still means this site.
    assert command("site", "disable", "--site", site_key, "--json").json["enabled"] is False


def test_a_key_can_end_at_once(command: Command, site: Site, site_key: str) -> None:
    result = command("site", "rotate-key", "--site", site_key, "--overlap", "0")
    assert "has ended" in result.out
    assert command("site", "rotate-key", "--site", site_key, "--overlap", "-1").code == 2
    assert command("site", "rotate-key", "--site", site_key, "--overlap", "nan").code == 2


def test_a_site_goes_off_and_on(command: Command, site: Site, site_key: str) -> None:
    assert command("site", "disable", "--site", site_key, "--json").json["enabled"] is False
    assert not Site.objects.get().is_enabled
    assert command("site", "enable", "--site", site_key, "--json").json["enabled"] is True
    assert Site.objects.get().is_enabled


def test_origins_are_added_and_removed_together_or_not_at_all(
    command: Command, site: Site, site_key: str
) -> None:
    words = ("site", "origins", "--site", site_key)
    added = command(*words, "--add", "https://www.shop.example", "--remove", "https://shop.example")
    assert added.out == "https://www.shop.example\n"
    result = command(
        *words, "--add", "https://new.example", "--remove", "https://not.listed.example"
    )
    assert "not on this site's list" in result.refused()
    assert command(*words, "--json").json["origins"] == ["https://www.shop.example"]


@pytest.mark.parametrize("key", ["pk_unknown", "", "pk_\x00", "é" * 200])
@pytest.mark.parametrize("action", ["disable", "enable", "rotate-key", "origins"])
def test_an_unknown_key_is_refused_with_the_way_to_the_right_one(
    command: Command, action: str, key: str
) -> None:
    assert "inglenook site list" in command("site", action, "--site", key).refused()


def test_an_owner_stays_an_owner_and_a_moderator_becomes_one(
    command: Command, site: Site, site_key: str, moderator: Account, owner: Account
) -> None:
    command("site", "add-owner", "--site", site_key, "--owner", moderator.email)
    command("site", "add-owner", "--site", site_key, "--owner", owner.email)
    assert [member.role for member in site.members.all()] == [Member.Role.OWNER] * 2
