"""Responses of the owners' API are JSON, are not cached, and have an id that the log shows too."""

from __future__ import annotations

import json
import logging
import re

import pytest
from django.db import OperationalError

from inglenook.api.owner import key as key_module
from inglenook.ops.logs import LineFormatter
from inglenook.sites.draining import start_draining, stop_draining
from tests.backend.api.owner.conftest import Program

REQUEST_ID = re.compile(r"req_[A-Za-z0-9]{20}")


def test_every_response_has_its_own_id_and_is_not_cached(program: Program) -> None:
    stranger = Program(None)
    answers = [
        program.get("/key"),
        program.get("/nothing"),
        program.get("/key?page=1"),
        program.call("POST", "/key"),
        program.call("OPTIONS", "/key"),
        stranger.get("/key"),
        stranger.get("/openapi.json"),
        stranger.call("POST", "/openapi.json"),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 400, 405, 204, 401, 200, 405]
    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies
        if answer.status_code != 204:
            assert answer["Content-Type"] == "application/json"
            assert answer["X-Content-Type-Options"] == "nosniff"
    ids = {answer["X-Request-Id"] for answer in answers}
    assert len(ids) == len(answers)
    assert all(REQUEST_ID.fullmatch(each) for each in ids)


def test_the_id_of_a_request_header_is_ignored(program: Program) -> None:
    assert program.get("/key", **{"X-Request-Id": "mine"})["X-Request-Id"] != "mine"


def test_a_crash_is_an_error_of_ours_and_its_id_stands_in_the_log(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(_key: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(key_module, "key_response", crash)
    program.client.raise_request_exception = False
    answer = program.get("/key")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert "a defect" not in answer.content.decode()
    assert answer["RateLimit"]
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    lines = [json.loads(LineFormatter().format(record)) for record in logged]
    assert {line["request_id"] for line in lines} == {answer["X-Request-Id"]}
    assert any("a defect" in line.get("error", "") for line in lines)


def test_a_database_that_is_away_is_unavailable(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_secret: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("inglenook.api.owner.authentication.api_key_for_secret", gone)
    answer = program.get("/key")
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert answer["Retry-After"] == "1"


def test_a_server_that_ends_answers_unavailable(program: Program) -> None:
    start_draining()
    try:
        for path in ("/key", "/nothing"):
            answer = program.get(path)
            assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    finally:
        stop_draining()
    assert program.get("/key").status_code == 200
