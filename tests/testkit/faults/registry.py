"""The faults by name, what each measures, and the bar for each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from tests.testkit.faults.checker import Verdict
from tests.testkit.faults.fleet import Fleet
from tests.testkit.faults.pool import shared_stage
from tests.testkit.faults.stage import Stage


@dataclass(frozen=True)
class Scale:
    """How much of everything. `is_whole`: the sizes of the table; else what fits into seconds."""

    is_whole: bool
    visitors: int
    rooms: int
    per_second: float
    outage_s: float
    seed: int
    is_loud: bool = False

    def stage(self, **wanted: Any) -> AbstractAsyncContextManager[Stage]:
        """An installation of its own; the small faults share theirs."""
        wanted = {"rooms": self.rooms, "visitors": self.visitors, **wanted}
        return Stage(**wanted) if self.is_whole else shared_stage(**wanted)

    def moderated_stage(self, **wanted: Any) -> AbstractAsyncContextManager[Stage]:
        """One with newcomers, whose messages wait."""
        return self.stage(newcomers=15 if self.is_whole else 6, **wanted)

    def fleet(self, stage: Stage, title: str, **more: Any) -> Fleet:
        return Fleet(stage, self.seed, title=title, is_loud=self.is_loud, **more)


def quick(seed: int) -> Scale:
    return Scale(False, visitors=40, rooms=4, per_second=40, outage_s=4, seed=seed)


def whole(seed: int) -> Scale:
    return Scale(True, visitors=200, rooms=20, per_second=100, outage_s=30, seed=seed, is_loud=True)


@dataclass
class Figure:
    """Something measured; with `most` or `least` it has a bar."""

    what: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def is_count(self) -> bool:
        """Whether it is a number of things, which a busy machine does not change;
        else a measurement.
        """
        return not self.unit

    @property
    def is_met(self) -> bool:
        return not (
            (self.most is not None and self.value > self.most)
            or (self.least is not None and self.value < self.least)
        )

    def __str__(self) -> str:
        text = f"{self.what} {_number(self.value)}{self.unit}"
        if self.most is not None:
            text += f" (≤ {_number(self.most)}{self.unit})"
        if self.least is not None:
            text += f" (≥ {_number(self.least)}{self.unit})"
        return text if self.is_met else f"**{text}**"


def figures_of_newcomers(states: Counter[str]) -> list[Figure]:
    """What became of their messages; each way must have been tried."""
    return [
        Figure("held and approved", states["approved"], least=1),
        Figure("rejected or still waiting", states["rejected"] + states["waiting"]),
        Figure("of the shadow", states["shadow"], least=1),
    ]


def figures_of_files(fleet: Fleet) -> list[Figure]:
    """Uploads must have been under way."""
    assert fleet.senders
    return [
        Figure("pictures sent", len(fleet.senders.sent), least=4),
        Figure("uploads repeated", fleet.senders.again),
    ]


@dataclass
class Report:
    verdict: Verdict
    figures: list[Figure] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        return self.verdict.is_clean and all(figure.is_met for figure in self.figures)

    @property
    def holds(self) -> bool:
        """Whether the promise held: nothing lost, and every count within its bar.
        Says nothing of speed.
        """
        counts = [figure for figure in self.figures if figure.is_count]
        return self.verdict.is_clean and all(figure.is_met for figure in counts)

    def complaint(self) -> str:
        missed = [str(figure) for figure in self.figures if not figure.is_met]
        return "\n".join([str(self.verdict), *missed, *self.verdict.details])


Run = Callable[[Scale], Awaitable[Report]]


@dataclass(frozen=True)
class Fault:
    name: str
    title: str
    run: Run
    is_quick: bool


FAULTS: dict[str, Fault] = {}


def fault(name: str, title: str, *, is_quick: bool = False) -> Callable[[Run], Run]:
    def add(run: Run) -> Run:
        FAULTS[name] = Fault(name, title, run, is_quick)
        return run

    return add


def order_of(name: str) -> tuple[int, str]:
    digits = "".join(c for c in name if c.isdigit())
    return int(digits or 0), name


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.2f}"
