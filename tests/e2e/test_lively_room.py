"""A lively room, small and short: what a browser shows in the end is what the server says, and it
keeps nothing of what it no longer shows. `make lively` plays the whole hour, with bars of time.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.testkit.lively.hour import Scale, play
from tests.testkit.lively.script import BY_PEOPLE, BY_THE_TEAM, script
from tests.testkit.lively.verdict import MOST_NODES_MORE, change, detached

SMALL = Scale(people=20, seconds=20, seed=1)


@pytest.mark.timeout(300)
def test_a_lively_room_is_shown_as_the_server_has_it_and_leaves_nothing_behind(
    browser: Browser, tmp_path: Path
) -> None:
    lines: list[str] = []
    outcome = play(SMALL, browser, tmp_path, lines.append)
    assert outcome.differences == []
    assert outcome.defects == []
    assert outcome.compared > 100
    assert outcome.changes > 300
    first, last = change(outcome.moments, detached)
    assert last <= first + MOST_NODES_MORE, lines


def test_every_kind_of_act_comes_in_the_smallest_hour() -> None:
    acts = script(SMALL.seed, SMALL.people, SMALL.seconds)
    assert {act.kind for act in acts} == BY_PEOPLE.keys() | BY_THE_TEAM.keys()
    assert acts == script(SMALL.seed, SMALL.people, SMALL.seconds)
    assert all(0 <= act.at < SMALL.seconds and act.who < SMALL.people for act in acts)
