"""A refusal has one form in JSON: what does not concern it is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inglenook.protocol.errors import Banned, ChatError, Invalid, NotFound, OriginNotAllowed, Rate
from inglenook.protocol.frames import encode
from inglenook.protocol.refusals import error_response, retry_after


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


@pytest.mark.parametrize(("ms", "seconds"), [(1, "1"), (1000, "1"), (1001, "2"), (0, "0")])
def test_retry_after_is_whole_seconds_rounded_up(ms: int, seconds: str) -> None:
    assert retry_after(ms) == seconds
