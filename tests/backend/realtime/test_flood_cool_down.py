"""Who was let go for a flood waits when they come back too soon; nobody else does."""

from __future__ import annotations

import time

import pytest

from inglenook.realtime.admission import flood_cool_down
from inglenook.realtime.admission.flood_cool_down import (
    HELLO_SHARES,
    REMEMBERED_SECONDS,
    FloodCoolDown,
)
from inglenook.visitors.models import Visitor
from inglenook.visitors.tokens import make_token

HELLO_S = 5.0


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(flood_cool_down.asyncio, "sleep", sleep)
    return found


def token_of(name: str, site_id: int = 1) -> str:
    return make_token(Visitor(site_id=site_id, public_id=f"v_{name}", token_version=1))


async def test_who_was_let_go_waits_within_what_a_hello_has(waits: list[float]) -> None:
    cool_down = FloodCoolDown()
    cool_down.note(1, "v_amber")
    for _ in range(20):
        await cool_down.wait(1, token_of("amber"), HELLO_S)
    low, high = (share * HELLO_S for share in HELLO_SHARES)
    assert len(waits) == 20
    assert all(low <= seconds <= high < HELLO_S for seconds in waits)
    assert len(set(waits)) > 1  # not all of a flood at one moment


@pytest.mark.parametrize(
    "token", [token_of("brave"), token_of("amber", site_id=2), "t1.x", "", None]
)
async def test_nobody_else_waits(waits: list[float], token: str | None) -> None:
    cool_down = FloodCoolDown()
    cool_down.note(1, "v_amber")
    await cool_down.wait(1, token, HELLO_S)
    assert not waits


async def test_it_is_forgotten(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    cool_down = FloodCoolDown()
    cool_down.note(1, "v_amber")
    later = time.monotonic() + REMEMBERED_SECONDS + 1
    monkeypatch.setattr(flood_cool_down.time, "monotonic", lambda: later)
    await cool_down.wait(1, token_of("amber"), HELLO_S)
    cool_down.note(1, "v_brave")
    assert not waits
    assert list(cool_down._until) == [(1, "v_brave")]
