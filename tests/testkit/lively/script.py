"""What happens in the hour, and when: the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

# An hour of a room with so many people: how often each thing is done. Of a smaller room
# correspondingly less, but each at least once.
PEOPLE = 200
BY_PEOPLE = {
    "say": 2200,
    "answer": 500,
    "react": 2400,
    "edit": 160,
    "delete": 60,
    "picture": 120,
    "ask": 60,
    "type": 1200,
    "rename": 120,
    "leave": 240,
}
BY_THE_TEAM = {
    "remove": 60,
    "restore": 24,
    "pin": 20,
    "announce": 24,
    "mute": 20,
    "clean": 4,
    "slow": 4,
    "lock": 4,
    "stop": 2,
}
# Whoever was to do something earlier has it in hand by then.
LAST_MOMENT = 0.97


@dataclass(frozen=True, order=True)
class Act:
    """`at`: seconds since the beginning. `who`: a person's number; 0 where the team acts."""

    at: float
    who: int
    kind: str


def script(seed: int, people: int, seconds: float) -> list[Act]:
    """By time. The team does a thing once, at least; people do it once at least, all together."""
    dice = random.Random(seed)
    acts = []
    for kind, times in (BY_PEOPLE | BY_THE_TEAM).items():
        for _ in range(max(1, round(times * people / PEOPLE))):
            at = dice.uniform(0, seconds * LAST_MOMENT)
            who = dice.randrange(people) if kind in BY_PEOPLE else 0
            acts.append(Act(at, who, kind))
    return sorted(acts)
