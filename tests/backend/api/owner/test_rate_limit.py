"""A key may make 20 calls a second and 60 at once; every answer says how it stands."""

from __future__ import annotations

import re
import time

import pytest

from inglenook.limits import policy
from inglenook.sites.models import Site
from tests.backend.api.owner.conftest import Program, program_with

LEFT = re.compile(r'"key";r=(\d+);t=(\d+)')


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the limits, which stands still."""
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    return clock


def test_sixty_calls_at_once_pass_and_twenty_more_a_second(program: Program, clock: Clock) -> None:
    assert [program.get("/key").status_code for _ in range(61)] == [200] * 60 + [429]
    clock.now += 1
    assert [program.get("/key").status_code for _ in range(21)] == [200] * 20 + [429]
    clock.now += 60
    assert [program.get("/key").status_code for _ in range(61)] == [200] * 60 + [429]


def test_one_too_many_learns_when_to_come_back(program: Program, clock: Clock) -> None:
    for _ in range(60):
        program.get("/key")
    answer = program.get("/key")
    assert answer.json()["error"] == "rate"
    assert answer.json()["retry_ms"] == 50
    assert answer["Retry-After"] == "1"
    assert answer["RateLimit"] == '"key";r=0;t=3'


def test_each_key_has_its_own(program: Program, site: Site, clock: Clock) -> None:
    other = program_with(site, "keys")
    for _ in range(61):
        program.get("/key")
    assert program.get("/key").status_code == 429
    assert other.get("/key").status_code == 200


def test_answers_say_what_is_left(program: Program, clock: Clock) -> None:
    levels = []
    for path in ("/key", "/key?page=2", "/nothing", "/key"):
        answer = program.get(path)
        assert answer["RateLimit-Policy"] == '"key";q=60;w=3'
        found = LEFT.fullmatch(answer["RateLimit"])
        assert found is not None
        levels.append((int(found[1]), int(found[2])))
    assert levels == [(59, 1), (58, 1), (57, 1), (56, 1)]
    clock.now += 0.1
    assert program.get("/key")["RateLimit"] == '"key";r=57;t=1'


def test_what_was_no_key_is_not_counted(db: None) -> None:
    for _ in range(70):
        assert Program(f"sk_{'a' * 40}").get("/key").status_code == 401
    assert not policy.of_api_key._levels


def test_the_policy_is_the_limit_that_is_counted() -> None:
    assert policy.of_api_key.allowance() == (20, 60)
    assert policy.of_api_key.name, "counted over all processes"
