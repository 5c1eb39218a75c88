"""The site as a program reads and changes it."""

from __future__ import annotations

from typing import Any

import pytest

from inglenook.chat.models import Room
from inglenook.sites.models import Site
from tests.backend.api.owner.conftest import Program, program_with


def test_a_new_site_has_every_field_with_its_default(program: Program, site: Site) -> None:
    shown = program.get("/site").json()
    created_at = shown.pop("created_at")
    assert created_at.endswith("Z")
    assert shown == {
        "id": str(site.pk),
        "name": "Candle Shop",
        "disabled": False,
        "default_room": "lobby",
        "theme": {},
        "texts": {},
        "consent": None,
        "time_zone": "UTC",
        "opening_hours": None,
        "away_text": "",
        "prechat": {"name": "off", "email": "off", "fields": []},
        "track_page": False,
        "previews": False,
        "null_origin": False,
        "retention_days": None,
        "archive": "none",
        "repeat_s": 0,
        "new_visitors_per_hour": 0,
        "page_patterns": [],
        "trust": {
            "known_minutes": 10,
            "known_messages": 3,
            "trusted_days": 7,
            "trusted_messages": 50,
        },
    }


def test_what_is_given_is_changed_and_nothing_else(program: Program, room: Room) -> None:
    before = program.get("/site").json()
    changes: dict[str, Any] = {
        "name": "Wicks",
        "disabled": True,
        "theme": {"accent": "#333", "starters": ["Hello"], "show": {"paths": ["/blog/*"]}},
        "texts": {"de": {"composer.send": "Ab damit", "kiosk.greeting": "Moin"}, "pt-BR": {}},
        "consent": {"text": "May we?", "version": "1"},
        "time_zone": "Europe/Berlin",
        "opening_hours": {"mon": [["09:00", "12:00"], ["13:00", "24:00"]]},
        "away_text": "Back soon",
        "prechat": {
            "name": "required",
            "email": "off",
            "fields": [{"key": "order", "label": "Order", "required": True}],
        },
        "track_page": True,
        "previews": True,
        "null_origin": True,
        "retention_days": 30,
        "archive": "link",
        "repeat_s": 60,
        "new_visitors_per_hour": 5,
    }
    answer = program.patch("/site", {**changes, "trust": {"trusted_days": 0}})
    assert answer.status_code == 200
    trust = {**before["trust"], "trusted_days": 0}
    assert answer.json() == {**before, **changes, "trust": trust}
    assert program.get("/site").json() == answer.json()
    back = {"disabled": False, "consent": None, "opening_hours": None, "retention_days": None}
    assert program.patch("/site", back).json() == {**answer.json(), **back}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"id": "2"}, "id"),
        ({"theme": {"colour": "red"}}, "theme.colour"),
        ({"theme": {"side": "top"}}, "theme"),
        ({"theme": {"starters": ["a", "b", "c", "d"]}}, "theme"),
        ({"theme": {"title": "a\0"}}, "theme"),
        ({"texts": {"de": {"send\0": "x"}}}, "texts"),
        ({"theme": {"accent": "red;}*{display:none"}}, "theme.accent"),
        ({"theme": {"css": "@import 'https://evil.example/a.css';"}}, "theme.css"),
        ({"theme": {"logo": "javascript:alert(1)"}}, "theme.logo"),
        ({"theme": {"show": {"devices": ["fridge"]}}}, "theme.show"),
        ({"consent": {"text": "x"}}, "consent"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"opening_hours": {"mon": [["12:00", "09:00"]]}}, "opening_hours"),
        ({"opening_hours": {"mon": [["9:00", "10:00"]]}}, "opening_hours"),
        ({"prechat": {"fields": [{"key": "a", "label": "A"}] * 6}}, "prechat"),
        ({"retention_days": 0}, "retention_days"),
        ({"retention_days": 3651}, "retention_days"),
        ({"archive": "all"}, "archive"),
        ({"repeat_s": -1}, "repeat_s"),
        ({"trust": {"known_minutes": -1}}, "trust"),
        ({"default_room": "nowhere"}, "default_room"),
        ({"default_room": "a\0"}, "default_room"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    program: Program, change: dict[str, Any], field: str
) -> None:
    before = program.get("/site").json()
    answer = program.patch("/site", change)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert answer.json()["field"] == field
    assert program.get("/site").json() == before


def test_a_change_of_what_has_changed_is_stale(program: Program) -> None:
    first = program.get("/site")["ETag"]
    changed = program.patch("/site", {"name": "One"}, **{"If-Match": first})
    assert changed.status_code == 200
    refused = program.patch("/site", {"name": "Two"}, **{"If-Match": first})
    assert (refused.status_code, refused.json()["error"]) == (412, "stale")
    assert program.get("/site")["ETag"] == changed["ETag"] != first
    for match in ("*", changed["ETag"], f'"x", {changed["ETag"]}'):
        answer = program.patch("/site", {"name": "One"}, **{"If-Match": match})
        assert answer.status_code == 200


def test_a_change_reaches_live_sockets_and_no_change_does_not(program: Program, site: Site) -> None:
    def version() -> int:
        return Site.objects.get(pk=site.pk).access_version

    before = version()
    program.patch("/site", {"name": "Candle Shop", "disabled": False})
    assert version() == before
    program.patch("/site", {"disabled": True})
    assert version() == before + 1


def test_reading_is_not_changing(site: Site) -> None:
    reader = program_with(site, "site:read")
    assert reader.get("/site").status_code == 200
    assert reader.patch("/site", {}).json()["field"] == "site:write"


def test_patterns_of_pages_are_paths(program: Program) -> None:
    right = ["/blog/*", "/help"]
    answer = program.patch("/site", {"page_patterns": right})
    assert answer.json()["page_patterns"] == right == program.get("/site").json()["page_patterns"]
    for wrong in ("blog/*", "https://shop.example/*", "/a?b", "/a#b", "/a b", "/" + "x" * 200):
        refused = program.patch("/site", {"page_patterns": [wrong]})
        assert (refused.status_code, refused.json()["field"].split("[")[0]) == (
            400,
            "page_patterns",
        )
    assert program.patch("/site", {"page_patterns": ["/x"] * 51}).status_code == 400
    assert program.patch("/site", {"page_patterns": []}).json()["page_patterns"] == []
