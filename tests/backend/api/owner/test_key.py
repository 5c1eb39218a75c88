"""`GET key`: what the key of the request is and may, for any scope."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from inglenook.protocol.errors import Unavailable
from inglenook.sites.api_keys import create_api_key
from inglenook.sites.models import ApiKey, Site
from inglenook.sites.scopes import ALL_SCOPES
from inglenook.sites.site_settings import disable_site
from tests.backend.api.owner.conftest import Program, program_with
from tests.backend.sites.test_api_keys import OLIVE

NOON = datetime(2026, 11, 28, 12, 0, 0, 123_000, tzinfo=UTC)


def test_it_has_every_field_of_a_key_and_no_other(site: Site) -> None:
    site.members.update(public_id=OLIVE.id)
    with time_machine.travel(NOON, tick=False):
        key, secret = create_api_key(
            site=site,
            name="Reports",
            scopes=["rooms:read", "keys"],
            created_by=OLIVE,
            expires_at=NOON + timedelta(days=1),
        )
        answer = Program(secret).get("/key")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == {
        "id": key.public_id,
        "name": "Reports",
        "scopes": ["keys", "rooms:read"],
        "prefix": secret[:12],
        "created_at": "2026-11-28T12:00:00.123Z",
        "created_by": {"kind": "member", "id": "m_olive", "name": "Olive"},
        "last_used_at": "2026-11-28T12:00:00.123Z",
        "expires_at": "2026-11-29T12:00:00.123Z",
    }
    assert secret not in answer.content.decode()
    assert key.digest not in answer.content.decode()


@pytest.mark.parametrize("scope", ALL_SCOPES)
def test_any_scope_will_do(site: Site, scope: str) -> None:
    answer = program_with(site, scope).get("/key")
    assert (answer.status_code, answer.json()["scopes"]) == (200, [scope])


def test_each_key_is_told_of_itself(site: Site, other_site: Site, program: Program) -> None:
    others = [program_with(site, "keys"), program_with(other_site, "keys")]
    ids = {each.get("/key").json()["id"] for each in (program, *others)}
    assert ids == set(ApiKey.objects.values_list("public_id", flat=True))


def test_a_key_works_on_a_site_that_is_switched_off(program: Program, site: Site) -> None:
    disable_site(site=site)
    assert program.get("/key").status_code == 200


def test_its_use_is_written_once_a_minute(program: Program, key: ApiKey) -> None:
    start = timezone.now()
    for seconds, noted in [(0, 0), (59, 0), (61, 61), (90, 61), (122, 122)]:
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            assert program.get("/key").status_code == 200
        key.refresh_from_db()
        assert key.last_used_at == start + timedelta(seconds=noted)


def test_a_call_that_is_refused_for_its_key_leaves_no_trace(key: ApiKey) -> None:
    assert Program(f"sk_{'x' * 40}").get("/key").status_code == 401
    key.refresh_from_db()
    assert key.last_used_at is None


def test_a_database_that_takes_no_writing_answers_all_the_same(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise Unavailable

    monkeypatch.setattr("inglenook.api.owner.authentication.note_use", full)
    answer = program.get("/key")
    assert (answer.status_code, answer.json()["last_used_at"]) == (200, None)
