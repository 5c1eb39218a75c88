"""Who may open what.

Others' sites are not there, and nothing changes by a GET or without the form's token.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from inglenook.chat.models import Room
from inglenook.sites.models import Account, AllowedOrigin, Site

TEAM_PAGES = ["site", "install_check", "rooms"]
OWNER_PAGES = [
    "site_settings",
    "origins",
    "remove_origin",
    "rotate_key",
    "disable_site",
    "create_room",
    "suggested_slug",
]
ROOM_PAGES = ["room", "room_changes", "room_older", "room_settings"]
POST_ONLY = ["enable_site", "archive_room", "restore_room"]
PARAMETERS = {"remove_origin": {"entry": "https://shop.example"}}


def address(name: str, site: Site, room: Room) -> str:
    args = (
        [site.pk, room.slug]
        if "room" in name and name not in ("rooms", "create_room")
        else [site.pk]
    )
    return reverse(f"dashboard:{name}", args=args)


@pytest.mark.parametrize("name", TEAM_PAGES + OWNER_PAGES + ROOM_PAGES)
def test_an_owner_opens_every_page(name: str, as_owner: Client, site: Site, room: Room) -> None:
    assert as_owner.get(address(name, site, room), PARAMETERS.get(name)).status_code == 200


@pytest.mark.parametrize("name", TEAM_PAGES + ROOM_PAGES)
def test_a_moderator_opens_what_the_team_needs(
    name: str, as_moderator: Client, site: Site, room: Room
) -> None:
    assert as_moderator.get(address(name, site, room)).status_code == 200


@pytest.mark.parametrize("name", OWNER_PAGES)
def test_a_moderator_learns_that_only_owners_may(
    name: str, as_moderator: Client, site: Site, room: Room
) -> None:
    answer = as_moderator.get(address(name, site, room))
    assert answer.status_code == 403
    assert b"ask an owner of the site" in answer.content


@pytest.mark.parametrize("name", POST_ONLY)
def test_a_moderator_changes_nothing_of_the_owners(
    name: str, as_moderator: Client, site: Site, room: Room
) -> None:
    assert as_moderator.post(address(name, site, room)).status_code == 403
    room.refresh_from_db()
    assert not room.archived


@pytest.mark.parametrize("name", TEAM_PAGES + OWNER_PAGES + ROOM_PAGES + POST_ONLY)
def test_a_site_of_somebody_else_is_not_there(
    name: str, as_stranger: Client, site: Site, room: Room
) -> None:
    assert as_stranger.get(address(name, site, room)).status_code in (404, 405)
    assert as_stranger.post(address(name, site, room)).status_code in (404, 405)


def test_a_site_of_somebody_else_looks_like_one_that_never_was(
    as_stranger: Client, site: Site
) -> None:
    theirs = as_stranger.get(reverse("dashboard:site", args=[site.pk]))
    none = as_stranger.get(reverse("dashboard:site", args=[10**30]))
    assert (theirs.status_code, none.status_code) == (404, 404)
    # The form's token is masked anew each time.
    same = [re.sub(rb'(Token": |value=)"[^"]+"', b"", it.content) for it in (theirs, none)]
    assert same[0] == same[1]


@pytest.mark.parametrize("name", TEAM_PAGES + OWNER_PAGES + ROOM_PAGES)
def test_who_is_not_signed_in_goes_to_the_login_page_and_back(
    name: str, client: Client, site: Site, room: Room
) -> None:
    path = address(name, site, room)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/accounts/login/?next={path}")


def test_a_fragment_asked_for_after_signing_out_reloads_the_page(
    client: Client, site: Site, room: Room
) -> None:
    answer = client.get(address("room_changes", site, room), headers={"hx-request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert not answer.content


@pytest.mark.parametrize("name", ["create_site", "home", "home_news"])
def test_the_list_needs_an_account(name: str, client: Client, db: None) -> None:
    assert client.get(reverse(f"dashboard:{name}")).status_code == 302


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("site_settings", {"name": "Taken over"}),
        ("origins", {"origin": "https://evil.example"}),
        ("remove_origin", {"entry": "https://shop.example"}),
        ("rotate_key", {}),
        ("disable_site", {}),
        ("enable_site", {}),
        ("create_room", {"name": "Den"}),
        ("room", {"body": "hello"}),
        ("room_settings", {"name": "Den", "slow_s": "0"}),
        ("archive_room", {}),
        ("restore_room", {}),
    ],
)
def test_a_post_without_the_forms_token_changes_nothing(
    name: str, sent: dict[str, str], owner: Account, site: Site, room: Room
) -> None:
    """P43."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    answer = client.post(address(name, site, room), sent)
    assert answer.status_code == 403
    assert b"Nothing was changed" in answer.content
    site.refresh_from_db()
    assert (site.name, site.is_enabled, site.keys.count()) == ("Candle Shop", True, 1)
    assert [row.entry for row in AllowedOrigin.objects.filter(site=site)] == [
        "https://shop.example"
    ]
    assert [(it.name, it.head, it.archived) for it in Room.objects.all()] == [("Lobby", 0, False)]


def test_a_post_with_the_forms_token_passes(owner: Account, site: Site, room: Room) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    page = client.get(address("room", site, room))
    token = page.context["csrf_token"]
    assert client.post(address("room", site, room), {"body": "hello"}).status_code == 403
    sent = {"body": "hello", "csrfmiddlewaretoken": str(token)}
    assert client.post(address("room", site, room), sent).status_code == 302


@pytest.mark.parametrize("name", POST_ONLY)
def test_nothing_changes_by_following_a_link(
    name: str, as_owner: Client, site: Site, room: Room
) -> None:
    assert as_owner.get(address(name, site, room)).status_code == 405


@pytest.mark.parametrize("name", ["remove_origin", "rotate_key", "disable_site"])
def test_a_confirmation_changes_nothing_yet(
    name: str, as_owner: Client, site: Site, room: Room
) -> None:
    as_owner.get(address(name, site, room), PARAMETERS.get(name))
    site.refresh_from_db()
    assert (site.is_enabled, site.keys.count(), site.origins.count()) == (True, 1, 1)


@pytest.mark.parametrize("name", TEAM_PAGES + ["origins", "site_settings", "room"])
def test_what_an_owner_sees_stays_out_of_caches(
    name: str, as_owner: Client, site: Site, room: Room
) -> None:
    assert "no-store" in as_owner.get(address(name, site, room))["Cache-Control"]
