"""A refusal is the same JSON and the same header, whoever sends it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import inglenook
from inglenook.api.http.responses import refusal
from inglenook.protocol.errors import (
    Banned,
    ChatError,
    Forbidden,
    Invalid,
    NotFound,
    OriginNotAllowed,
    Rate,
)
from inglenook.protocol.frames import encode
from inglenook.protocol.refusals import error_response, retry_headers, whole_seconds
from inglenook.realtime.admission.refusals import refuse


def body_of(error: ChatError) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(error_response(error)))
    return found


@pytest.mark.parametrize(
    ("error", "more"),
    [
        (NotFound("Nothing."), {}),
        (Invalid("Wrong.", field="cid"), {"field": "cid"}),
        (Rate("Wait.", retry_ms=50), {"retry_ms": 50}),
        (Banned("No."), {"until": None}),
        (Banned("No.", until="2026-11-28T09:30:00.123Z"), {"until": "2026-11-28T09:30:00.123Z"}),
    ],
)
def test_it_has_code_and_message_and_what_the_error_has(
    error: ChatError, more: dict[str, Any]
) -> None:
    assert body_of(error) == {"error": error.code, "message": error.message, **more}


def test_a_page_of_a_wrong_origin_learns_what_to_check() -> None:
    assert "site key" in body_of(OriginNotAllowed())["hint"]


@pytest.mark.parametrize(("ms", "seconds"), [(0, 0), (1, 1), (1000, 1), (1001, 2), (60_000, 60)])
def test_who_waits_the_seconds_does_not_come_too_early(ms: int, seconds: int) -> None:
    assert whole_seconds(ms) == seconds
    assert retry_headers(Rate(retry_ms=ms)) == {"Retry-After": str(seconds)}


@pytest.mark.parametrize(
    "error",
    [Rate(retry_ms=1001), Forbidden(), Invalid("No.", field="cid"), OriginNotAllowed()],
    ids=lambda error: error.code,
)
async def test_a_handshake_is_refused_as_a_call_is(error: ChatError) -> None:
    sent: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    await refuse({"extensions": {"websocket.http.response": {}}}, send, error)
    start, body = sent
    answer = refusal(error)
    assert (start["status"], body["body"]) == (answer.status_code, answer.content)
    assert json.loads(answer.content)["error"] == error.code
    headers = dict(start["headers"])
    assert headers.get(b"retry-after", b"").decode() == answer.get("Retry-After", "")


def test_the_header_is_named_in_one_place_alone() -> None:
    package = Path(inglenook.__file__).parent
    files = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"retry-after", path.read_text(), re.IGNORECASE)
    }
    # The settings let pages read it, and the OpenAPI document names it.
    assert files <= {
        "protocol/refusals.py",
        "config/settings.py",
        "api/http/openapi.py",
        "api/http/responses.py",
    }
