"""The pure parts: moments in words, short names, lines of origins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inglenook.dashboard.rooms.slugs import suggest_slug
from inglenook.dashboard.sites.origin_lines import read_lines, with_suggestions
from inglenook.dashboard.times import ago
from inglenook.protocol.ids import is_new_slug

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-30, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (3600, "1 hour ago"),
        (86399, "23 hours ago"),
        (86400, "1 day ago"),
        (7 * 86400 - 1, "6 days ago"),
        (7 * 86400, "14 Nov 2026"),
    ],
)
def test_moments_are_worded_as_people_do(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Lobby", "lobby"),
        ("Café & Friends", "cafe-friends"),
        ("Straße nach Ærø", "strasse-nach-aero"),
        ("  Don't  panic! ", "dont-panic"),
        ("Кафе", "room"),
        ("🎉", "room"),
        ("p_private", "p-private"),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_short_name_is_made_from_a_name(name: str, slug: str) -> None:
    assert suggest_slug(name) == slug
    assert is_new_slug(slug)


def test_a_short_name_that_is_taken_gets_a_number() -> None:
    assert suggest_slug("Den", {"den", "den-2"}) == "den-3"
    long = "x" * 60
    assert suggest_slug(long, {long, *(f"{long}-{number}" for number in range(100))}) == (
        "x" * 59 + "-100"
    )


@pytest.mark.parametrize("name", ["Private", "auto"])
def test_a_short_name_that_means_something_else_gets_a_number(name: str) -> None:
    assert suggest_slug(name) == f"{name.lower()}-2"


def test_lines_are_numbered_as_they_are_seen() -> None:
    lines = read_lines("https://a.example\n\n  b.example/x  \n")
    assert [(line.number, line.entry, line.suggestion) for line in lines] == [
        (1, "https://a.example", None),
        (3, None, "https://b.example"),
    ]


def test_suggestions_replace_their_own_lines_only() -> None:
    text = "a.example/x\n\nb.example/x"
    assert with_suggestions(text, {3}) == "a.example/x\n\nhttps://b.example"
    assert with_suggestions(text) == "https://a.example\n\nhttps://b.example"
