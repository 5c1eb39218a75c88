"""Figures: medians, percentiles, ratios, and how they are written for people."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of values in ascending order: the smallest that at least `share` of them do
    not exceed. NaN of none.
    """
    if not ordered:
        return math.nan
    return ordered[min(len(ordered) - 1, max(0, math.ceil(len(ordered) * share) - 1))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


def ratio_of(value: float, of: float) -> float:
    """NaN where either is missing or nothing was measured."""
    return value / of if of else math.nan


def three_digits(value: float) -> str:
    """Three digits that count: 0.412, 8.31, 42.1, 123,000."""
    if math.isnan(value):
        return "–"
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(0, digits)}f}" if digits > 0 else f"{int(rounded):,}"


def spread(values: Sequence[float]) -> str:
    """The median, and the least and the greatest in brackets where there are several."""
    if len(values) < 2:
        return three_digits(median(values))
    return (
        f"{three_digits(median(values))} ({three_digits(min(values))}–{three_digits(max(values))})"
    )


def written(value: float, unit: str) -> str:
    """Bytes and counts whole, anything else with three digits."""
    is_whole = unit.strip() in ("", "B") and value == round(value)
    return f"{value:,.0f}{unit}" if is_whole else f"{three_digits(value)}{unit}"


@dataclass(frozen=True)
class Bar:
    """One figure and its bar. `least` or `most` is the bar."""

    part: str
    text: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def is_measured(self) -> bool:
        return not math.isnan(self.value)

    @property
    def is_met(self) -> bool:
        if not self.is_measured:
            return False
        low = self.least is None or self.value >= self.least
        return low and (self.most is None or self.value <= self.most)

    @property
    def wanted(self) -> str:
        if self.least is not None:
            return f"≥ {written(self.least, self.unit)}"
        return f"≤ {written(self.most or 0, self.unit)}"

    @property
    def measured(self) -> str:
        return written(self.value, self.unit) if self.is_measured else "nothing"

    def row(self) -> str:
        verdict = "met" if self.is_met else "**not met**"
        return f"| {self.text} | {self.wanted} | {self.measured} | {verdict} |"


def ratio_bar(
    part: str,
    text: str,
    value: float,
    of: float,
    *,
    least: float | None = None,
    most: float | None = None,
) -> Bar:
    """A bar for `value` in relation to what the same run measured of a floor or a peer."""
    return Bar(part, text, ratio_of(value, of), " ×", least=least, most=most)
