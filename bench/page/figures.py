"""A figure, its bar, and whether it is met.

Bytes and counts are the same on every machine and have bars of their own. Times are not: their bars
are ratios to what the same browser did in the same run, a floor or a peer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.figures import Bar, ratio_of

TIMES = "×"


@dataclass(frozen=True)
class Figure:
    """What was measured. A figure without a bar judges nothing."""

    what: str
    value: float
    unit: str = ""
    bar: float | None = None
    also: str = ""

    @property
    def is_met(self) -> bool:
        return self.bar is None or self.value <= self.bar

    def as_bar(self) -> Bar | None:
        unit = f" {self.unit}".rstrip()
        return None if self.bar is None else Bar("PAGE", self.what, self.value, unit, most=self.bar)

    def row(self) -> str:
        bar = "" if self.bar is None else f"≤ {amount(self.bar, self.unit)}" if self.bar else "0"
        verdict = "" if self.bar is None else "met" if self.is_met else "**not met**"
        return (
            f"| {self.what} | {amount(self.value, self.unit)} | {bar} | {verdict} | {self.also} |"
        )


def of_floor(what: str, own: Sequence[float], floor: Sequence[float], bar: float) -> Figure:
    """The ratio of two medians, in milliseconds each."""
    return Figure(
        what,
        ratio_of(median(own), median(floor)),
        TIMES,
        bar,
        f"{amount(median(own))} of {amount(median(floor), 'ms')}; {spread(own)}",
    )


def amount(value: float, unit: str = "") -> str:
    if math.isnan(value):
        return "–"
    if unit == TIMES:
        return f"{value:.2f} {unit}"
    number = f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:,.1f}"
    return f"{number} {unit}".rstrip()


def spread(values: Sequence[float]) -> str:
    """The other values, in a few words."""
    return f"median {amount(median(values))}, most {amount(max(values))} of {len(values)}"


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
