"""`POST session`: a visitor, the rooms, the socket; and why a wrong set-up does not work."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inglenook.chat.models import Room
from inglenook.chat.posting.draft import Draft
from inglenook.chat.posting.pipeline import post_message
from inglenook.chat.selectors import private_slug
from inglenook.limits import policy
from inglenook.limits.rate_limit import RateLimit
from inglenook.limits.token_bucket import Allowance
from inglenook.moderation.services import ban_visitor
from inglenook.protocol.limits import Limits
from inglenook.sites import services, site_settings
from inglenook.sites.models import Account, OriginSighting, Site, new_site_key
from inglenook.visitors.models import Visitor
from inglenook.visitors.participants import participant_from_member, participant_from_visitor
from inglenook.visitors.services import visitor_for_token
from tests.backend.api.conftest import Page
from tests.backend.conftest import FOREIGN_ORIGIN, ORIGIN


def test_a_newcomer_gets_all_that_a_chat_needs(newcomer: Page, room: Room, site: Site) -> None:
    answer = newcomer.post("session", {"token": None, "room": None})
    session = answer.json()
    assert answer.status_code == 200
    assert list(session) == [
        "token",
        "expires_in",
        "visitor",
        "site",
        "rooms",
        "ws_url",
        "limits",
    ]
    visitor = visitor_for_token(site_id=site.pk, token=session["token"])
    assert session["visitor"] == {"id": visitor.public_id, "name": visitor.name, "role": "visitor"}
    assert session["expires_in"] == 30 * 86_400
    assert {"name", "theme", "texts", "consent"} <= set(session["site"])
    assert session["rooms"] == [
        {"slug": "lobby", "name": "Lobby", "kind": "public", "topic": "", "head": 0, "unread": 0}
    ]
    assert session["ws_url"] == f"ws://127.0.0.1:8000/ws/v1/{newcomer.site_key}/"
    assert session["limits"] == Limits().for_clients()
    assert answer["Cache-Control"] == "no-store"
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in answer
    assert not answer.cookies


def test_the_socket_is_where_people_reach_us(
    newcomer: Page, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BASE_URL", "https://chat.example")
    session = newcomer.post("session", {}).json()
    assert session["ws_url"] == f"wss://chat.example/ws/v1/{newcomer.site_key}/"


def test_a_token_keeps_the_visitor(page: Page, visitor: Visitor, room: Room) -> None:
    session = page.post("session", {"token": page.token}).json()
    assert session["visitor"]["id"] == visitor.public_id
    assert Visitor.objects.count() == 1


def test_a_broken_token_is_a_new_visitor(page: Page, visitor: Visitor, room: Room) -> None:
    answer = page.post("session", {"token": "t1.broken"})
    assert answer.status_code == 200
    assert answer.json()["visitor"]["id"] != visitor.public_id


def test_a_banned_visitor_learns_until_when(page: Page, visitor: Visitor, site: Site) -> None:
    until = timezone.now() + timedelta(days=1)
    ban_visitor(site=site, visitor_id=visitor.public_id, until=until)
    answer = page.post("session", {"token": page.token})
    assert answer.status_code == 403
    assert answer.json()["error"] == "banned"
    assert answer.json()["until"].startswith(until.strftime("%Y-%m-%dT%H:%M:%S"))


def test_a_ban_for_good_has_no_end(page: Page, visitor: Visitor, site: Site) -> None:
    ban_visitor(site=site, visitor_id=visitor.public_id)
    assert page.post("session", {"token": page.token}).json()["until"] is None


def test_unread_and_head_are_shown(page: Page, other_visitor: Visitor, room: Room) -> None:
    post_message(
        Draft(
            slug=room.slug,
            author=participant_from_visitor(other_visitor),
            cid="00000001",
            body="Hello",
        )
    )
    (shown,) = page.post("session", {"token": page.token}).json()["rooms"]
    assert (shown["head"], shown["unread"]) == (1, 1)


def test_the_private_room_is_shown_when_asked_and_not_stored(
    page: Page, visitor: Visitor, room: Room
) -> None:
    rooms = page.post("session", {"token": page.token, "room": "private"}).json()["rooms"]
    slug = private_slug(visitor.site_id, visitor.public_id)
    assert [(each["slug"], each["kind"], each["head"]) for each in rooms] == [
        ("lobby", "public", 0),
        (slug, "private", 0),
    ]
    assert Room.objects.count() == 1


def test_a_pages_own_room_is_shown_where_it_exists(page: Page, site: Site, room: Room) -> None:
    Room.objects.create(site=site, slug="article-7", name="Article 7", kind="page")
    for wanted, slugs in [
        ("article-7", ["lobby", "article-7"]),
        ("article-8", ["lobby"]),
        ("lobby", ["lobby"]),
        (None, ["lobby"]),
    ]:
        rooms = page.post("session", {"token": page.token, "room": wanted}).json()["rooms"]
        assert [each["slug"] for each in rooms] == slugs


@pytest.mark.parametrize("wanted", [None, "lobby", "private", "OWN", "nowhere"])
def test_a_private_room_with_messages_is_shown_whatever_was_asked_for(
    page: Page, site: Site, room: Room, visitor: Visitor, owner: Account, wanted: str | None
) -> None:
    slug = private_slug(site.pk, visitor.public_id)
    page.say("A question", room=slug)
    private = Room.objects.get(slug=slug)
    member = participant_from_member(site.members.get(account=owner))
    for cid in ("00000002", "00000003"):
        post_message(Draft(slug=private.slug, author=member, cid=cid, body="An answer"))
    asked = {"token": page.token, "room": slug if wanted == "OWN" else wanted}
    for answer in (page.post("session", asked), page.get("rooms")):
        shown = [
            (it["slug"], it["kind"], it["head"], it["unread"])
            for it in answer.json()["rooms"]
            if it["kind"] == "private"
        ]
        assert shown == [(slug, "private", 3, 2)]
    page.post(f"rooms/{slug}/seen", {"rev": 3})
    assert [it["unread"] for it in page.get("rooms").json()["rooms"]] == [0, 0]


def test_a_private_room_without_messages_is_shown_only_on_request(
    page: Page, room: Room, visitor: Visitor
) -> None:
    asked = {"token": page.token, "room": None}
    for answer in (page.post("session", asked), page.get("rooms")):
        assert [it["slug"] for it in answer.json()["rooms"]] == ["lobby"]


def test_nobody_sees_anothers_private_room(page: Page, other_visitor: Visitor, room: Room) -> None:
    slug = private_slug(other_visitor.site_id, other_visitor.public_id)
    listed = page.post("session", {"token": page.token, "room": slug}).json()["rooms"]
    assert [each["slug"] for each in listed] == ["lobby"]


def test_who_has_no_business_here_learns_nothing(site: Site, site_key: str) -> None:
    """P02, P07, T5: an unknown key, a foreign origin, a disabled site: equal bytes and headers."""
    unlisted = Page(site_key, None, FOREIGN_ORIGIN).post("session", {})
    unknown = Page(new_site_key(), None, FOREIGN_ORIGIN).post("session", {})
    odd = Page("nonsense", None, FOREIGN_ORIGIN).post("session", {})
    site_settings.disable_site(site=site)
    disabled = Page(site_key, None, FOREIGN_ORIGIN).post("session", {})
    assert unlisted.status_code == 403
    assert unlisted.json()["error"] == "origin_not_allowed"
    assert {"error", "message", "hint"} == set(unlisted.json())
    for other in (unknown, odd, disabled):
        assert (other.status_code, other.content) == (403, unlisted.content)
        assert dict(other.items()) == dict(unlisted.items())
    # The page may read why.
    assert unlisted["Access-Control-Allow-Origin"] == FOREIGN_ORIGIN
    assert Visitor.objects.count() == 0


@pytest.mark.django_db(transaction=True)  # inside a transaction no site is remembered
def test_it_costs_as_much_to_refuse_whoever_asks(
    site: Site, other_site: Site, site_key: str
) -> None:
    """T5: time tells as little as words. Only the first sight of an origin is written down."""
    off = other_site.keys.get().key
    site_settings.disable_site(site=other_site)
    strange = "https://strange.example"  # that neither lists
    pages = [Page(key, None, strange) for key in (site_key, new_site_key(), off)]
    for page in pages:
        page.post("session", {})
    costs = []
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            page.post("session", {})
        costs.append(len(queries))
    assert len(set(costs)) == 1, costs


def test_a_disabled_site_is_named_to_a_listed_origin_only(newcomer: Page, site: Site) -> None:
    site_settings.disable_site(site=site)
    answer = newcomer.post("session", {})
    assert (answer.status_code, answer.json()["error"]) == (403, "site_disabled")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://shop.example.evil.com",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example/",
        "https://shop.example, https://shop.example",
        "https://user@shop.example",
        "https://shop.example@evil.example",
        "ftp://shop.example",
        "https://[::1",
        "https://shop.example.",
        "https://" + "a" * 5000,
        "\x7f",
        "https://shöp.example",
    ],
)
def test_a_wrong_origin_is_refused(site_key: str, origin: str | None) -> None:
    answer = Page(site_key, None, origin).post("session", {})
    assert (answer.status_code, answer.json()["error"]) == (403, "origin_not_allowed")
    assert Visitor.objects.count() == 0


def test_null_is_let_in_where_the_site_says_so(site: Site, site_key: str, room: Room) -> None:
    Site.objects.update(allows_null_origin=True)
    services.bump_access_version(site.pk)
    answer = Page(site_key, None, "null").post("session", {})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "null")


def test_our_own_pages_pass(site_key: str, room: Room) -> None:
    assert Page(site_key, None, settings.BASE_URL).post("session", {}).status_code == 200


def test_origins_that_came_are_noted_for_the_owner(site: Site, site_key: str, room: Room) -> None:
    for origin in (ORIGIN, FOREIGN_ORIGIN, settings.BASE_URL, "null", "nonsense"):
        Page(site_key, None, origin).post("session", {})
    noted = set(OriginSighting.objects.values_list("origin", "was_refused"))
    assert noted == {(ORIGIN, False), (FOREIGN_ORIGIN, True), ("null", True)}


def test_a_key_is_seen_where_a_page_was_let_in(site: Site, site_key: str, room: Room) -> None:
    Page(site_key, None, FOREIGN_ORIGIN).post("session", {})
    assert site.keys.get().last_seen_at is None
    Page(site_key, None, ORIGIN).post("session", {})
    assert site.keys.get().last_seen_at is not None


def test_sessions_are_limited_by_address(
    site_key: str, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "of_sessions", RateLimit(Allowance(0.001, 2)))
    newcomer = Page(site_key, None)
    newcomer.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    answers = [newcomer.post("session", {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"] == "rate"
    assert answers[2].json()["retry_ms"] > 0
    assert int(answers[2]["Retry-After"]) >= 1
    newcomer.client.defaults["REMOTE_ADDR"] = "198.51.100.8"
    assert newcomer.post("session", {}).status_code == 200


def test_refused_pages_are_limited_alike(site_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "of_sessions", RateLimit(Allowance(0.001, 1)))
    for key in (site_key, new_site_key()):
        policy.of_sessions.forget()
        stranger = Page(key, None, FOREIGN_ORIGIN)
        stranger.client.defaults["REMOTE_ADDR"] = "2001:db8::1"
        assert stranger.post("session", {}).status_code == 403
        stranger.client.defaults["REMOTE_ADDR"] = "2001:db8::2"  # the same /64
        assert stranger.post("session", {}).status_code == 429


def test_a_proxy_that_we_trust_says_whose_request_it_is(
    site_key: str, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "of_sessions", RateLimit(Allowance(0.001, 1)))
    newcomer = Page(site_key, None)
    newcomer.client.defaults["REMOTE_ADDR"] = "10.0.0.1"
    assert newcomer.post("session", {}).status_code == 200
    forged = newcomer.post("session", {}, **{"X-Forwarded-For": "198.51.100.9"})
    assert forged.status_code == 429
    monkeypatch.setattr(settings, "TRUSTED_PROXIES", [ip_network("10.0.0.0/8")])
    response = newcomer.post("session", {}, **{"X-Forwarded-For": "203.0.113.1, 198.51.100.9"})
    assert response.status_code == 200


def test_it_costs_few_queries(
    page: Page, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page.post("session", {"token": page.token})  # the sighting is written once a minute
    # site, origins and key (not cached inside a test's transaction), visitor, ban, rooms,
    # private room
    with django_assert_num_queries(7):
        page.post("session", {"token": page.token})


def test_a_page_that_asks_for_its_room_gets_it_where_the_owner_allows_its_address(
    page: Page, site: Site, room: Room
) -> None:
    Site.objects.filter(pk=site.pk).update(page_patterns=["/blog/*"])

    def kinds(url: str | None) -> list[tuple[str, str]]:
        asked = {"url": url, "title": "First frost", "referrer": ""}
        body = {"token": page.token, "room": "auto", "page": asked if url else None}
        answer = page.post("session", body)
        assert answer.status_code == 200
        return [(shown["kind"], shown["name"]) for shown in answer.json()["rooms"]]

    lobby = ("public", "Lobby")
    assert kinds(f"{ORIGIN}/blog/frost") == [lobby, ("page", "First frost")]
    for other in (f"{ORIGIN}/cart", f"{FOREIGN_ORIGIN}/blog/frost", "nonsense", None):
        assert kinds(other) == [lobby]
    assert Room.objects.filter(kind="page").count() == 1
    slug = Room.objects.get(kind="page").slug
    assert page.say("Hello", room=slug).status_code == 201


SHOP_PAGE = {
    "url": f"{ORIGIN}/jars?kind=tall#top",
    "title": " Tall  jars ",
    "referrer": "https://a.b/",
}


def test_the_page_is_noted_where_the_site_asks_for_it(
    page: Page, visitor: Visitor, site: Site, room: Room
) -> None:
    page.post("session", {"token": page.token, "page": SHOP_PAGE})
    visitor.refresh_from_db()
    assert visitor.page is None
    site_settings.change_settings(site=site, changes={"track_page": True})
    answer = page.post("session", {"token": page.token, "page": SHOP_PAGE})
    assert answer.json()["site"]["track_page"] is True
    visitor.refresh_from_db()
    assert visitor.page == {
        "url": f"{ORIGIN}/jars?kind=tall",
        "title": "Tall jars",
        "referrer": "https://a.b/",
    }
    # A call that names none changes nothing.
    page.post("session", {"token": page.token})
    visitor.refresh_from_db()
    assert visitor.page is not None
    site_settings.change_settings(site=site, changes={"track_page": False})
    page.post("session", {"token": page.token, "page": SHOP_PAGE})
    visitor.refresh_from_db()
    assert visitor.page is None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (f"{ORIGIN}/{'p' * 900}?{'q' * 2000}", f"{ORIGIN}/{'p' * 900}"),
        (f"{ORIGIN}/{'p' * 2000}", None),
        (f"{FOREIGN_ORIGIN}/jars", None),
        ("javascript:alert(1)", None),
        ("file:///home/amber/page.html", None),
        (f"{ORIGIN.replace('://', '://amber:secret@')}/jars", None),
        (f"{ORIGIN}/a b", None),
        (f"{ORIGIN}/\x00", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_only_an_address_of_the_site_is_noted(
    page: Page, visitor: Visitor, site: Site, room: Room, url: str, kept: str | None
) -> None:
    site_settings.change_settings(site=site, changes={"track_page": True})
    sent = {"url": url, "title": "\x00", "referrer": "javascript:alert(1)"}
    assert page.post("session", {"token": page.token, "page": sent}).status_code == 200
    visitor.refresh_from_db()
    noted = {"url": kept, "title": "", "referrer": ""} if kept else None
    assert visitor.page == noted
