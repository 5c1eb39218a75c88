"""docs/reliability.md tells the faults that there are and the visitors that come."""

from __future__ import annotations

import re
from pathlib import Path

from tests.testkit.faults import everything  # noqa: F401  registers them
from tests.testkit.faults.by_http import MIX
from tests.testkit.faults.registry import FAULTS

# A sentence may go on in the next line.
PAPER = " ".join(
    (Path(__file__).resolve().parents[2] / "docs" / "reliability.md").read_text().split()
)
NUMBERS = {1: "one", 20: "twenty"}
IN_THE_BROWSER = {"F18", "F19", "F24"}
WORDS = {
    "WebSocket": "by WebSocket",
    "stream of events": "by a stream of events",
    "long polling": "by long polling",
    "polling": "by polling",
}


def test_every_fault_of_the_table_is_there() -> None:
    names = {re.sub(r"[a-z]", "", name) for name in FAULTS}
    assert names | IN_THE_BROWSER == {f"F{number}" for number in range(1, 29)}


def test_every_fault_that_the_paper_speaks_of_is_there() -> None:
    assert set(re.findall(r"\bF\d+[a-z]?\b", PAPER)) <= FAULTS.keys() | IN_THE_BROWSER


def test_the_mix_of_transports_is_the_fleet_s() -> None:
    assert f"Of {NUMBERS[len(MIX)]}, " in PAPER
    for transport, words in WORDS.items():
        count = sum(kind.transport == transport for kind in MIX)
        assert re.search(rf"\b{count} (come )?{words}", PAPER), transport
