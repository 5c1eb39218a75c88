"""Which page may read an answer: the site's origins, judged as by sockets; no other (T20)."""

from __future__ import annotations

import pytest
from django.test import AsyncRequestFactory

from inglenook.api.application import ByPath
from inglenook.chat.models import Room
from inglenook.sites import services
from inglenook.sites.models import Site, new_site_key
from tests.backend.api.conftest import Page
from tests.backend.conftest import FOREIGN_ORIGIN, ORIGIN

PATHS = [
    "me",
    "rooms",
    "rooms/lobby/events",
    "rooms/lobby/messages",
    "rooms/lobby/messages/1",
    "rooms/lobby/messages/1/reactions/x",
    "rooms/lobby/typing",
    "rooms/lobby/seen",
    "nothing",
]
ASKED = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}


def preflight(site_key: str, path: str, origin: str) -> tuple[str | None, str, str]:
    answer = Page(site_key, None, origin).call("OPTIONS", path, **ASKED)
    assert answer.status_code == 200
    assert "Access-Control-Allow-Credentials" not in answer
    assert "origin" in answer["Vary"].lower()
    return (
        answer.get("Access-Control-Allow-Origin"),
        answer.get("Access-Control-Allow-Methods", ""),
        answer.get("Access-Control-Allow-Headers", ""),
    )


@pytest.mark.parametrize("path", [*PATHS, "session"])
def test_a_listed_page_is_let_in(site_key: str, path: str) -> None:
    origin, methods, headers = preflight(site_key, path, ORIGIN)
    assert origin == ORIGIN
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(methods.split(", "))
    assert {"authorization", "content-type", "last-event-id"} <= set(headers.split(", "))


@pytest.mark.any_database
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN_ORIGIN,
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.com",
        "https://evilshop.example",
        "https://sub.shop.example",
        "null",
        "nonsense",
        "https://[::1",
    ],
)
def test_another_page_is_not(site_key: str, path: str, origin: str) -> None:
    assert preflight(site_key, path, origin) == (None, "", "")


def test_an_unknown_key_lets_nobody_in(db: None) -> None:
    assert preflight(new_site_key(), "me", ORIGIN) == (None, "", "")


@pytest.mark.any_database
@pytest.mark.parametrize(
    "origin",
    [FOREIGN_ORIGIN, "null", "file://", "app://local", "capacitor://localhost", "nonsense"],
)
def test_only_session_is_open_to_every_origin(site_key: str, origin: str) -> None:
    """A page that is refused can read why, whatever the browser calls its origin."""
    for key in (site_key, new_site_key()):
        assert preflight(key, "session", origin)[0] == origin
        refused = Page(key, None, origin).post("session", {"token": None, "room": None})
        assert (refused.status_code, refused.json()["error"]) == (403, "origin_not_allowed")
        assert refused.json()["hint"]
        assert refused["Access-Control-Allow-Origin"] == origin
        assert preflight(key, "me", origin)[0] is None


def test_a_refusal_elsewhere_cannot_be_read(site_key: str, page: Page, room: Room) -> None:
    """A good token from a foreign page is refused, and the page cannot even read that."""
    page.origin = FOREIGN_ORIGIN
    for path in ("me", "rooms", "rooms/lobby/messages"):
        answer = page.get(path)
        assert (answer.status_code, answer.json()["error"]) == (403, "origin_not_allowed")
        assert "Access-Control-Allow-Origin" not in answer


def test_each_answer_names_the_page_that_asked(site: Site, page: Page, room: Room) -> None:
    services.add_origin(site=site, entry="https://*.shop.example")
    for origin in (ORIGIN, "https://a.shop.example", "https://b.c.shop.example"):
        page.origin = origin
        answer = page.get("me")
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, origin)
        assert "etag" in answer["Access-Control-Expose-Headers"]


def test_a_get_of_our_own_page_needs_no_origin(page: Page, room: Room) -> None:
    page.origin = None
    assert page.get("me").status_code == 403
    assert page.get("me", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert page.get("me", **{"Sec-Fetch-Site": "same-origin"}).status_code == 200
    same = {"Sec-Fetch-Site": "same-origin"}
    assert page.call("PATCH", "me", {"name": "Robin"}, **same).status_code == 403


def test_pages_of_owners_have_no_cors(client: object, site_key: str) -> None:
    page = Page(site_key, None)
    for path in ("/", f"/s/{site_key}/r/lobby/", "/accounts/login/"):
        answer = page.client.get(path, headers={"Origin": ORIGIN})
        assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.django_db(transaction=True)
async def test_a_preflight_is_answered_on_the_event_loop(site_key: str) -> None:
    """The database may not be asked there: the middleware has found the site before."""
    from inglenook.sites.selectors import forget_sites

    forget_sites()
    headers = {**ASKED, "Origin": ORIGIN}
    request = AsyncRequestFactory().options(f"/api/v1/{site_key}/me", headers=headers)
    handler = ByPath(everything_else=None).handler_of(request.path)
    assert handler is not None
    answer = await handler.get_response_async(request)
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
