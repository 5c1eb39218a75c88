"""Keys that make keys: nobody gives what he lacks."""

from __future__ import annotations

import pytest

from inglenook.sites.actors import SYSTEM
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import ApiKey, Site
from tests.backend.api.owner.conftest import Program, program_with


def test_a_new_key_works_and_says_who_made_it(program: Program, key: ApiKey) -> None:
    body = {"name": "Bot", "scopes": ["rooms:read"], "expires_at": "2099-01-01T00:00:00.000Z"}
    made = program.post("/keys", body)
    assert made.status_code == 201
    shown = made.json()
    assert shown["created_by"] == {"kind": "key", "id": key.public_id, "name": "Reports"}
    assert shown["expires_at"] == "2099-01-01T00:00:00.000Z"
    seen = Program(shown.pop("key")).get("/key").json()
    assert {**seen, "last_used_at": None} == shown


def test_a_key_gives_only_scopes_that_it_has(site: Site) -> None:
    program = program_with(site, "keys", "rooms:write")
    assert program.post("/keys", {"name": "A", "scopes": ["rooms:read"]}).status_code == 201
    assert program.post("/keys", {"name": "A", "scopes": ["keys"]}).status_code == 201
    for scopes in (["people:read"], ["rooms:read", "inbox"]):
        refused = program.post("/keys", {"name": "A", "scopes": scopes})
        assert (refused.status_code, refused.json()["error"]) == (403, "scope")
        assert refused.json()["field"] == scopes[-1]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scopes": ["keys"]}, "name"),
        ({"name": " ", "scopes": ["keys"]}, "name"),
        ({"name": "A", "scopes": []}, "scopes"),
        ({"name": "A", "scopes": ["everything"]}, "scopes"),
        ({"name": "A", "scopes": ["keys"], "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "A", "scopes": ["keys"], "expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        (
            {"name": "A", "scopes": ["keys"], "expires_at": "9999-12-31T23:59:59-23:00"},
            "expires_at",
        ),
        ({"name": "A", "scopes": ["keys"], "expires_at": 5}, "expires_at"),
        ({"name": "A", "scopes": ["keys"], "id": "k_1"}, "id"),
    ],
)
def test_a_key_that_cannot_be_is_refused_by_its_field(
    program: Program, body: dict[str, object], field: str
) -> None:
    answer = program.post("/keys", body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_an_ended_key_is_not_found_and_works_no_more(program: Program, site: Site) -> None:
    key, secret = create_api_key(site=site, name="Old", scopes=["keys"], created_by=SYSTEM)
    assert program.delete(f"/keys/{key.public_id}").status_code == 204
    assert program.delete(f"/keys/{key.public_id}").status_code == 404
    assert Program(secret).get("/key").status_code == 401


def test_a_site_has_so_many_keys_at_most(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inglenook.sites.api_keys.MOST_KEYS", 1)
    answer = program.post("/keys", {"name": "A", "scopes": ["keys"]})
    assert (answer.status_code, answer.json()["error"]) == (409, "quota")


def test_anothers_key_is_not_there(program: Program, other_site: Site) -> None:
    theirs, _ = create_api_key(site=other_site, name="T", scopes=["keys"], created_by=SYSTEM)
    never = program.delete(f"/keys/k_{'a' * 20}")
    answer = program.delete(f"/keys/{theirs.public_id}")
    assert (answer.status_code, answer.content) == (404, never.content)
    ids = [item["id"] for item in program.get("/keys").json()["items"]]
    assert theirs.public_id not in ids


def test_an_origin_is_added_with_a_suggestion_and_withdrawn(program: Program) -> None:
    refused = program.post("/origins", {"entry": "new.example/path"}).json()
    assert (refused["error"], refused["field"]) == ("invalid", "entry")
    assert refused["suggestion"] == "https://new.example"
    assert program.post("/origins", {"entry": refused["suggestion"]}).status_code == 201
    address = "/origins/https%3A%2F%2Fnew.example"
    assert [program.delete(address).status_code for _ in range(2)] == [204, 404]


def test_the_last_public_key_stays(program: Program) -> None:
    old = program.get("/site-keys").json()["items"][0]["key"]
    refused = program.delete(f"/site-keys/{old}")
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
    new = program.post("/site-keys", {"overlap_days": 1}).json()
    assert new["expires_at"] is None
    assert program.delete(f"/site-keys/{old}").status_code == 204
