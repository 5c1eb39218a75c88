"""What keeps a page from the chat reaches its owner: by the widget's report, or by what we see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from inglenook.sites.models import InstallTrouble, OriginSighting, Site, SiteKey
from inglenook.sites.services import note_trouble, rotate_key
from inglenook.sites.sightings import ROWS_OF_A_KIND, forget_sightings
from tests.backend.api.client import ServedClient
from tests.backend.api.conftest import Page
from tests.backend.conftest import ORIGIN

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = ORIGIN


def say(key: str, body: object, origin: str = SHOP) -> HttpResponse:
    return Page(key, None, origin).post("trouble", body)


def troubles() -> list[tuple[str, str, int]]:
    return list(InstallTrouble.objects.order_by("pk").values_list("origin", "kind", "count"))


@pytest.mark.parametrize("kind", ["socket", "socket_policy", "call"])
def test_a_listed_page_says_what_it_found(site_key: str, kind: str) -> None:
    answer = say(site_key, {"kind": kind, "url": f"{SHOP}/secret?token=1"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, SHOP)
    assert troubles() == [(SHOP, kind, 1)]
    columns = {field.name for field in InstallTrouble._meta.get_fields()}
    assert columns == {"id", "site", "origin", "kind", "count", "first_at", "last_at"}


@pytest.mark.parametrize("body", [{}, {"kind": "policy"}, {"kind": "old_key"}, [], "x"])
def test_only_what_a_widget_can_know_is_taken(site_key: str, body: Any) -> None:
    assert say(site_key, body).status_code == 400
    assert not troubles()


def test_other_pages_say_nothing(site_key: str) -> None:
    assert say(site_key, {"kind": "call"}, "https://evil.example").status_code == 403
    assert Page(site_key, None, "https://evil.example").get("trouble").status_code == 403
    assert not troubles()


def test_a_policy_that_forbids_every_call_is_said_by_the_address_of_a_script(site_key: str) -> None:
    answer = Page(site_key, None, SHOP).get("trouble")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Type"] == "text/javascript"
    assert troubles() == [(SHOP, "policy", 1)]


def test_a_socket_that_arrives_as_a_plain_request_is_a_proxys_fault(site_key: str) -> None:
    client = ServedClient()
    address = f"/ws/v1/{site_key}/"
    assert client.get(address, headers={"Origin": SHOP}).status_code == 404
    for origin in (SHOP, "https://evil.example", "null", ""):
        answer = client.get(address, headers={"Origin": origin, "Sec-WebSocket-Key": "x" * 24})
        assert (answer.status_code, answer["Upgrade"]) == (426, "websocket")
    assert troubles() == [(SHOP, "no_upgrade", 1)]
    unknown = client.get(
        f"/ws/v1/pk_{'x' * 32}/", headers={"Origin": SHOP, "Sec-WebSocket-Key": "x" * 24}
    )
    assert unknown.status_code == 426


def open_session(key: str, origin: str = SHOP) -> HttpResponse:
    return Page(key, None, origin).post("session", {})


def test_a_key_that_has_ended_and_one_that_never_was_differ_for_the_owner_alone(
    site: Site, site_key: str
) -> None:
    rotate_key(site=site)
    SiteKey.objects.filter(key=site_key).update(expires_at=timezone.now() - timedelta(days=1))
    answers = {open_session(key).content for key in (site_key, f"pk_{'x' * 32}", "pk_%00")}
    assert len(answers) == 1
    assert troubles() == [(SHOP, "old_key", 1), (SHOP, "unknown_key", 1)]
    open_session(f"pk_{'y' * 32}", "https://nobodys.example")
    assert len(troubles()) == 2


def test_few_rows_are_written_and_few_kept(site: Site) -> None:
    for _ in range(5):
        note_trouble(site_id=site.pk, origin=SHOP, kind=InstallTrouble.Kind.CALL)
    assert troubles() == [(SHOP, "call", 1)]
    for number in range(ROWS_OF_A_KIND + 20):
        forget_sightings()
        origin = f"https://{number}.example"
        note_trouble(site_id=site.pk, origin=origin, kind=InstallTrouble.Kind.CALL)
    assert InstallTrouble.objects.count() == ROWS_OF_A_KIND


def test_what_is_mended_is_seen_at_the_next_opening(site_key: str) -> None:
    open_session(site_key)
    OriginSighting.objects.update(last_at=timezone.now() - timedelta(seconds=20))
    say(site_key, {"kind": "call"})
    open_session(site_key)
    seen, trouble = OriginSighting.objects.get(), InstallTrouble.objects.get()
    assert seen.last_at > trouble.last_at
