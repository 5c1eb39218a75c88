"""Install says why a page has no chat: each reason in a sentence, until it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import Settings

from inglenook.dashboard.sites.install_check import SLOWER, install_check, websites_of
from inglenook.sites.look import look_version
from inglenook.sites.models import InstallTrouble, OriginSighting, Site
from inglenook.sites.services import note_sighting
from inglenook.sites.sightings import forget_sightings
from inglenook.sites.snippets import csp_lines

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"
Kind = InstallTrouble.Kind
SENTENCES = {
    Kind.OLD_KEY: "The line on the page has a key that has ended.",
    Kind.UNKNOWN_KEY: "The line on the page has a key that is none of yours.",
    Kind.POLICY: "forbids the chat to connect.",
    Kind.SOCKET_POLICY: "forbids WebSockets. The chat takes a slower way.",
    Kind.NO_UPGRADE: "A proxy in front of Inglenook does not pass WebSockets on.",
    Kind.SOCKET: "WebSockets did not get through for a visitor.",
    Kind.CALL: "an extension, or a firewall.",
}


def install(site: Site) -> str:
    return reverse("dashboard:site", args=[site.pk])


def trouble(site: Site, kind: str, *, origin: str = SHOP, seconds_ago: int = 10) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    InstallTrouble.objects.create(site=site, origin=origin, kind=kind, first_at=at, last_at=at)


def kinds(site: Site) -> list[str]:
    return [each.kind for each in install_check(site).findings]


def test_every_reason_has_its_sentence() -> None:
    assert SENTENCES.keys() == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_reason_is_named_with_its_page(as_owner: Client, site: Site, kind: Kind) -> None:
    trouble(site, kind)
    answer = as_owner.get(install(site))
    assertContains(answer, SENTENCES[kind])
    assertContains(answer, "once, last")


@pytest.mark.parametrize("kind", Kind)
def test_it_is_over_when_the_chat_was_opened_there_since(site: Site, kind: Kind) -> None:
    trouble(site, kind, seconds_ago=80)
    note_sighting(site_id=site.pk, origin="https://other.example", refused=False)
    assert kinds(site) == [kind]
    note_sighting(site_id=site.pk, origin=SHOP, refused=False)
    # A page with a slower chat is seen, too: it counts only after a while without another trouble.
    assert kinds(site) == ([kind] if kind in SLOWER else [])
    InstallTrouble.objects.update(last_at=timezone.now() - timedelta(seconds=100))
    assert kinds(site) == []


def test_the_proxy_explains_what_the_widget_could_not(site: Site) -> None:
    for kind in (Kind.SOCKET, Kind.NO_UPGRADE):
        trouble(site, kind)
    trouble(site, Kind.SOCKET, origin="https://other.example")
    assert sorted(kinds(site)) == [Kind.NO_UPGRADE, Kind.SOCKET]


def test_what_is_a_week_old_is_no_news(site: Site) -> None:
    trouble(site, Kind.CALL, seconds_ago=8 * 86_400)
    assert kinds(site) == []


@pytest.mark.parametrize(
    ("base_url", "found"),
    [
        ("http://chat.example", ["mixed"]),
        ("https://chat.example", []),
        ("http://127.0.0.1:8000", []),
    ],
)
def test_an_address_without_https_is_named_for_pages_with_it(
    as_owner: Client, site: Site, settings: Settings, base_url: str, found: list[str]
) -> None:
    settings.BASE_URL = base_url
    assert kinds(site) == found
    page = as_owner.get(install(site), headers={"Host": "127.0.0.1"})
    (assertContains if found else assertNotContains)(page, "load nothing from an Inglenook")


def test_an_open_page_is_drawn_anew_when_something_is_found(as_owner: Client, site: Site) -> None:
    address = reverse("dashboard:install_check", args=[site.pk])
    before = install_check(site).mark
    assert as_owner.get(address, {"mark": before}).status_code == 204
    trouble(site, Kind.CALL)
    assertContains(as_owner.get(address, {"mark": before}), SENTENCES[Kind.CALL])


def test_pages_with_an_older_line_are_named(as_owner: Client, site: Site) -> None:
    forget_sightings()
    assert look_version({}) != look_version({"accent": "#112233"})
    note_sighting(site_id=site.pk, origin=SHOP, refused=False, has_older_look=True)
    assertContains(as_owner.get(install(site)), "An older line")


def test_the_websites_say_when_they_were_seen(site: Site) -> None:
    site.origins.create(entry="https://*.shop.example")
    note_sighting(site_id=site.pk, origin="https://eu.shop.example", refused=False)
    seen = {each.entry: each.seen_at is not None for each in websites_of(site)}
    assert seen == {SHOP: False, "https://*.shop.example": True}


def test_it_asks_the_same_queries_for_much_and_for_little(
    as_owner: Client, site: Site, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("dashboard:install_check", args=[site.pk])
    as_owner.get(address)
    with django_assert_num_queries(8):
        as_owner.get(address)
    for number in range(100):
        trouble(site, Kind.CALL, origin=f"https://{number}.example")
        OriginSighting.objects.create(
            site=site, origin=f"https://{number}.example", was_refused=number % 2 == 0
        )
    with django_assert_num_queries(8):
        as_owner.get(address)


def test_the_lines_of_a_policy_have_pictures_where_the_look_has_some_of_ours() -> None:
    own = {"logo": f"/pictures/{'a' * 32}-256.webp"}
    assert csp_lines("https://chat.example", own).endswith("\nimg-src https://chat.example;")
    for theme in ({}, {"logo": "https://shop.example/a.png"}):
        assert "img-src" not in csp_lines("https://chat.example", theme)
