"""Accounts, sites, keys and origins change by these rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from inglenook.protocol.errors import Conflict, Invalid, NotFound, Quota
from inglenook.sites import services, site_settings
from inglenook.sites.models import Account, Member, Site
from inglenook.sites.signals import access_changed

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced() -> Any:
    received: list[int] = []

    def note(site_id: int, **_: object) -> None:
        received.append(site_id)

    access_changed.connect(note)
    yield received
    access_changed.disconnect(note)


def test_an_account_needs_no_password() -> None:
    account = services.create_account(email=" Olive@Shop.Example ")
    assert account.email == "olive@shop.example"
    assert not account.has_usable_password()


@pytest.mark.parametrize("email", ["", "olive", "olive@", "a@b\n.example"])
def test_it_refuses_what_is_no_email_address(email: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.create_account(email=email)
    assert refused.value.field == "email"


def test_one_address_has_one_account(owner: Account) -> None:
    with pytest.raises(Invalid, match="already") as refused:
        services.create_account(email=owner.email.upper())
    assert refused.value.field == "email"


def test_it_refuses_a_password_that_everybody_guesses() -> None:
    with pytest.raises(Invalid) as refused:
        services.create_account(email="a@b.example", password="password123")
    assert refused.value.field == "password"


def test_a_site_has_a_key_its_origins_and_an_owner(owner: Account) -> None:
    site = services.create_site(
        name="  Candle \n Shop ",
        origins=["HTTPS://Shop.Example:443", "https://shop.example"],
        owner=owner,
    )
    assert site.name == "Candle Shop"
    assert site.default_room == "lobby"
    assert [row.entry for row in site.origins.all()] == ["https://shop.example"]
    assert site.keys.get().key.startswith("pk_")
    member = site.members.get()
    assert (member.account, member.role, member.name) == (owner, Member.Role.OWNER, "Olive")


@pytest.mark.parametrize(
    ("name", "origins", "field"),
    [
        ("", ["https://shop.example"], "name"),
        ("\x00\n", ["https://shop.example"], "name"),
        ("x" * 81, ["https://shop.example"], "name"),
        ("Shop", ["https://shop.example/path"], "origin"),
        ("Shop", ["*"], "origin"),
        ("Shop", [f"https://s{n}.shop.example" for n in range(101)], "origin"),
    ],
)
def test_it_refuses_a_site_that_cannot_be(name: str, origins: list[str], field: str) -> None:
    with pytest.raises((Invalid, Quota)) as refused:
        services.create_site(name=name, origins=origins, owner=None)
    assert refused.value.field == field
    assert not Site.objects.exists()


def test_a_refused_origin_says_what_was_meant(site: Site) -> None:
    with pytest.raises(Invalid, match=r"Did you mean https://www\.shop\.example\?"):
        services.add_origin(site=site, entry="https://www.shop.example/")


def test_an_origin_is_listed_once(site: Site) -> None:
    services.add_origin(site=site, entry="https://www.shop.example")
    before = Site.objects.get(pk=site.pk).access_version
    services.add_origin(site=site, entry="https://www.shop.example:443")
    assert site.origins.count() == 2
    assert Site.objects.get(pk=site.pk).access_version == before


def test_an_origin_that_is_not_listed_cannot_be_removed(site: Site) -> None:
    with pytest.raises(NotFound, match="not on this site's list"):
        services.remove_origin(site=site, entry="https://evil.example")


def test_the_last_public_key_that_works_stays(site: Site, site_key: str) -> None:
    with pytest.raises(Conflict):
        services.end_site_key(site=site, key=site_key)
    new = services.rotate_key(site=site, overlap=timedelta(days=7))
    services.end_site_key(site=site, key=new.key)
    assert services.live_keys(site) == [site_key]
    with pytest.raises(Conflict):
        services.end_site_key(site=site, key=site_key)


def test_public_keys_that_work_are_so_many_at_most(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_SITE_KEYS", 2)
    services.rotate_key(site=site)
    with pytest.raises(Quota):
        services.rotate_key(site=site)


def test_a_rotated_key_works_for_the_overlap(site: Site, site_key: str) -> None:
    new = services.rotate_key(site=site, overlap=timedelta(days=7))
    old = site.keys.get(key=site_key)
    assert new.key != site_key
    assert new.expires_at is None
    assert old.expires_at is not None
    assert abs(old.expires_at - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)


def test_a_second_rotation_without_overlap_ends_every_older_key(site: Site) -> None:
    services.rotate_key(site=site)
    newest = services.rotate_key(site=site, overlap=timedelta(0))
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        living = [
            key.key
            for key in site.keys.all()
            if not key.expires_at or key.expires_at > timezone.now()
        ]
    assert living == [newest.key]


def test_a_later_rotation_does_not_prolong_an_ending_key(site: Site, site_key: str) -> None:
    services.rotate_key(site=site, overlap=timedelta(hours=1))
    services.rotate_key(site=site, overlap=timedelta(days=7))
    end = site.keys.get(key=site_key).expires_at
    assert end is not None
    assert end < timezone.now() + timedelta(hours=2)


def test_disabling_twice_changes_once(site: Site) -> None:
    site = site_settings.disable_site(site=site)
    disabled_at, version = site.disabled_at, site.access_version
    site = site_settings.disable_site(site=site)
    assert (site.disabled_at, site.access_version) == (disabled_at, version)
    site = site_settings.enable_site(site=site)
    assert site.is_enabled
    assert site.access_version == version + 1


CHANGES: list[Callable[[Site], object]] = [
    lambda site: services.rotate_key(site=site),
    lambda site: site_settings.disable_site(site=site),
    lambda site: services.add_origin(site=site, entry="https://www.shop.example"),
    lambda site: services.remove_origin(site=site, entry="https://shop.example"),
    lambda site: site_settings.change_settings(site=site, changes={"name": "Candles"}),
    lambda site: site_settings.change_settings(site=site, changes={"default_room": "help"}),
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_may_end_a_socket_is_counted_and_announced_after_commit(
    change: Callable[[Site], object],
    site: Site,
    announced: list[int],
    django_capture_on_commit_callbacks: Any,
) -> None:
    before = Site.objects.get(pk=site.pk).access_version
    with django_capture_on_commit_callbacks(execute=True):
        change(site)
        assert announced == []
    assert announced == [site.pk]
    assert Site.objects.get(pk=site.pk).access_version == before + 1


def test_a_listener_that_fails_does_not_undo_the_change(
    site: Site, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("a listener's own defect")

    access_changed.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            site_settings.disable_site(site=site)
    finally:
        access_changed.disconnect(fail)
    assert not Site.objects.get(pk=site.pk).is_enabled
    assert "a listener's own defect" in caplog.text
