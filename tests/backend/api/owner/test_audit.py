"""Every call that changes something has an entry of the key; and how the record is read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inglenook.api.http.operations import Operation
from inglenook.api.owner.operations import OPERATIONS
from inglenook.sites.models import ApiKey, AuditEntry, Site
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.api.owner.examples import example_of, name_of
from tests.backend.conftest import forget_record

# What changes nothing.
ONLY_READS: frozenset[str] = frozenset({"POST check"})
READING_ON_RECORD = frozenset({"GET identity-secret", "GET visitors/{visitor_id}/export"})
ACTS = [each for each in OPERATIONS if each.method != "GET" and name_of(each) not in ONLY_READS]


@pytest.mark.parametrize(
    "declared",
    [*ACTS, *(each for each in OPERATIONS if name_of(each) in READING_ON_RECORD)],
    ids=name_of,
)
def test_every_act_has_an_entry_of_the_key_that_did_it(
    program: Program, key: ApiKey, site: Site, declared: Operation
) -> None:
    example = example_of(declared, site)
    forget_record()
    answer = program.call(declared.method, example.path, example.body)
    assert answer.status_code < 300
    entries = list(AuditEntry.objects.filter(site=site))
    assert entries
    for entry in entries:
        assert entry.actor == (entry.actor.__class__)("key", key.public_id, key.name)
        assert entry.target_id


@pytest.mark.parametrize("declared", ACTS, ids=name_of)
def test_what_is_refused_is_no_act(program: Program, site: Site, declared: Operation) -> None:
    example = example_of(declared, site)
    forget_record()
    bad = f"{example.path}{'&' if '?' in example.path else '?'}nonsense=1"
    assert program.call(declared.method, bad, example.body).status_code == 400
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "declared",
    [
        each
        for each in OPERATIONS
        if each.method == "GET" and name_of(each) not in READING_ON_RECORD
    ],
    ids=name_of,
)
def test_reading_is_no_act(program: Program, site: Site, declared: Operation) -> None:
    example = example_of(declared, site)
    forget_record()
    assert program.get(example.path).status_code == 200
    assert not AuditEntry.objects.exists()


def test_it_is_read_by_actor_action_target_and_time(
    program: Program, site: Site, other_site: Site, key: ApiKey
) -> None:
    program.post("/rooms", {"slug": "help", "name": "Help"})
    program.patch("/rooms/help", {"topic": "Ask"})
    program.patch("/site", {"name": "Candles"})
    other = program_with(other_site, "rooms:write", "audit")
    other.post("/rooms", {"slug": "help", "name": "Theirs"})

    def actions(query: str = "") -> list[str]:
        answer = program.get(f"/audit{query}")
        assert answer.status_code == 200
        return [item["action"] for item in answer.json()["items"]]

    assert actions() == ["site.update", "room.update", "room.create"]
    assert actions("?target=help") == ["room.update", "room.create"]
    assert actions("?action=room.update") == ["room.update"]
    assert actions(f"?actor={key.public_id}&action=site.update") == ["site.update"]
    assert actions("?actor=system") == []
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                site=site,
                at=timezone.now() - timedelta(days=2),
                actor_kind="system",
                actor_id="system",
                actor_name="Inglenook",
                action="x.old",
            )
        ]
    )
    day_ago = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert actions(f"?to={day_ago}") == ["x.old"]
    assert len(actions(f"?from={day_ago}")) == 3
    entry = program.get("/audit?action=site.update").json()["items"][0]
    assert entry["actor"] == {"kind": "key", "id": key.public_id, "name": "Reports"}
    assert entry["target"] == {"kind": "site", "id": str(site.pk)}
    assert (entry["before"], entry["after"]) == ({"name": "Candle Shop"}, {"name": "Candles"})


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=2026-11-28T09:30:00", "to"),
        ("from=0001-01-01T00:00:00%2B14:00", "from"),
        ("actor=%00", "actor"),
        ("target=a&target=b", "target"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(program: Program, query: str, field: str) -> None:
    answer = program.get(f"/audit?{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_no_secret_is_on_record(program: Program) -> None:
    key = program.post("/keys", {"name": "New", "scopes": ["audit"]}).json()["key"]
    secret = program.get("/identity-secret").json()["identity_secret"]
    rotated = program.post("/identity-secret/rotate").json()["identity_secret"]
    shown = str(list(AuditEntry.objects.values()))
    for word in (key, key[3:], secret, rotated):
        assert word not in shown
