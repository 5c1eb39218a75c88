"""What the benchmarks judge: bars are ratios within one run, can be missed, and the exit code says
whether they are.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from bench import paper
from bench.figures import Bar, ratio_bar
from bench.page import before_click, open_chat, peers
from bench.page.figures import TIMES, Figure, amount, of_floor
from bench.page.history import Times
from bench.parts import ingest, storm, workspace
from bench.variants import STORING, VARIANTS
from bench.verdict import EXIT_FAILED, EXIT_MET, EXIT_NOT_MET, Verdict
from scripts.bench import verdict_of
from scripts.steps import chore

MET = Bar("FAN", "cheap", 0.5, " ×", most=1)
NOT_MET = Bar("FAN", "dear", 3.0, " ×", most=1)
WITHOUT_FIGURES = Bar("FAN", "unknown", math.nan, " ×", most=1)
# Bytes and counts of a fixed design, the same on every machine.
SIZES = (" KiB", " B", " MB", "")


def fan(slow: float, worse: float) -> dict[str, Any]:
    """Every figure of a machine that is `slow` times slower, with our own `worse` times worse."""

    def run(name: str, sockets: int) -> dict[str, Any]:
        factor = worse if VARIANTS[name].is_ours else 1
        cpu, p99, rate = slow * factor, slow * factor, 1 / slow / factor
        return {
            "variant": name,
            "sockets": sockets,
            "alone": {"cpu_us": cpu},
            "busy": {"cpu_us": cpu, "per_s": rate},
            "quiet": {"p99_ms": p99},
            "stalled_quiet": {"p99_ms": p99 * factor},
            "stalled_busy": {"per_s": rate / factor},
        }

    return {"runs": [run(name, sockets) for name in VARIANTS for sockets in (100, 1000)]}


def ingested(slow: float, worse: float) -> dict[str, Any]:
    places = [
        (database, way, factor)
        for database in ingest.DATABASES
        for way, factor in (("whole_path", worse), ("one_by_one", 1))
    ]
    return {
        "runs": [
            {
                "database": place,
                "way": way,
                "senders": senders,
                "acks_per_s": 1 / slow / factor,
                "p50_ms": slow * factor,
                "p99_ms": slow * factor,
            }
            for place, way, factor in [*places, *((peer, "whole_path", 1) for peer in STORING)]
            for senders in ingest.SENDERS
        ]
    }


def idle(slow: float, worse: float) -> dict[str, Any]:
    return {
        "runs": [
            {
                "variant": name,
                "sockets": 10,
                "kib_per_socket": worse if variant.is_ours else 1,
                "handshakes_per_s": 1 / slow / (worse if variant.is_ours else 1),
            }
            for name, variant in VARIANTS.items()
        ]
    }


def storms(slow: float, worse: float) -> dict[str, Any]:
    places = [(server, database) for server in storm.SERVERS for database in storm.DATABASES]
    places += [(peer, "") for peer in storm.PEERS]
    return {
        "runs": [
            {"variant": name, "database": database, "seconds": slow * (worse if database else 1)}
            for name, database in places
        ]
    }


def workspaces(slow: float, worse: float) -> dict[str, Any]:
    return {
        "runs": [
            {"page": page, "loads": [{"paint": slow * factor}]}
            for page, factor in ((workspace.FLOOR, 1), ("Home", worse), ("Inbox", worse / 2))
        ]
    }


def pages(slow: float, worse: float) -> dict[str, Any]:
    own = [slow * worse]
    times = Times(own, own, own, [slow / 2], [slow / 2], [slow], [slow])
    rows = [
        peers.Row("ours", (1, 1, 1), own, 0, is_ours=True),
        peers.Row("a loader", (2, 2, 2), [slow / 100], 0, is_whole=False),
        peers.Row("light", (3, 3, 3), [slow], 0),
        peers.Row("heavy", (4, 4, 4), [slow * 50], 0),
    ]
    figures = [of_floor("typing", own, [slow], 1), *times.figures(), *peers.bars(rows)]
    return {"runs": [vars(figure) for figure in figures]}


PARTS = {
    "FAN": fan,
    "INGEST": ingested,
    "IDLE": idle,
    "STORM": storms,
    "WORKSPACE": workspaces,
    "PAGE": pages,
}


@pytest.mark.parametrize("part", PARTS)
def test_a_slower_machine_meets_the_same_bars(part: str) -> None:
    calm, slow = (paper.bars_of(part, PARTS[part](factor, 0.7)) for factor in (1, 4))
    assert calm
    assert [bar.value for bar in slow] == pytest.approx([bar.value for bar in calm])


@pytest.mark.parametrize("part", PARTS)
def test_each_bar_can_be_met_and_can_be_missed(part: str) -> None:
    assert all(bar.is_met for bar in paper.bars_of(part, PARTS[part](1, 0.001)))
    assert not any(bar.is_met for bar in paper.bars_of(part, PARTS[part](1, 1000)))


@pytest.mark.parametrize("part", PARTS)
def test_no_bar_is_a_time_of_this_machine(part: str) -> None:
    assert {bar.unit for bar in paper.bars_of(part, PARTS[part](1, 1))} == {f" {TIMES}"}


def test_sizes_and_counts_of_the_page_keep_bars_of_their_own() -> None:
    blank, ours = (before_click.Load(1.0, 0, 0, ["embed.js"], 2000, 400) for _ in range(2))
    figures = before_click.figures_of(
        before_click.Case("blank", "", [blank]), before_click.Case("ours", "", [ours])
    )
    bars = [bar for bar in (figure.as_bar() for figure in figures) if bar]
    assert {bar.unit for bar in bars} <= set(SIZES)
    assert all(bar.is_met for bar in bars)


def test_a_loader_is_not_the_lightest_chat() -> None:
    rows = [
        peers.Row("ours", (1, 1, 1), [10.0], 0, is_ours=True),
        peers.Row("a loader", (2, 2, 2), [1.0], 0, is_whole=False),
        peers.Row("light", (3, 3, 3), [0.1, 8.0, 20.0], 0),
    ]
    lightest, middle = peers.bars(rows)
    assert (lightest.value, middle.value) == (1.25, pytest.approx(10 / 4.5))
    assert "light" in lightest.also
    assert peers.bars(rows[:2]) == []


def test_a_figure_of_the_page_names_both_times_of_its_ratio() -> None:
    figure = of_floor("typing", [290.0, 310.0], [200.0], 2)
    assert figure.row() == (
        "| typing | 1.50 × | ≤ 2.00 × | met | 300 of 200 ms; median 300, most 310 of 2 |"
    )
    assert amount(math.nan) == "–"
    assert Figure("without a bar", 1.0).as_bar() is None


def test_the_slowest_interaction_is_the_middle_of_the_slowest_of_each_visit() -> None:
    own = [{"keydown": 80.0, "click": 40.0}, {"click": 120.0}, {"keydown": 300.0}]
    figure = open_chat.slowest_of(own, [{"keydown": 40.0}, {}, {"keydown": 64.0}])
    assert figure.value == 120 / 40
    assert figure.also.endswith("most 300 of 3 keydown")
    assert open_chat.slowest_of([{}], [{}]).value == 1


def test_a_ratio_without_its_floor_is_no_number() -> None:
    assert not ratio_bar("FAN", "x", 1, math.nan, most=1).is_measured
    assert not ratio_bar("FAN", "x", 1, 0, most=1).is_met


@pytest.mark.parametrize(
    ("bars", "failures", "is_whole", "code"),
    [
        ([MET], [], True, EXIT_MET),
        ([MET, NOT_MET], [], True, EXIT_NOT_MET),
        ([MET, WITHOUT_FIGURES], [], True, EXIT_NOT_MET),
        ([MET, WITHOUT_FIGURES], [], False, EXIT_MET),
        ([MET, NOT_MET], ["a peer did not start"], True, EXIT_FAILED),
    ],
)
def test_the_exit_code_says_whether_all_bars_are_met(
    bars: list[Bar], failures: list[str], is_whole: bool, code: int
) -> None:
    assert Verdict(bars, failures, is_whole).exit_code == code


def test_the_verdict_names_each_bar() -> None:
    text = Verdict([MET, NOT_MET, WITHOUT_FIGURES], ["FAN it broke"]).text().split("\n")
    assert text == [
        "  met      FAN       cheap: 0.500 ×, bar ≤ 1.00 ×",
        "  NOT MET  FAN       dear: 3.00 ×, bar ≤ 1.00 ×",
        "  NOT MET  FAN       unknown: nothing, bar ≤ 1.00 ×",
        "  FAILED   FAN it broke",
        "bars: 1 met, 2 not met; 1 could not be measured",
    ]
    size = Bar("PAGE", "embed.js", 2049, " B", most=2048)
    assert "embed.js: 2,049 B, bar ≤ 2,048 B" in Verdict([size], []).text()
    assert "unknown" not in Verdict([WITHOUT_FIGURES], [], is_whole=False).text()


def test_a_part_that_failed_has_a_failure_and_no_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONLY", raising=False)
    broken = {"runs": [], "failed": "OSError: it broke"}
    assert verdict_of({"FAN": broken}) == Verdict([], ["FAN       OSError: it broke"])
    one = {"runs": [*fan(1, 0.001)["runs"], {"variant": "ws", "error": "no such\nline"}]}
    assert verdict_of({"FAN": one}).exit_code == EXIT_FAILED
    assert verdict_of({"FAN": fan(1, 0.001)}).exit_code == EXIT_MET


def test_a_chore_ends_with_what_its_work_says() -> None:
    assert [chore(lambda code=code: code) for code in (True, False, 0, 2)] == [0, 1, 0, 2]
