"""The newcomers of a fault, without a server: none says what was said before."""

from __future__ import annotations

import random
import uuid
from types import SimpleNamespace
from typing import Any

from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.journal import Journal
from tests.testkit.faults.newcomers import Newcomers
from tests.testkit.faults.newcomers_checker import judge_sightings
from tests.testkit.faults.truth import StoredHeld

SEED = 7
MESSAGES = 20


class Speaker:
    """A visitor whose messages arrive nowhere."""

    def __init__(self, me: str) -> None:
        self.me = me
        self.views = {"lobby": None}
        self.sighted: set[str] = set()

    def say(self, room: str, body: str) -> str:
        return str(uuid.uuid4())


async def test_a_message_of_an_earlier_fault_is_not_taken_for_one_of_this() -> None:
    """Faults that share an installation have the same seed; its history shows all of them."""
    earlier, now = await _said(SEED), await _said(SEED)
    assert _leaked_to_one_who_saw(earlier, of=now) == 0
    assert _leaked_to_one_who_saw(now, of=now) == MESSAGES


def _leaked_to_one_who_saw(words: dict[str, str], *, of: dict[str, str]) -> int:
    """What the checker says of a fault in which the team approves nothing."""
    reader: Any = Speaker("reader")
    reader.sighted |= words.keys()
    rejected = [StoredHeld("lobby", "amber", cid, "rejected", None) for cid in of.values()]
    newcomers: Any = SimpleNamespace(words=of)
    verdict = Verdict()
    judge_sightings(verdict, newcomers, [reader], rejected)
    return verdict.leaked


async def _said(seed: int) -> dict[str, str]:
    """The words of one fault's newcomers."""
    stage: Any = SimpleNamespace(cast=SimpleNamespace(secret_key=""))
    speakers: Any = [Speaker(name) for name in ("shadow", "muted", "banned", "amber")]
    newcomers = Newcomers(stage, speakers, Journal(), random.Random(seed))
    for _ in range(MESSAGES):
        newcomers.say(speakers[-1])
    await newcomers.leave()
    return newcomers.words
