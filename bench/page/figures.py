"""A figure, its bar, and whether it is met."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


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

    def row(self) -> str:
        bar = "" if self.bar is None else f"≤ {amount(self.bar, self.unit)}" if self.bar else "0"
        verdict = "" if self.bar is None else "met" if self.is_met else "**missed**"
        return (
            f"| {self.what} | {amount(self.value, self.unit)} | {bar} | {verdict} | {self.also} |"
        )


def amount(value: float, unit: str = "") -> str:
    number = f"{value:,.0f}" if value == round(value) or abs(value) >= 100 else f"{value:,.1f}"
    return f"{number} {unit}".rstrip()


def spread(values: list[float]) -> str:
    """The other values, in a few words."""
    return f"median {amount(median(values))}, most {amount(max(values))} of {len(values)}"


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
