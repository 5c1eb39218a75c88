"""A page has a room of its own where the owner allows its address; no other address makes one."""

from __future__ import annotations

import pytest

from inglenook.chat import page_rooms
from inglenook.chat.models import Room
from inglenook.chat.page_rooms import matches, page_room, slug_of
from inglenook.limits import policy
from inglenook.sites.models import Site
from inglenook.sites.selectors import SiteCard

URL = "https://shop.example/blog/first-frost"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    policy.of_page_rooms_of_address.forget()
    policy.of_page_rooms_of_site.forget()


@pytest.fixture(autouse=True)
def _blog(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(page_patterns=["/blog/*", "/help"])


def of(
    card: SiteCard, url: str = URL, title: str = "First frost", address: str = ""
) -> Room | None:
    return page_room(site=card, url=url, title=title, address=address or None)


def test_a_page_gets_one_room_with_its_title_and_link(card: SiteCard) -> None:
    room = of(card)
    assert room is not None
    assert (room.kind, room.name, room.page_title) == ("page", "First frost", "First frost")
    assert room.page_url == URL
    assert room.slug.startswith("page-first-frost-")
    for same in (f"{URL}/", f"{URL}?utm=1#top", URL.replace("shop", "SHOP").replace("//", "//")):
        again = of(card, same, title="Another")
        assert again == room
    assert Room.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/cart",
        "https://shop.example/blogs/x",
        "https://shop.example/help/x",
        "https://shop.example/",
        "https://evil.example/blog/x",
        "http://shop.example/blog/x",
        "https://shop.example:8443/blog/x",
        "https://me:secret@shop.example/blog/x",
        "javascript:alert(1)",
        "/blog/x",
        "https://shop.example/blog/%FF",
        "https://[/blog/x",
        "",
    ],
)
def test_any_other_address_makes_none(card: SiteCard, url: str) -> None:
    assert of(card, url) is None
    assert not Room.objects.exists()


def test_no_pattern_allows_nothing(card: SiteCard, site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(page_patterns=None)
    assert of(card) is None


def test_addresses_that_are_tried_make_few_rooms(
    card: SiteCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [of(card, f"{URL}-{n}", address="203.0.113.7") for n in range(100)]
    assert 0 < len([room for room in made if room]) <= 10
    assert Room.objects.count() <= 10
    assert of(card, f"{URL}-0", address="203.0.113.7") is not None
    monkeypatch.setattr(page_rooms, "MOST_PAGE_ROOMS", Room.objects.count())
    assert of(card, f"{URL}-new", address="203.0.113.8") is None


def test_a_removed_room_of_a_page_stays_away(card: SiteCard) -> None:
    of(card)
    Room.objects.update(gone=True)
    assert of(card) is None


@pytest.mark.parametrize("title", ["", "  ", "a\x00b", "x" * 5000])
def test_a_title_that_cannot_be_shown_is_the_path(card: SiteCard, title: str) -> None:
    room = of(card, title=title)
    assert room is not None
    assert 0 < len(room.name) <= 80
    assert len(room.page_title) <= 200


@pytest.mark.parametrize(
    ("pattern", "path", "is_match"),
    [
        ("/blog/*", "/blog/a", True),
        ("/blog/*", "/blog/a/b", True),
        ("/blog/*", "/blog", False),
        ("/blog*", "/blog", True),
        ("/help", "/help", True),
        ("/help/", "/help", True),
        ("/a.c", "/abc", False),
        ("/", "/", True),
        ("*", "/x", True),
    ],
)
def test_a_star_stands_for_any_characters(pattern: str, path: str, is_match: bool) -> None:
    assert matches(pattern, path) is is_match


def test_a_slug_fits_whatever_the_address(card: SiteCard) -> None:
    for path in ("", "/" + "x" * 500, "/\u00e9\u00e8", "/%2F%2F", "/a_b--c"):
        slug = slug_of(f"https://shop.example{path}")
        assert len(slug) <= 63
        assert slug.replace("-", "").isalnum()
