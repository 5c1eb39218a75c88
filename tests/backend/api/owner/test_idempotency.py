"""A `POST` with an `Idempotency-Key` is done once, whatever becomes of its answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone

from inglenook.api.models import KeptAnswer
from inglenook.api.owner import idempotency
from inglenook.protocol.errors import Rate, Unavailable
from inglenook.sites.models import AllowedOrigin, ApiKey, Site
from inglenook.sites.scopes import ALL_SCOPES
from tests.backend.api.owner.conftest import Program, program_with

ONCE = {"Idempotency-Key": "abcdefgh"}
NEW = {"entry": "https://new.example"}


def test_the_first_answer_comes_again_and_nothing_is_done_twice(
    program: Program, site: Site
) -> None:
    first = program.post("/origins", NEW, **ONCE)
    assert first.status_code == 201
    AllowedOrigin.objects.filter(site=site, entry=NEW["entry"]).delete()
    again = program.post("/origins", NEW, **ONCE)
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Content-Type"] == "application/json"
    assert not AllowedOrigin.objects.filter(site=site, entry=NEW["entry"]).exists()


def test_a_refusal_is_kept_too(program: Program) -> None:
    wrong = {"entry": "shop.example/path"}
    first = program.post("/origins", wrong, **ONCE)
    again = program.post("/origins", wrong, **ONCE)
    assert (first.status_code, again.status_code) == (400, 400)
    assert first.content == again.content


def test_another_body_is_a_conflict(program: Program) -> None:
    program.post("/origins", NEW, **ONCE)
    answer = program.post("/origins", {"entry": "https://other.example"}, **ONCE)
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    assert "retry_ms" not in answer.json()


def test_another_address_and_another_api_key_are_apart(program: Program, site: Site) -> None:
    first = program.post("/origins", NEW, **ONCE)
    assert program.post("/site-keys", {}, **ONCE).status_code == 201
    other = program_with(site, *ALL_SCOPES)
    assert other.post("/origins", {"entry": "https://x.example"}, **ONCE).status_code == 201
    assert program.post("/origins", NEW, **ONCE).content == first.content


def test_while_the_first_runs_it_is_a_conflict_with_a_time(program: Program) -> None:
    program.post("/origins", NEW, **ONCE)
    KeptAnswer.objects.update(status=None)
    answer = program.post("/origins", NEW, **ONCE)
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    assert answer.json()["retry_ms"] > 0
    assert answer["Retry-After"]


def test_a_first_call_that_died_passes_to_whoever_asks_later(program: Program, site: Site) -> None:
    program.post("/origins", NEW, **ONCE)
    AllowedOrigin.objects.filter(site=site, entry=NEW["entry"]).delete()
    KeptAnswer.objects.update(status=None)
    later = timezone.now() + timedelta(seconds=idempotency.ABANDONED_SECONDS + 1)
    with time_machine.travel(later):
        assert program.post("/origins", NEW, **ONCE).status_code == 201
    assert AllowedOrigin.objects.filter(site=site, entry=NEW["entry"]).exists()


def test_a_call_whose_claim_has_passed_on_is_undone(
    program: Program, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = idempotency.Claim.keep

    def too_late(self: idempotency.Claim, response: HttpResponse) -> None:
        KeptAnswer.objects.update(started_at=timezone.now() + timedelta(seconds=1))
        original(self, response)

    monkeypatch.setattr(idempotency.Claim, "keep", too_late)
    assert program.post("/origins", NEW, **ONCE).status_code == 503
    assert not AllowedOrigin.objects.filter(site=site, entry=NEW["entry"]).exists()


@pytest.mark.parametrize("error", [Unavailable, Rate])
def test_what_passes_by_itself_is_not_kept(
    program: Program, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refuse(**_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("inglenook.api.owner.site_access.services.add_origin", refuse)
        assert program.post("/origins", NEW, **ONCE).status_code in (429, 503)
    assert program.post("/origins", NEW, **ONCE).status_code == 201


def test_a_crash_is_not_kept(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError("a defect")

    program.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("inglenook.api.owner.site_access.services.add_origin", crash)
        assert program.post("/origins", NEW, **ONCE).status_code == 500
    assert program.post("/origins", NEW, **ONCE).status_code == 201


def test_a_secret_is_null_the_second_time_and_stored_nowhere(program: Program) -> None:
    body = {"name": "New", "scopes": ["audit"]}
    first = program.post("/keys", body, **ONCE).json()
    again = program.post("/keys", body, **ONCE).json()
    assert first["key"].startswith("sk_")
    assert again == {**first, "key": None}
    assert first["key"] not in "".join(KeptAnswer.objects.values_list("answer", flat=True))
    assert ApiKey.objects.filter(name="New").count() == 1
    secret = program.post("/identity-secret/rotate", {}, **ONCE).json()["identity_secret"]
    assert program.post("/identity-secret/rotate", {}, **ONCE).json() == {"identity_secret": None}
    assert secret not in "".join(KeptAnswer.objects.values_list("answer", flat=True))


def test_after_a_day_it_is_forgotten(program: Program) -> None:
    program.post("/origins", NEW, **ONCE)
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        answer = program.post("/origins", {"entry": "https://other.example"}, **ONCE)
        assert answer.json()["entry"] == "https://other.example"
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("name", ["short", "x" * 65, "with blank", "ümlautkey", "a.b.c.d.e"])
def test_a_key_of_another_form_is_refused(program: Program, name: str) -> None:
    answer = program.post("/origins", NEW, **{"Idempotency-Key": name})
    assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")
