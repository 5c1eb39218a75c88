"""The checker of the newcomers sees each way in which the promise may break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.journal import Journal
from tests.testkit.faults.newcomers_checker import judge_newcomers, judge_sightings
from tests.testkit.faults.truth import StoredHeld, StoredRoom

IN_FORCE = Counter({("shadow", "shadow"): 1, ("muted", "mute"): 1, ("banned", "ban"): 1})


class Scene:
    """Four people, of whom the fourth has one message of each state."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.people = {
            name: SimpleNamespace(me=name, sighted=set(), views={})
            for name in ("shadow", "muted", "banned", "amber")
        }
        self.rooms = {"lobby": StoredRoom("lobby", 1, "epoch", {1: (1, 1)}, {"approved": [1]})}
        self.held: dict[str, StoredHeld] = {}
        self.sanctions = Counter(IN_FORCE)
        for cid, author in [
            *((state, "amber") for state in ("approved", "rejected", "waiting")),
            ("by shadow", "shadow"),
        ]:
            self.say(cid, author)
            state = "shadow" if author == "shadow" else cid
            self.hold(cid, author, state, 1 if state == "approved" else None)
        self.say("too late", "muted")
        self.journal.fail("too late", "muted")
        self.decisions = {cid: cid for cid in ("approved", "rejected", "waiting")}
        self.show("amber", {"waiting": False})
        self.show("shadow", {"by shadow": True})

    def say(self, cid: str, author: str) -> None:
        self.journal.say(cid, "lobby", 0, author=author)

    def hold(self, cid: str, author: str, state: str, seq: int | None = None) -> None:
        self.held[cid] = StoredHeld("lobby", author, cid, state, seq)

    def show(self, name: str, waiting: dict[str, bool]) -> None:
        self.people[name].views = {"lobby": SimpleNamespace(slug="lobby", waiting=waiting)}

    def verdict(self) -> Verdict:
        newcomers: Any = SimpleNamespace(
            visitors=list(self.people.values()),
            journal=self.journal,
            since=dict.fromkeys(("shadow", "muted", "banned"), 0.0),
            problems=[],
            words={"word": "rejected"},
            moderator=SimpleNamespace(decisions=self.decisions, refusals=[]),
            **{name: self.people[name] for name in ("shadow", "muted", "banned")},
        )
        verdict = Verdict()
        held = list(self.held.values())
        judge_newcomers(verdict, newcomers, self.rooms, held, self.sanctions)
        judge_sightings(verdict, newcomers, newcomers.visitors, held)
        return verdict


def test_what_is_as_it_must_be_is_clean() -> None:
    verdict = Scene().verdict()
    assert verdict.is_clean, verdict.details
    assert (verdict.said, verdict.acked) == (5, 4)


Break = Callable[[Scene], object]


@pytest.mark.parametrize(
    ("count", "break_it"),
    [
        ("undone", lambda it: it.hold("approved", "amber", "rejected")),
        ("undone", lambda it: it.hold("waiting", "amber", "approved", 2)),
        ("undone", lambda it: it.rooms["lobby"].cids.update({"rejected": [2]})),
        ("undone", lambda it: it.rooms["lobby"].cids.update({"approved": [1, 2]})),
        ("undone", lambda it: it.rooms["lobby"].cids.update({"by shadow": [2]})),
        ("undone", lambda it: it.hold("by shadow", "shadow", "waiting")),
        ("undone", lambda it: it.hold("too late", "muted", "waiting")),
        ("undone", lambda it: it.sanctions.pop(("banned", "ban"))),
        ("undone", lambda it: it.sanctions.update({("muted", "mute"): 1})),
        ("unresolved", lambda it: it.held.pop("waiting")),
        ("lost", lambda it: it.journal.hold("too late", is_as_sent=False)),
        ("failed", lambda it: it.journal.fail("approved", "forbidden")),
        ("disordered", lambda it: it.show("amber", {})),
        ("disordered", lambda it: it.show("shadow", {"by shadow": False})),
        ("leaked", lambda it: it.people["muted"].sighted.add("word")),
    ],
)
def test_it_sees(count: str, break_it: Break) -> None:
    scene = Scene()
    break_it(scene)
    verdict = scene.verdict()
    assert getattr(verdict, count) > 0, verdict
    assert not verdict.is_clean
