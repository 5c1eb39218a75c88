"""WORKSPACE in docs/benchmarks.md."""

from __future__ import annotations

import math
import os
from datetime import UTC, datetime
from typing import Any

from bench.figures import Bar, median, ratio_bar, spread, three_digits
from bench.markdown import table
from bench.parts.workspace import FLOOR, NAME

Result = dict[str, Any]
MOST = 5.0


def bars(result: Result) -> list[Bar]:
    """One: the page that takes longest, of the floor."""
    paints = {run["page"]: _median(run, "paint") for run in _measured(result)}
    floor = paints.pop(FLOOR, math.nan)
    if not paints:
        return []
    slowest = max(paints, key=lambda page: paints[page])
    what = f"first paint of the slowest page ({slowest}), of that of a page of words alone"
    return [ratio_bar(NAME, what, paints[slowest], floor, most=MOST)]


def figures(result: Result) -> str:
    rows = [
        [
            run["page"],
            spread([load["paint"] for load in run["loads"]]),
            three_digits(_median(run, "answer")),
            three_digits(_median(run, "bytes") / 1024),
        ]
        for run in _measured(result)
    ]
    return table(["", "first paint, ms", "HTML there, ms", "KiB"], rows) + (
        f"\n\nOn {datetime.now(UTC):%d %B %Y}: medians of {result.get('rounds', 0)} loadings, "
        f"least and greatest in brackets; CPU {result.get('cpu', 0)} times slower, empty cache, "
        f"{os.cpu_count()} cores that also run the server; load average "
        f"{os.getloadavg()[0]:.1f} at the end."
    )


def _measured(result: Result) -> list[Result]:
    return [run for run in result["runs"] if run.get("loads")]


def _median(run: Result, name: str) -> float:
    return median([load[name] for load in run["loads"]])
